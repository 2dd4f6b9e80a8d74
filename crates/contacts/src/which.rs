//! Whom a request means.

use conversation::{Contact, E164, identity};
use fields::{Given, Object};
use serde_json::{Value, json};
use store::{Kv, Store, StoreError};
use uuid::Uuid;

use crate::MAX_EMAIL;
use crate::email::holders;

/// Longest text that is looked at as a phone number, in characters: 15 digits, and what people put between them.
const MAX_PHONE: usize = 100;

/// A contact that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactRef {
    /// By its id.
    Id(Uuid),
    /// By its phone.
    Phone(E164),
}

/// A contact that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// By its id or phone.
    Ref(ContactRef),
    /// By an email address: its newest holder.
    Email(String),
}

impl ContactRef {
    /// Reads one of `contact_id` and `phone`: the first where both are given, unless it is blank, as forms send what was
    /// not filled in. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        describe(fields, &["contact_id", "phone"]);
        let has_id = fields.given("contact_id");
        let has_phone = fields.given("phone");
        if has_id && !(has_phone && is_blank(fields, "contact_id")) {
            return fields.uuid("contact_id").value().map(Self::Id);
        }
        if has_phone {
            return read_phone(fields).map(Self::Phone);
        }
        fields.error("contact_id", "required when phone is absent");
        fields.error("phone", "required when contact_id is absent");
        None
    }

    /// The id of a team's contact. A phone is what its id is derived from.
    #[must_use]
    pub fn id(&self, team: &str) -> Uuid {
        match self {
            Self::Id(id) => *id,
            Self::Phone(phone) => identity::contact(team, phone.as_str()),
        }
    }
}

/// Says what can name a contact, whichever of it is then read.
fn describe(fields: &Object<'_, '_>, names: &[&str]) {
    for name in names {
        fields.describe(name, || match *name {
            "contact_id" => json!({
                "type": "string", "format": "uuid", "examples": ["0197aef0-0000-7000-8000-000000000000"],
            }),
            "phone" => phone(),
            _ => email(),
        });
    }
    fields.describe_whole(|| {
        let one = |name: &&str| json!({"required": [name]});
        json!({"anyOf": names.iter().map(one).collect::<Vec<_>>()})
    });
}

/// A phone number, as a schema says it.
fn phone() -> Value {
    json!({"type": "string", "examples": ["+14155550123"]})
}

/// An email address, as a schema says it.
fn email() -> Value {
    json!({"type": "string", "examples": ["ana@example.com"]})
}

/// Reads `phone`. `None`: there was an error, or it is not there.
pub(crate) fn read_phone(fields: &Object<'_, '_>) -> Option<E164> {
    let text = fields.text("phone", MAX_PHONE);
    fields.describe("phone", phone);
    let text = text.value()?;
    E164::parse(&text).map_err(|error| fields.error("phone", error.to_string())).ok()
}

fn is_blank(fields: &Object<'_, '_>, name: &str) -> bool {
    match fields.any(name) {
        Given::Absent | Given::Null => true,
        Given::Value(value) => value.as_str().is_some_and(|text| text.trim().is_empty()),
    }
}

impl Sought {
    const NAMES: [&str; 3] = ["contact_id", "phone", "email"];

    /// Reads exactly one of `contact_id`, `phone` and `email`. Blank ones count as absent. `None`: there was an error.
    #[must_use]
    pub fn read(fields: &Object<'_, '_>) -> Option<Self> {
        describe(fields, &Self::NAMES);
        let given: Vec<&str> =
            Self::NAMES.into_iter().filter(|name| !is_blank(fields, name)).collect();
        match given[..] {
            ["contact_id"] => fields.uuid("contact_id").value().map(ContactRef::Id).map(Self::Ref),
            ["phone"] => read_phone(fields).map(ContactRef::Phone).map(Self::Ref),
            ["email"] => read_email(fields).value().map(Self::Email),
            [] => {
                for name in Self::NAMES {
                    fields.error(name, "give one of contact_id, phone and email");
                }
                None
            }
            _ => {
                for name in given {
                    fields.error(name, "give only one of contact_id, phone and email");
                }
                None
            }
        }
    }

    /// The contact, if the team has it.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn find<K: Kv>(
        &self,
        store: &Store<K>,
        team: &str,
    ) -> Result<Option<Contact>, StoreError> {
        match self {
            Self::Ref(contact) => crate::load(store, team, contact.id(team)).await,
            Self::Email(address) => Ok(holders(store, team, address).await?.into_iter().next()),
        }
    }
}

/// Reads `email`, without the white space around it. A blank one counts as `null`.
#[must_use]
pub fn read_email(fields: &Object<'_, '_>) -> Given<String> {
    let text = fields.text("email", MAX_EMAIL);
    fields.describe("email", email);
    let Given::Value(text) = text else {
        return if fields.has("email") && !fields.given("email") {
            Given::Null
        } else {
            Given::Absent
        };
    };
    let text = text.trim();
    if text.is_empty() {
        return Given::Null;
    }
    if !flow::is_email(text) {
        fields.error("email", "must be an email address, such as ana@example.com");
        return Given::Absent;
    }
    Given::Value(text.to_owned())
}
