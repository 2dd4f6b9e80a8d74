//! What requests say of a contact, and how it gets into the contact.

use std::collections::HashSet;

use conversation::{Contact, E164};
use fields::{Errors, FieldError, Given, Object};
use flow::limits::{MAX_CONTACT_FIELDS, MAX_CONTACT_TAGS};
use serde_json::{Map, Value, json};

use crate::ContactRef;
use crate::which::{WHITE, phone, read_email};

/// The longest name, in characters.
pub const MAX_NAME: usize = 255;
/// The longest email address, in characters; of these, an address may have 254 (RFC 5321, 4.5.3.1).
pub const MAX_EMAIL: usize = 255;
/// The longest tag, in characters.
pub const MAX_TAG: usize = 100;
/// The longest list of tags, in characters: as many as a contact may have, each with `, `.
const MAX_TAGS_TEXT: usize = MAX_CONTACT_TAGS * (MAX_TAG + 2);
/// The team's own fields of one contact, as JSON, in bytes: 64 KB (contract/actions-qyvo.md, section 6).
pub const MAX_METADATA_BYTES: usize = 64 * 1024;

/// What a request says of a contact. `null` clears.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    name: Given<String>,
    email: Given<String>,
    tags: Given<Vec<String>>,
    /// Merged into what is there, one level deep; `null` removes a field.
    metadata: Map<String, Value>,
}

/// What becomes of the tags that a contact has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTags {
    /// They stay.
    Add,
    /// They go.
    Replace,
}

impl Details {
    /// What another surface says of a contact, read and checked by it.
    #[must_use]
    pub fn new(name: Given<String>, email: Given<String>, metadata: Map<String, Value>) -> Self {
        Self { name, email, tags: Given::Absent, metadata }
    }

    fn read(fields: &Object<'_, '_>) -> Self {
        Self {
            name: read_name(fields),
            email: read_email(fields),
            tags: read_tags(fields),
            metadata: read_metadata(fields),
        }
    }

    /// Reads what `update-contact` is sent: whom, and what. What is blank is cleared, what is absent stays.
    #[must_use]
    pub fn read_update(fields: &Object<'_, '_>) -> Option<(ContactRef, Self)> {
        let contact = ContactRef::read(fields);
        let details = Self::read(fields);
        Some((contact?, details))
    }

    /// Puts it into a contact; twice is the same as once.
    ///
    /// # Errors
    /// When the contact would have too many tags, or too much metadata; nothing is promised of it then.
    pub fn apply(&self, contact: &mut Contact, on_tags: OnTags) -> Result<(), Vec<FieldError>> {
        let errors = Errors::new();
        self.name.clone().put(&mut contact.name);
        self.email.clone().put(&mut contact.email);
        match (&self.tags, on_tags) {
            (Given::Absent, _) | (Given::Null, OnTags::Add) => {}
            (Given::Null, OnTags::Replace) => contact.tags.clear(),
            (Given::Value(tags), OnTags::Replace) => contact.tags.clone_from(tags),
            (Given::Value(tags), OnTags::Add) => {
                for tag in tags {
                    add(contact, tag, "/tags", &errors);
                }
            }
        }
        self.merge(&mut contact.metadata, &errors);
        errors.into_result(())
    }

    fn merge(&self, metadata: &mut Map<String, Value>, errors: &Errors) {
        if self.metadata.is_empty() {
            return;
        }
        let (fields, bytes) = (metadata.len(), json_bytes(metadata));
        for (name, value) in &self.metadata {
            if value.is_null() {
                metadata.shift_remove(name);
            } else {
                metadata.insert(name.clone(), value.clone());
            }
        }
        // What workflows have stored may be more; it can still be made less.
        if metadata.len() > MAX_CONTACT_FIELDS.max(fields) {
            let now = metadata.len();
            let text = format!("would have {now} fields; it may have {MAX_CONTACT_FIELDS}");
            errors.add("/metadata", text);
        }
        let now = json_bytes(metadata);
        if now > MAX_METADATA_BYTES.max(bytes) {
            let text = format!("would take {now} bytes as JSON; it may take {MAX_METADATA_BYTES}");
            errors.add("/metadata", text);
        }
    }
}

/// What `create-contact` is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct NewContact {
    /// Whose.
    pub phone: E164,
    /// What is said of it. Nothing of it is blank: forms send what was not filled in as `""`, and that clears nothing.
    pub details: Details,
}

