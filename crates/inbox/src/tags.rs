//! The tags that a team defines for its conversations: the document `conversation-tags:<team>`.

use conversation::{KeyReused, KeyUse, KeyUses};
use fields::Object;
use serde::{Deserialize, Serialize};
use store::{Change, Kv, Store, StoreError, from_json, keys, to_json};

/// Tags that a team may define.
pub const MAX_TAGS: usize = 1_000;
/// The longest text of a tag, in characters. With the longest ASCII ones a thousand take 450 KB.
const MAX_TEXT: usize = 100;
/// The largest document, in bytes: hosted stores refuse a value of 1 MB, which texts of other letters might fill.
const MAX_BYTES: usize = 900 * 1024;

/// A tag, as it is sent, kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Tag"))]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    /// By which conversations name it. A tag of the same id takes its place.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Of any notation.
    pub color: String,
    /// Whatever the team associates it with.
    pub associated_to: String,
}

impl Tag {
    /// Reads it: every field is required, up to 100 characters long. `None`: it is no object.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        fields.only(&["id", "title", "color", "associatedTo"]);
        let text = |name| fields.required_text(name, MAX_TEXT);
        let (id, title, color) = (text("id"), text("title"), text("color"));
        Some(Self { id, title, color, associated_to: text("associatedTo") })
    }
}

/// Why a tag is not defined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// There are too many.
    #[error("a team may define {MAX_TAGS} tags")]
    Full,
    /// Their texts are too long, all together.
    #[error("the team's tags would take more than {MAX_BYTES} bytes")]
    TooLarge,
    /// The `Idempotency-Key` came with another body before.
    #[error(transparent)]
    KeyReused(#[from] KeyReused),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Tags {
    /// Oldest first.
    tags: Vec<Tag>,
    /// The newest uses of an `Idempotency-Key`.
    #[serde(default, skip_serializing_if = "KeyUses::is_empty")]
    keys: KeyUses,
}

impl Tags {
    /// Defines a tag; whether anything changed.
    fn define(&mut self, tag: &Tag, used: &KeyUse) -> Result<bool, TagError> {
        if self.keys.has(used)? {
            return Ok(false);
        }
        match self.tags.iter().position(|known| known.id == tag.id) {
            Some(at) if self.tags[at] == *tag => return Ok(false),
            Some(at) => self.tags[at].clone_from(tag),
            None if self.tags.len() >= MAX_TAGS => return Err(TagError::Full),
            None => self.tags.push(tag.clone()),
        }
        self.keys.remember(used);
        Ok(true)
    }
}

/// Defines a tag, or changes the one of its id, once for each use of a key. One write, if anything changes.
///
/// # Errors
/// [`TagError`]; nothing was changed then.
pub async fn define<K: Kv>(
    store: &Store<K>,
    team: &str,
    tag: &Tag,
    used: &KeyUse,
) -> Result<(), TagError> {
    let key = keys::conversation_tags(team);
    store
        .update(&key, async |current: Option<Vec<u8>>| {
            let tags: Option<Tags> = current.map(|json| from_json(&key, &json)).transpose()?;
            let mut tags = tags.unwrap_or_default();
            if !tags.define(tag, used)? {
                return Ok(Change::Keep(()));
            }
            let json = to_json(&key, &tags)?;
            if json.len() > MAX_BYTES {
                return Err(TagError::TooLarge);
            }
            Ok(Change::Write(json, ()))
        })
        .await
}

/// Those of these ids that name no tag of the team.
///
/// # Errors
/// When the store fails.
pub async fn unknown<K: Kv>(
    store: &Store<K>,
    team: &str,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let tags: Option<Tags> = store.read_json(&keys::conversation_tags(team)).await?;
    let tags = tags.unwrap_or_default().tags;
    let is_unknown = |id: &&String| tags.iter().all(|tag| tag.id != **id);
    Ok(ids.iter().filter(is_unknown).cloned().collect())
}
