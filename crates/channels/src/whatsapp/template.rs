//! A template with its places filled and the payloads of its quick replies (page: messages/template-messages).

use std::collections::BTreeMap;

use flow::limits::{MAX_BUTTON_ID_CHARS, MAX_ROWS, MAX_TEMPLATE_NAME_CHARS};
use flow::{Button, Variables};
use serde_json::{Map, Value, json};

use super::limits;
use crate::unsendable::BuildError;

pub(super) fn build(
    name: &str,
    language: &str,
    variables: &Variables,
    buttons: &[Button],
) -> Result<Value, BuildError> {
    limits::text("/name", name, MAX_TEMPLATE_NAME_CHARS)?;
    if language.trim().is_empty() {
        return Err(BuildError::Empty { field: "/language".into() });
    }
    let mut components = Vec::new();
    let parameters = parameters(variables)?;
    if !parameters.is_empty() {
        components.push(json!({ "type": "body", "parameters": parameters }));
    }
    for component in quick_replies(buttons)? {
        components.push(component);
    }
    let mut template = Map::new();
    template.insert("name".into(), name.into());
    template.insert("language".into(), json!({ "code": language }));
    if !components.is_empty() {
        template.insert("components".into(), components.into());
    }
    Ok(Value::Object(template))
}

fn parameters(variables: &Variables) -> Result<Vec<Value>, BuildError> {
    match variables {
        Variables::Positional(values) => {
            let fields = values.iter().enumerate();
            fields.map(|(index, text)| parameter(&index.to_string(), None, text)).collect()
        }
        Variables::Named(values) => match positional(values)? {
            Some(texts) => {
                let fields = (1..).zip(texts);
                fields.map(|(place, text)| parameter(&place.to_string(), None, text)).collect()
            }
            None => values.iter().map(|(name, text)| parameter(name, Some(name), text)).collect(),
        },
    }
}

/// The values of `{"1": …, "2": …}` in order: the actions API writes places `{{1}}` as keys. A place with a name
/// never starts with a digit.
fn positional(values: &BTreeMap<String, String>) -> Result<Option<Vec<&String>>, BuildError> {
    let numeric = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    if values.is_empty() || !values.keys().all(numeric) {
        return Ok(None);
    }
    let texts = (1..=values.len()).map(|place| {
        let missing = || BuildError::Empty { field: format!("/variables/{place}") };
        values.get(&place.to_string()).ok_or_else(missing)
    });
    texts.collect::<Result<_, _>>().map(Some)
}

/// The provider refuses an empty text with 131008.
fn parameter(field: &str, name: Option<&str>, text: &str) -> Result<Value, BuildError> {
    if text.trim().is_empty() {
        return Err(BuildError::Empty { field: format!("/variables/{}", escape(field)) });
    }
    Ok(match name {
        Some(name) => json!({ "type": "text", "parameter_name": name, "text": text }),
        None => json!({ "type": "text", "text": text }),
    })
}

/// As RFC 6901 writes a name in a pointer.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn quick_replies(buttons: &[Button]) -> Result<Vec<Value>, BuildError> {
    if buttons.len() > MAX_ROWS {
        let field = "/buttons".into();
        return Err(BuildError::TooMany { field, count: buttons.len(), max: MAX_ROWS });
    }
    let mut seen = Vec::new();
    let checked = buttons.iter().enumerate().map(|(index, Button { id, .. })| {
        let field = format!("/buttons/{index}/id");
        limits::text(&field, id, MAX_BUTTON_ID_CHARS)?;
        limits::unique(&field, id, &mut seen)?;
        Ok(json!({
            "type": "button",
            "sub_type": "quick_reply",
            "index": index.to_string(),
            "parameters": [{ "type": "payload", "payload": id }],
        }))
    });
    checked.collect()
}
