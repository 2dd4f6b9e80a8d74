//! What was read of an account's templates, kept: the provider allows 200 such requests an hour.

use std::collections::BTreeMap;

use channels::whatsapp::Translation;
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Template;

/// How long what was read is served as it is, in milliseconds.
const FRESH: u64 = 5 * 60_000;
/// How long after a reading, or a try, there is no other, in milliseconds.
const REST: u64 = 60_000;
/// How large the templates may be together, in bytes of JSON: hosted stores cap a value at 1 MB.
const MAX_BYTES: usize = 640 * 1024;

/// The document `templates:<account>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates {
    /// Whose they are at the provider: those of another are of no account.
    pub business_account: String,
    /// When the provider was last asked.
    pub asked_at: Timestamp,
    /// Who asks it, until there is an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asking: Option<Uuid>,
    /// When it last answered with its templates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// Why it last did not, where it said why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// By name, then language.
    #[serde(default)]
    translations: Vec<Translation>,
    /// When each name was first read, as long as it is there.
    #[serde(default)]
    first_read: BTreeMap<String, Timestamp>,
}

/// Why the provider gave no templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The provider's code.
    pub code: i64,
    /// What it said.
    pub message: String,
}

impl Templates {
    /// Nothing was read yet.
    #[must_use]
    pub fn of(business_account: &str) -> Self {
        Self { business_account: business_account.to_owned(), ..Self::default() }
    }

    /// Whether what was read is as good as what the provider has now.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.read_at.is_some_and(|at| now.0.saturating_sub(at.0) < FRESH)
    }

    /// Whether the provider may be asked again: once a minute at most.
    #[must_use]
    pub fn may_ask(&self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.asked_at.0) >= REST
    }

    /// Notes that somebody is about to ask the provider: nobody else may then, for a while.
    pub fn ask(&mut self, by: Uuid, now: Timestamp) {
        (self.asked_at, self.asking) = (now, Some(by));
    }

    /// Takes what was read. Whether all of it found room.
    pub fn take(&mut self, mut read: Vec<Translation>, now: Timestamp) -> bool {
        read.sort_by(|a, b| (&a.name, &a.language).cmp(&(&b.name, &b.language)));
        read.dedup_by(|a, b| (&a.name, &a.language) == (&b.name, &b.language));
        let mut bytes = 0;
        let size = |one: &Translation| serde_json::to_vec(one).map_or(0, |json| json.len());
        let fits = read.iter().take_while(|one| {
            bytes += size(one);
            bytes <= MAX_BYTES
        });
        let fits = fits.count();
        let all = fits == read.len();
        read.truncate(fits);
        let known = std::mem::take(&mut self.first_read);
        for one in &read {
            let first = known.get(&one.name).copied().unwrap_or(now);
            self.first_read.insert(one.name.clone(), first);
        }
        self.translations = read;
        (self.asked_at, self.read_at, self.refusal) = (now, Some(now), None);
        self.asking = None;
        all
    }

    /// Takes that there was nothing to be read: what was read before stays.
    pub fn miss(&mut self, refusal: Option<Refusal>, now: Timestamp) {
        (self.asked_at, self.refusal, self.asking) = (now, refusal, None);
    }

    /// All templates, by name.
    #[must_use]
    pub fn all(&self) -> Vec<Template> {
        self.translations
            .chunk_by(|a, b| a.name == b.name)
            .filter_map(|translations| {
                let name = &translations.first()?.name;
                let created_at = self.first_read.get(name).copied().unwrap_or_default();
                Some(Template::new(&self.business_account, translations, created_at))
            })
            .collect()
    }

    /// The template of that id.
    #[must_use]
    pub fn find(&self, id: Uuid) -> Option<Template> {
        self.all().into_iter().find(|template| template.id == id)
    }
}
