//! What a team writes of an agent: the fields of the console contract (contract/console-bimpe.md, section 4).

use fields::{Given, Object};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the contract gives an agent that says nothing else.
const DEFAULT_LANGUAGE: &str = "en";
const DEFAULT_TIMEZONE: &str = "UTC";
/// The longest email address, in characters (RFC 5321, 4.5.3.1).
const MAX_EMAIL: usize = 254;

/// How an agent is to sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Persona {
    /// Factual and polite.
    Professional,
    /// Warm.
    #[default]
    Friendly,
    /// In as few words as possible.
    Concise,
}

/// What a team writes of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Up to 255 characters.
    pub name: String,
    /// Up to 2,000 characters.
    pub description: String,
    /// A language code, up to 10 characters: `en`, `pt-BR`, or `pt_BR`. Kept as it was sent, and only shown.
    pub language: String,
    /// How it is to sound.
    #[serde(default)]
    pub persona: Persona,
    /// An IANA name, or an offset such as `+01:00`, up to 64 characters. Kept as it was sent, and only shown.
    pub timezone: String,
    /// A link to a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Up to 255 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_name: Option<String>,
    /// Up to 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_address: Option<String>,
    /// An email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_email: Option<String>,
    /// Up to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_description: Option<String>,
    /// Whom to write to when a person is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation_email: Option<String>,
}

impl Default for Profile {
    /// With the defaults of the contract, and without what must be given.
    fn default() -> Self {
        Self {
            name: String::new(),
            description: String::new(),
            language: DEFAULT_LANGUAGE.to_owned(),
            persona: Persona::default(),
            timezone: DEFAULT_TIMEZONE.to_owned(),
            logo: None,
            business_name: None,
            business_address: None,
            business_email: None,
            business_description: None,
            escalation_email: None,
        }
    }
}

impl Profile {
    /// Applies the fields of a body: absent ones stay, `null` clears, or makes the default where there is one.
    /// `create` asks for those that a new agent must have. Errors are collected in the body's `Errors`.
    pub fn apply(&mut self, body: &Object<'_, '_>, create: bool) {
        for (name, max, place) in
            [("name", 255, &mut self.name), ("description", 2000, &mut self.description)]
        {
            if create {
                *place = body.required_text(name, max);
            } else if let Given::Value(text) = body.filled_text(name, max) {
                *place = text;
            }
        }
        let right = "a language code, such as en or pt-BR";
        let language = checked(
            body,
            "language",
            10,
            is_language,
            right,
            || json!({"pattern": "^[A-Za-z0-9_-]+$", "default": DEFAULT_LANGUAGE, "examples": ["en"]}),
        );
        put(language, &mut self.language, DEFAULT_LANGUAGE);
        match body.one_of("persona", &["professional", "friendly", "concise"]) {
            Given::Absent => {}
            Given::Null => self.persona = Persona::default(),
            Given::Value(name) => self.persona = Persona::of(&name),
        }
        let right = "a time zone, such as UTC or Africa/Lagos";
        let timezone = checked(
            body,
            "timezone",
            64,
            is_timezone,
            right,
            || json!({"pattern": "^[A-Za-z0-9_+/:-]+$", "default": DEFAULT_TIMEZONE, "examples": ["UTC"]}),
        );
        put(timezone, &mut self.timezone, DEFAULT_TIMEZONE);
        body.uri("logo").put(&mut self.logo);
        body.text("business_name", 255).put(&mut self.business_name);
        body.text("business_address", 500).put(&mut self.business_address);
        email(body, "business_email").put(&mut self.business_email);
        body.text("business_description", 2000).put(&mut self.business_description);
        email(body, "escalation_email").put(&mut self.escalation_email);
    }
}

impl Persona {
    fn of(name: &str) -> Self {
        match name {
            "professional" => Self::Professional,
            "concise" => Self::Concise,
            _ => Self::Friendly,
        }
    }
}

fn put(given: Given<String>, place: &mut String, default: &str) {
    match given {
        Given::Absent => {}
        Given::Null => default.clone_into(place),
        Given::Value(text) => *place = text,
    }
}

/// A text of a form.
fn checked(
    body: &Object<'_, '_>,
    name: &str,
    max: usize,
    is_right: impl Fn(&str) -> bool,
    right: &str,
    schema: impl FnOnce() -> Value,
) -> Given<String> {
    let text = body.text(name, max);
    body.describe(name, schema);
    if matches!(&text, Given::Value(text) if !is_right(text)) {
        body.error(name, format!("must be {right}"));
        return Given::Absent;
    }
    text
}

fn email(body: &Object<'_, '_>, name: &str) -> Given<String> {
    let right = "an email address, such as ana@example.com";
    checked(
        body,
        name,
        MAX_EMAIL,
        flow::is_email,
        right,
        || json!({"format": "email", "pattern": format!("^{}$", flow::EMAIL_PATTERN), "examples": ["ana@example.com"]}),
    )
}

fn is_language(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// The characters of IANA's names, and of offsets. Which names exist changes several times a year.
fn is_timezone(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-' | b'/' | b':');
    !text.is_empty() && text.bytes().all(fits)
}
