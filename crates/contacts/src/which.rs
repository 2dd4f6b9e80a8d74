//! Whom a request means.

use conversation::{Contact, E164, identity};
use fields::{Given, Object};
use serde_json::{Map, Value, json};
use store::{Kv, Store, StoreError};
use uuid::Uuid;

use crate::MAX_EMAIL;
use crate::email::holders;

/// Longest text that is looked at as a phone number or an id, in characters: 15 digits, and what people put between them.
const MAX_TEXT: usize = 100;

/// White space, as a pattern of a JSON Schema: the usual, since languages differ in what else is.
pub(crate) const WHITE: &str = r"[ \t\r\n]*";

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
        let (id, phone) = (text(fields, "contact_id"), text(fields, "phone"));
        fields.describe_whole(|| {
            json!({"anyOf": [
                {"required": ["contact_id"], "properties": {"contact_id": form("contact_id")}},
                {"required": ["phone"], "properties": {"phone": form("phone"), "contact_id": blank()}},
            ]})
        });
        let has_phone = fields.given("phone");
        if fields.given("contact_id") && !(has_phone && is_blank(fields, "contact_id")) {
            return parse_id(fields, &id?).map(Self::Id);
        }
        if has_phone {
            return parse_phone(fields, &phone?).map(Self::Phone);
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

/// Reads a text that may name a contact: what it must look like depends on what is beside it.
fn text(fields: &Object<'_, '_>, name: &str) -> Option<String> {
    let most = if name == "email" { MAX_EMAIL } else { MAX_TEXT };
    let text = fields.text(name, most);
    fields.describe(name, || json!({"examples": [example(name)]}));
    text.value()
}

/// What a text looks like that names a contact, as a schema says it.
fn form(name: &str) -> Value {
    match name {
        "contact_id" => json!({"type": "string", "format": "uuid"}),
        "phone" => json!({"type": "string", "pattern": E164::PATTERN}),
        _ => {
            json!({"type": "string", "pattern": format!("^{WHITE}{}{WHITE}$", flow::EMAIL_PATTERN)})
        }
    }
}

fn example(name: &str) -> &'static str {
    match name {
        "contact_id" => "0197aef0-0000-7000-8000-000000000000",
        "phone" => "+14155550123",
        _ => "ana@example.com",
    }
}

/// What counts as absent, as a schema says it.
fn blank() -> Value {
    json!({"type": ["string", "null"], "pattern": format!("^{WHITE}$")})
}

fn parse_id(fields: &Object<'_, '_>, text: &str) -> Option<Uuid> {
    text.parse().map_err(|_| fields.error("contact_id", "must be a UUID")).ok()
}

fn parse_phone(fields: &Object<'_, '_>, text: &str) -> Option<E164> {
    E164::parse(text).map_err(|error| fields.error("phone", error.to_string())).ok()
}

/// Reads `phone`, which must be there. `None`: there was an error.
#[must_use]
pub fn read_phone(fields: &Object<'_, '_>) -> Option<E164> {
    // Empty: that is an error already.
    if fields.required_text("phone", MAX_TEXT).is_empty() { None } else { phone(fields) }
}

/// Reads `phone`. `None`: there was an error, or it is not there.
pub(crate) fn phone(fields: &Object<'_, '_>) -> Option<E164> {
    let given = text(fields, "phone");
    fields.describe("phone", || form("phone"));
    parse_phone(fields, &given?)
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
        let texts = Self::NAMES.map(|name| text(fields, name));
        fields.describe_whole(|| json!({"anyOf": Self::NAMES.map(Self::only)}));
        let given: Vec<&str> =
            Self::NAMES.into_iter().filter(|name| !is_blank(fields, name)).collect();
        let [id, phone, _] = texts;
        match given[..] {
            ["contact_id"] => parse_id(fields, &id?).map(ContactRef::Id).map(Self::Ref),
            ["phone"] => parse_phone(fields, &phone?).map(ContactRef::Phone).map(Self::Ref),
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

    /// One of them alone, as a schema says it.
    fn only(name: &str) -> Value {
        let of = |other: &str| if other == name { form(name) } else { blank() };
        let all = Self::NAMES.map(|other| (other.to_owned(), of(other)));
        json!({"required": [name], "properties": Map::from_iter(all)})
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
    fields.describe("email", || {
        json!({"pattern": format!("^{WHITE}({})?{WHITE}$", flow::EMAIL_PATTERN), "examples": [example("email")]})
    });
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