impl NewContact {
    /// Reads it. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        if !fields.given("phone") {
            fields.error("phone", "required");
        }
        let phone = phone(fields);
        let mut details = Details::read(fields);
        for text in [&mut details.name, &mut details.email] {
            if *text == Given::Null {
                *text = Given::Absent;
            }
        }
        Some(Self { phone: phone?, details })
    }
}

/// What `add-tag` and `remove-tag` are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRequest {
    /// Whose tag.
    pub contact: ContactRef,
    /// The tag, without the white space around it.
    pub tag: String,
}

impl TagRequest {
    /// Reads it. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        let contact = ContactRef::read(fields);
        let tag = fields.required_text("tag", MAX_TAG).trim().to_owned();
        Some(Self { contact: contact?, tag })
    }

    /// Adds the tag, unless it is there.
    ///
    /// # Errors
    /// When the contact has as many as it may have.
    pub(crate) fn add_to(&self, contact: &mut Contact) -> Result<(), Vec<FieldError>> {
        let errors = Errors::new();
        add(contact, &self.tag, "/tag", &errors);
        errors.into_result(())
    }

    /// Removes the tag, if it is there.
    pub(crate) fn remove_from(&self, contact: &mut Contact) {
        contact.tags.retain(|tag| *tag != self.tag);
    }
}

fn add(contact: &mut Contact, tag: &str, path: &str, errors: &Errors) {
    if contact.tags.iter().any(|known| known == tag) {
        return;
    }
    if contact.tags.len() >= MAX_CONTACT_TAGS {
        errors.add(path, format!("{tag}: a contact may have {MAX_CONTACT_TAGS} tags"));
        return;
    }
    contact.tags.push(tag.to_owned());
}

fn read_name(fields: &Object<'_, '_>) -> Given<String> {
    match fields.text("name", MAX_NAME) {
        Given::Value(name) if name.trim().is_empty() => Given::Null,
        Given::Value(name) => Given::Value(name.trim().to_owned()),
        other => other,
    }
}

/// Texts with commas between them: trimmed, blank ones dropped, each once, in their order.
fn read_tags(fields: &Object<'_, '_>) -> Given<Vec<String>> {
    let text = fields.text("tags", MAX_TAGS_TEXT);
    fields.describe("tags", || json!({"pattern": tags_pattern(), "examples": ["vip, newsletter"]}));
    let text = match text {
        Given::Value(text) => text,
        Given::Null => return Given::Null,
        Given::Absent => return Given::Absent,
    };
    let mut seen = HashSet::new();
    let tags: Vec<&str> =
        text.split(',').map(str::trim).filter(|tag| !tag.is_empty() && seen.insert(*tag)).collect();
    if tags.iter().any(|tag| tag.chars().count() > MAX_TAG) {
        fields.error("tags", format!("each tag must be at most {MAX_TAG} characters long"));
        return Given::Absent;
    }
    if tags.len() > MAX_CONTACT_TAGS {
        let text = format!("has {} tags; a contact may have {MAX_CONTACT_TAGS}", tags.len());
        fields.error("tags", text);
        return Given::Absent;
    }
    if tags.is_empty() {
        return Given::Null;
    }
    Given::Value(tags.into_iter().map(str::to_owned).collect())
}

/// What the list looks like; how many tags it has no pattern counts that everyone understands.
fn tags_pattern() -> String {
    let tag = format!("{WHITE}[^,]{{0,{MAX_TAG}}}{WHITE}");
    format!("^{tag}(,{tag})*$")
}

/// An object. PHP clients write an empty one as `[]`.
fn read_metadata(fields: &Object<'_, '_>) -> Map<String, Value> {
    if fields.any("metadata").value().and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return Map::new();
    }
    let metadata = fields.map("metadata").value().cloned().unwrap_or_default();
    fields.describe("metadata", || json!({"type": ["object", "array"], "maxItems": 0}));
    let bytes = json_bytes(&metadata);
    if bytes > MAX_METADATA_BYTES {
        let text = format!("takes {bytes} bytes as JSON; it may take {MAX_METADATA_BYTES}");
        fields.error("metadata", text);
    }
    metadata
}

fn json_bytes(metadata: &Map<String, Value>) -> usize {
    serde_json::to_vec(metadata).map_or(usize::MAX, |json| json.len())
}
