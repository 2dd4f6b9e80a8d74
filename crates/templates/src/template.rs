//! A template: all translations of a name.

use channels::whatsapp::Translation;
use conversation::identity;
use flow::Timestamp;
use uuid::Uuid;

/// A template, in at least one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Derived from the business account and the name: the same on every number of the business, and after a template
    /// was made again. The provider has an id for each translation.
    pub id: Uuid,
    /// When it was first read: the provider does not say when it was made.
    pub created_at: Timestamp,
    /// By language, at least one.
    pub(crate) translations: Vec<Translation>,
}

/// What the provider lets us send.
const APPROVED: &str = "APPROVED";

impl Template {
    pub(crate) fn new(
        business_account: &str,
        translations: &[Translation],
        created_at: Timestamp,
    ) -> Self {
        let name = translations.first().map_or("", |one| one.name.as_str());
        Self {
            id: identity::derive("template", &[business_account, name]),
            created_at,
            translations: translations.to_vec(),
        }
    }

    /// What it is sent by.
    #[must_use]
    pub fn name(&self) -> &str {
        self.translations.first().map_or("", |one| one.name.as_str())
    }

    /// One of the three words of the contract: `APPROVED` if any language is, else `PENDING` if any is looked at; what was
    /// approved and cannot be sent any more (`PAUSED`, `DISABLED`, …) is `REJECTED`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        let any = |words: &[&str]| {
            self.translations.iter().any(|one| words.contains(&one.status.as_str()))
        };
        if any(&[APPROVED]) {
            APPROVED
        } else if any(&["PENDING", "IN_APPEAL"]) {
            "PENDING"
        } else {
            "REJECTED"
        }
    }

    /// The translation that is shown: one that can be sent, if there is one.
    #[must_use]
    pub fn shown(&self) -> Option<&Translation> {
        self.sendable(None).or(self.translations.first())
    }

    /// The translation to be sent: the one asked for, else one of the same language elsewhere (`en` for `en_GB`), else any
    /// approved one. `None`: none is approved.
    #[must_use]
    pub fn sendable(&self, language: Option<&str>) -> Option<&Translation> {
        let approved = || self.translations.iter().filter(|one| one.status == APPROVED);
        let asked = language.unwrap_or_default();
        let exact = approved().find(|one| is_same(&one.language, asked));
        let near = || approved().find(|one| base(&one.language).eq_ignore_ascii_case(base(asked)));
        exact.or_else(near).or_else(|| approved().next())
    }
}

/// Whether two languages are the same: what is `pt_PT` to WhatsApp is `pt-PT` elsewhere.
fn is_same(one: &str, other: &str) -> bool {
    one.replace('-', "_").eq_ignore_ascii_case(&other.replace('-', "_"))
}

/// The language without its country.
fn base(language: &str) -> &str {
    language.split(['_', '-']).next().unwrap_or_default()
}
