//! The templates that a business has at the provider: the request for a page of them, and what a page says (page:
//! graph-api/reference/whats-app-business-account/message_templates).

use http::header::AUTHORIZATION;
use http::{Method, Request};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ProviderError;
use super::inbound::string;
use super::outbound::{API_VERSION, bearer, invalid_origin};
use crate::origin;
use crate::unsendable::{BuildError, invalid};

/// What is asked of each template.
const FIELDS: &str = "name,language,status,category,parameter_format,components";

/// A template in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// What it is sent by, with the language.
    pub name: String,
    /// Such as `en` or `pt_BR`.
    pub language: String,
    /// The provider's word: `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, ….
    pub status: String,
    /// `UTILITY`, `MARKETING` or `AUTHENTICATION`.
    pub category: String,
    /// Whether its places have names, not numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub named: bool,
    /// What the contact reads, with its places.
    #[serde(default)]
    pub body: String,
    /// What is above the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// What is below the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What can be tapped, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<TemplateButton>,
}

/// What is above a template's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT`, ….
    pub format: String,
    /// The text, or where the example of a medium is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// What can be tapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplateButton {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// The label.
    pub text: String,
    /// What it opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
}

/// A part of a business' templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplatePage {
    /// In the provider's order.
    pub translations: Vec<Translation>,
    /// Where the next page begins; `None`: there is none.
    pub after: Option<String>,
}

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplatePageError {
    /// The provider refused.
    #[error("{}: {}", .0.code, .0.message)]
    Refused(ProviderError),
    /// It said neither templates nor an error.
    #[error("an answer of status {0} without templates")]
    Unreadable(u16),
}

/// `GET {base_url}/v24.0/{business_account}/message_templates`, of at most `limit` templates, from `after` on.
///
/// The page's own `paging.next` is not followed: it is an address of any origin, with the token in it.
///
/// # Errors
/// What the provider would refuse, naming the argument.
pub fn templates_request(
    base_url: &str,
    business_account: &str,
    access_token: &str,
    limit: usize,
    after: Option<&str>,
) -> Result<Request<Vec<u8>>, BuildError> {
    if business_account.is_empty() || !business_account.bytes().all(|b| b.is_ascii_digit()) {
        return Err(invalid("business_account", "a WhatsApp Business Account id: digits"));
    }
    let origin = origin(base_url).ok_or_else(invalid_origin)?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("fields", FIELDS).append_pair("limit", &limit.to_string());
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    let query = query.finish();
    Request::builder()
        .method(Method::GET)
        .uri(format!("{origin}/{API_VERSION}/{business_account}/message_templates?{query}"))
        .header(AUTHORIZATION, bearer(access_token)?)
        .body(Vec::new())
        .map_err(|_| invalid_origin())
}

/// Reads an answer to [`templates_request`]. A template without a name or a language is passed over.
///
/// # Errors
/// [`TemplatePageError`].
pub fn templates_page(status: u16, body: &[u8]) -> Result<TemplatePage, TemplatePageError> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(error) = body.get("error").and_then(ProviderError::read) {
        return Err(TemplatePageError::Refused(error));
    }
    let listed = body.get("data").and_then(Value::as_array).filter(|_| status == 200);
    let listed = listed.ok_or(TemplatePageError::Unreadable(status))?;
    let is_last = body.pointer("/paging/next").is_none();
    let after = string(&body, "/paging/cursors/after").filter(|after| !after.is_empty());
    Ok(TemplatePage {
        translations: listed.iter().filter_map(Translation::read).collect(),
        after: after.filter(|_| !is_last),
    })
}

impl Translation {
    fn read(template: &Value) -> Option<Self> {
        let filled = |pointer| string(template, pointer).filter(|text| !text.is_empty());
        let upper = |pointer| filled(pointer).unwrap_or_default().to_ascii_uppercase();
        let mut read = Self {
            name: filled("/name")?,
            language: filled("/language")?,
            status: upper("/status"),
            category: upper("/category"),
            named: upper("/parameter_format") == "NAMED",
            body: String::new(),
            header: None,
            footer: None,
            buttons: Vec::new(),
        };
        let components = template.get("components").and_then(Value::as_array);
        for component in components.into_iter().flatten() {
            // Written in either case, as they were when the template was made.
            match string(component, "/type").unwrap_or_default().to_ascii_uppercase().as_str() {
                "BODY" => read.body = string(component, "/text").unwrap_or_default(),
                "HEADER" => read.header = Some(Header::read(component)),
                "FOOTER" => read.footer = string(component, "/text"),
                "BUTTONS" => {
                    let buttons = component.get("buttons").and_then(Value::as_array);
                    let buttons = buttons.into_iter().flatten().map(TemplateButton::read);
                    read.buttons = buttons.collect();
                }
                _ => {}
            }
        }
        Some(read)
    }

    /// The names of the body's places, each once, in the order in which they come: `1`, `2`, or `first_name`.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for part in self.body.split("{{").skip(1) {
            let Some((name, _)) = part.split_once("}}") else { continue };
            let name = name.trim();
            let is_name =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if is_name && !found.contains(&name) {
                found.push(name);
            }
        }
        found
    }
}

impl Header {
    fn read(component: &Value) -> Self {
        let format = string(component, "/format").unwrap_or_default().to_ascii_uppercase();
        let place = if format == "TEXT" { "/text" } else { "/example/header_handle/0" };
        Self { content: string(component, place), format }
    }
}

impl TemplateButton {
    fn read(button: &Value) -> Self {
        Self {
            kind: string(button, "/type").unwrap_or_default().to_ascii_uppercase(),
            text: string(button, "/text").unwrap_or_default(),
            url: string(button, "/url"),
            phone_number: string(button, "/phone_number"),
        }
    }
}
