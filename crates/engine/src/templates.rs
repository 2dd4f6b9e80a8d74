//! The templates of an account: read from the provider, and kept for five minutes; longer where it gives none.
//!
//! Whoever is about to ask says so in the document first. The others serve what was read before; where that is not enough
//! they wait for what comes of it, since a busy team would else use up in a moment what the provider allows in an hour.

use std::time::Duration;

use channels::whatsapp::{
    Class, ProviderError, TemplatePageError, Translation, templates_page, templates_request,
};
use store::{Change, Kv as _, keys, to_json};
use teams::{Account, Credentials};
use templates::{Refusal, Template, Templates};
use uuid::Uuid;

use crate::{Engine, EngineError, Host};

/// Templates asked for at once. They take 1 to 4 KB each, and a host reads 256 KiB of an answer.
const PAGE: usize = 50;
/// The same after an answer that was larger.
const SMALL_PAGE: usize = 10;
/// Pages that are read. A business has 250 templates at most, 6,000 when it is verified (page: message-templates).
const MAX_PAGES: usize = 40;
/// How long all pages may take: a client waits.
const WITHIN: Duration = Duration::from_secs(20);

/// How often it is looked whether somebody else has read them, and the wait before it is looked again, in milliseconds;
/// it doubles: 12.7 s together.
const LOOKS: u32 = 7;
const WAIT: u64 = 100;

/// Why there are no templates.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    /// It is not known whose account it is at the provider.
    #[error("the account has no business_account_id")]
    NoBusinessAccount,
    /// There is nothing to open the account's credentials with.
    #[error("the variable secrets_key is not set")]
    NoSecretsKey,
    /// The account's credentials cannot be opened: another key sealed them.
    #[error("the account's credentials cannot be opened with the present secrets_key")]
    NoCredentials,
    /// The provider refused, and nothing was read before.
    #[error("{}", .0.message)]
    Refused(Refusal),
    /// The provider does not answer, and nothing was read before.
    #[error("the provider gives no templates now")]
    Unavailable,
    /// It could not be done now.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<store::StoreError> for TemplatesError {
    fn from(error: store::StoreError) -> Self {
        Self::Engine(error.into())
    }
}

