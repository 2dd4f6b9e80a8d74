//! The templates of an account: read from the provider, and kept for five minutes; longer where it gives none.

use std::time::Duration;

use channels::whatsapp::{
    Class, ProviderError, TemplatePageError, Translation, templates_page, templates_request,
};
use store::{Change, keys, to_json};
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

/// Why there are no templates.
#[derive(Debug, thiserror::Error)]
pub enum TemplatesError {
    /// It is not known whose account it is at the provider.
    #[error("the account has no business_account_id")]
    NoBusinessAccount,
    /// The account's credentials cannot be opened.
    #[error("the account's credentials cannot be opened: see the variable secrets_key")]
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
            return served(known);
        }
        self.ask_for_templates(account, &known).await
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
        if found.is_some() || !known.may_ask(self.host.now()) {
            return Ok(found);
        }
        Ok(self.ask_for_templates(account, &known).await?.find(id))
    }

    async fn known_templates(&self, account: &Account) -> Result<Templates, TemplatesError> {
        let business = account.business_account_id.as_deref();
        let business = business.ok_or(TemplatesError::NoBusinessAccount)?;
        let known = self.host.store().read_json(&keys::templates(&account.account)).await?;
        let known = known.filter(|known: &Templates| known.business_account == business);
        Ok(known.unwrap_or_else(|| Templates::of(business)))
    }

    /// Reads them again, and keeps what came of it.
    async fn ask_for_templates(
        &self,
        account: &Account,
        known: &Templates,
    ) -> Result<Templates, TemplatesError> {
        let read = self.read_templates(account, &known.business_account).await?;
        let now = self.host.now();
        let mut asked = known.clone();
        match read {
            Ok(translations) => {
                if !asked.take(translations, now) {
                    let account = &account.account;
                    self.host.log(&format!("account {account}: not all templates found room"));
                }
            }
            Err(refusal) => asked.miss(refusal, now),
        }
        let key = keys::templates(&account.account);
        let kept = self
            .host
            .store()
            .update(&key, async |current| {
                let current: Option<Templates> =
                    current.as_deref().map(|json| store::from_json(&key, json)).transpose()?;
                let current =
                    current.filter(|kept| kept.business_account == asked.business_account);
                // Somebody asked later; or this is what was written here.
                if let Some(kept) = current.filter(|kept| kept.asked_at >= now) {
                    return Ok(Change::Keep(kept));
                }
                Ok::<_, EngineError>(Change::Write(to_json(&key, &asked)?, asked.clone()))
            })
            .await?;
        served(kept)
    }

    /// All pages; or why not, where the provider said why.
    async fn read_templates(
        &self,
        account: &Account,
        business: &str,
    ) -> Result<Result<Vec<Translation>, Option<Refusal>>, TemplatesError> {
        let secrets = self.providers.secrets.as_ref().ok_or(TemplatesError::NoCredentials)?;
        let Ok(Credentials::Whatsapp { access_token, .. }) = account.credentials(secrets) else {
            return Err(TemplatesError::NoCredentials);
        };
        let begun = self.host.monotonic();
        let mut read = Vec::new();
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
            read.extend(page.translations);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(Ok(read))
    }
}

/// What was read, however long ago.
fn served(templates: Templates) -> Result<Templates, TemplatesError> {
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
