//! The tags of a team: every one that a contact of it was ever given. Which contacts have one, only they know.

use conversation::identity;
use fields::{Errors, FieldError};
use flow::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Change, Kv, Store, StoreError, from_json, keys, to_json};

use crate::{MAX_TAG, TagView};

/// Tags of a team that are listed; contacts may be given further ones. With the longest names the document takes 430 KB.
pub const MAX_TAGS: usize = 1_000;

/// The document `tags:<team>`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Tags {
    /// Oldest first.
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Tag {
    name: String,
    created_at: Timestamp,
}

impl Tags {
    /// Adds those that are new, as many as there is room for. Whether there were any.
    fn add(&mut self, names: &[&str], now: Timestamp) -> bool {
        let before = self.tags.len();
        for name in names {
            if self.tags.len() < MAX_TAGS && !self.tags.iter().any(|tag| tag.name == *name) {
                self.tags.push(Tag { name: (*name).to_owned(), created_at: now });
            }
        }
        self.tags.len() > before
    }
}

/// Lists tags that a contact is given, before it has them: a write only if one is new.
pub(crate) async fn define<K: Kv>(
    store: &Store<K>,
    team: &str,
    names: &[&str],
    now: Timestamp,
) -> Result<(), StoreError> {
    if names.is_empty() {
        return Ok(());
    }
    let key = keys::tags(team);
    // A plain read first: on Redis a conditional one costs a connection.
    let known: Option<Tags> = store.read_json(&key).await?;
    if known.is_some_and(|mut known| !known.add(names, now)) {
        return Ok(());
    }
    store
        .update(&key, async |current: Option<Vec<u8>>| {
            let mut tags: Tags =
                current.map(|json| from_json(&key, &json)).transpose()?.unwrap_or_default();
            Ok(match tags.add(names, now) {
                true => Change::Write(to_json(&key, &tags)?, ()),
                false => Change::Keep(()),
            })
        })
        .await
}

/// What `list-tags` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// A part of the name, in lower case; empty: all.
    name: String,
}

impl TagFilter {
    /// Reads a body.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(body: &Value) -> Result<Self, Vec<FieldError>> {
        let errors = Errors::new();
        let name = errors.body(body).text("name", MAX_TAG).value().unwrap_or_default();
        errors.into_result(Self { name: name.trim().to_lowercase() })
    }
}

/// The tags of a team, by name.
///
/// # Errors
/// When the store fails.
pub async fn list_tags<K: Kv>(
    store: &Store<K>,
    team: &str,
    filter: &TagFilter,
) -> Result<Vec<TagView>, StoreError> {
    let known: Option<Tags> = store.read_json(&keys::tags(team)).await?;
    let mut tags = known.unwrap_or_default().tags;
    tags.retain(|tag| tag.name.to_lowercase().contains(&filter.name));
    tags.sort_by_cached_key(|tag| (tag.name.to_lowercase(), tag.name.clone()));
    let view = |tag: Tag| TagView {
        id: identity::derive("tag", &[team, &tag.name]),
        name: tag.name,
        created_at: tag.created_at.to_rfc3339(),
    };
    Ok(tags.into_iter().map(view).collect())
}