impl<H: Host> Engine<'_, H> {
    /// The templates of an account, at most five minutes old if the provider answers.
    ///
    /// # Errors
    /// [`TemplatesError`], only where nothing was ever read.
    pub async fn templates(&self, account: &Account) -> Result<Templates, TemplatesError> {
        let known = self.known_templates(account).await?;
        let now = self.host.now();
        if known.is_fresh(now) || !known.may_ask(now) {
            return self.served(account, known).await;
        }
        match self.claim(account, &known).await? {
            Some(known) => self.ask_for_templates(account, known).await,
            None => self.served(account, known).await,
        }
    }

    /// The template of that id. One that is not known may be new: the provider is asked again, once a minute.
    ///
    /// # Errors
    /// [`TemplatesError`], only where nothing was ever read.
    pub async fn template(
        &self,
        account: &Account,
        id: Uuid,
    ) -> Result<Option<Template>, TemplatesError> {
        let known = self.templates(account).await?;
        let found = known.find(id);
        if found.is_some() {
            return Ok(found);
        }
        if known.asking.is_some() {
            return Ok(self.awaited(account, known).await?.find(id));
        }
        if !known.may_ask(self.host.now()) {
            return Ok(None);
        }
        let read = match self.claim(account, &known).await? {
            Some(known) => self.ask_for_templates(account, known).await?,
            None => self.awaited(account, known).await?,
        };
        Ok(read.find(id))
    }

    /// What was read, however long ago; where nothing was, what is being read.
    async fn served(
        &self,
        account: &Account,
        known: Templates,
    ) -> Result<Templates, TemplatesError> {
        match known.read_at {
            Some(_) => Ok(known),
            None => self.awaited(account, known).await,
        }
    }

    /// What came of it that somebody else asks; what was read before, if that takes too long.
    async fn awaited(
        &self,
        account: &Account,
        mut known: Templates,
    ) -> Result<Templates, TemplatesError> {
        for look in 0..LOOKS {
            known = self.known_templates(account).await?;
            if known.asking.is_none() {
                break;
            }
            self.host.store().kv().pause(WAIT << look).await;
        }
        read(known)
    }

    /// Says that the provider is about to be asked. `None`: somebody else has said so, or has asked meanwhile.
    async fn claim(
        &self,
        account: &Account,
        known: &Templates,
    ) -> Result<Option<Templates>, TemplatesError> {
        let (key, by) = (keys::templates(&account.account), self.host.random());
        let claimed = self.host.store().update(&key, async |current| {
            let current: Option<Templates> =
                current.as_deref().map(|json| store::from_json(&key, json)).transpose()?;
            let current = current.filter(|kept| kept.business_account == known.business_account);
            let mut claimed = current.unwrap_or_else(|| Templates::of(&known.business_account));
            let now = self.host.now();
            if claimed.asking == Some(by) {
                // This is what was written here.
                return Ok(Change::Keep(Some(claimed)));
            }
            if !claimed.may_ask(now) {
                return Ok(Change::Keep(None));
            }
            claimed.ask(by, now);
            Ok::<_, EngineError>(Change::Write(to_json(&key, &claimed)?, Some(claimed)))
        });
        Ok(claimed.await?)
    }

    async fn known_templates(&self, account: &Account) -> Result<Templates, TemplatesError> {
        let business = account.business_account_id.as_deref();
        let business = business.ok_or(TemplatesError::NoBusinessAccount)?;
        let known = self.host.store().read_json(&keys::templates(&account.account)).await?;
        let known = known.filter(|known: &Templates| known.business_account == business);
        Ok(known.unwrap_or_else(|| Templates::of(business)))
    }

    /// Reads them again after a claim, and keeps what came of it.
    async fn ask_for_templates(
        &self,
        account: &Account,
        claimed: Templates,
    ) -> Result<Templates, TemplatesError> {
        let came = self.read_templates(account, &claimed.business_account).await?;
        let now = self.host.now();
        let mut asked = claimed.clone();
        match came {
            Ok(translations) => {
                if !asked.take(translations, now) {
                    let account = &account.account;
                    self.host.log(&format!("account {account}: not all templates found room"));
                }
            }
            Err(refusal) => asked.miss(refusal, now),
        }
        let key = keys::templates(&account.account);
        let kept = self.host.store().update(&key, async |current| {
            let current: Option<Templates> =
                current.as_deref().map(|json| store::from_json(&key, json)).transpose()?;
            // Else somebody asked since, as this took so long; or this is what was written here.
            if current.is_none_or(|kept| kept.asking != claimed.asking) {
                return Ok(Change::Keep(()));
            }
            Ok::<_, EngineError>(Change::Write(to_json(&key, &asked)?, ()))
        });
        kept.await?;
        read(asked)
    }

    /// All pages; or why not, where the provider said why.
    async fn read_templates(
        &self,
        account: &Account,
        business: &str,
    ) -> Result<Result<Vec<Translation>, Option<Refusal>>, TemplatesError> {
        let secrets = self.providers.secrets.as_ref().ok_or(TemplatesError::NoSecretsKey)?;
        let Ok(Credentials::Whatsapp { access_token, .. }) = account.credentials(secrets) else {
            return Err(TemplatesError::NoCredentials);
        };
        let begun = self.host.monotonic();
        let mut translations = Vec::new();
        let (mut limit, mut after) = (PAGE, None);
        for _ in 0..MAX_PAGES {
            let left = WITHIN.saturating_sub(self.host.monotonic().saturating_sub(begun));
            let origin = &self.providers.whatsapp_api_url;
            let request =
                templates_request(origin, business, &access_token, limit, after.as_deref())
                    .map_err(|error| EngineError::Unwritable(error.to_string()))?;
            if left.is_zero() {
                return Ok(Err(None));
            }
            let answer = match self.send(request, left).await {
                Ok(answer) if answer.is_whole => answer,
                Ok(_) if limit > SMALL_PAGE => {
                    limit = SMALL_PAGE;
                    continue;
                }
                Ok(_) => return Ok(Err(None)),
                Err(error) => {
                    self.host.log(&format!("templates of {}: {error}", account.account));
                    return Ok(Err(None));
                }
            };
            let page = match templates_page(answer.status, &answer.body) {
                Ok(page) => page,
                Err(TemplatePageError::Refused(error)) => {
                    return Ok(Err(refusal(answer.status, error)));
                }
                Err(TemplatePageError::Unreadable(_)) => return Ok(Err(None)),
            };
            translations.extend(page.translations);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(Ok(translations))
    }
}

/// What was read, however long ago.
fn read(templates: Templates) -> Result<Templates, TemplatesError> {
    if templates.read_at.is_some() {
        return Ok(templates);
    }
    Err(templates.refusal.map_or(TemplatesError::Unavailable, TemplatesError::Refused))
}

/// A refusal that does not pass by itself.
fn refusal(status: u16, error: ProviderError) -> Option<Refusal> {
    let passes = matches!(error.class(), Some(Class::Retry(_)));
    let passes = passes || status == 429 || status >= 500;
    (!passes).then_some(Refusal { code: error.code, message: error.message })
}
