//! What a provider answers to a request of ours: `{"status": 200, "headers": {}, "body": …}`, or the body alone.

use channels::{telephony, whatsapp};
use flow::limits::{MAX_HTTP_SAVED_BYTES, MAX_VALUE_DEPTH};
use flow::{EffectResult, Timestamp, is_deeper};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};
use templates::Templates;
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(default)]
struct Answer {
    status: u16,
    headers: Map<String, Value>,
    body: Value,
}

impl Default for Answer {
    fn default() -> Self {
        Self { status: 200, headers: Map::new(), body: Value::Null }
    }
}

pub fn run(input: &[u8]) {
    keep(input);
    let answer =
        serde_json::from_slice::<Answer>(input).ok().filter(|answer| !answer.body.is_null());
    let (status, headers, body) = match &answer {
        Some(answer) => {
            (answer.status, headers(&answer.headers), answer.body.to_string().into_bytes())
        }
        None => (200, HeaderMap::new(), input.to_vec()),
    };
    for status in [status, 200, 400] {
        let once = whatsapp::outcome(status, &headers, &body);
        assert_eq!(
            format!("{once:?}"),
            format!("{:?}", whatsapp::outcome(status, &headers, &body))
        );
        let _ = telephony::outcome(status, &headers, &body);
        take_templates(status, &body);
    }
}

fn headers(given: &Map<String, Value>) -> HeaderMap {
    let pairs = given.iter().filter_map(|(name, value)| {
        let value = HeaderValue::from_str(value.as_str()?).ok()?;
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
    });
    pairs.collect()
}

/// What an address answered is kept with a conversation as long as its session stands still, and has to fit in.
fn keep(answer: &[u8]) {
    let body = serde_json::from_slice(answer)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(answer).into_owned()));
    let kept = EffectResult::Http { status: 200, body }.kept();
    let json = serde_json::to_value(&kept).unwrap_or_default();
    assert!(!is_deeper(&json, MAX_VALUE_DEPTH + 1), "{json}");
    assert!(json.to_string().len() <= MAX_HTTP_SAVED_BYTES + 100);
}

/// A list of templates is kept, read back as it was, shown, and each is filled.
fn take_templates(status: u16, body: &[u8]) {
    let Ok(page) = whatsapp::templates_page(status, body) else { return };
    let mut document = Templates::of("106");
    document.take(page.translations, Timestamp(1));
    let Ok(json) = serde_json::to_vec(&document) else { panic!("it cannot be written") };
    match serde_json::from_slice::<Templates>(&json) {
        Ok(read) => assert_eq!(read, document, "read as it was written"),
        Err(error) => panic!("what was written cannot be read: {error}"),
    }
    let all = document.all();
    let _ = templates::dropdown(&all);
    for template in all {
        assert_eq!(document.find(template.id).map(|found| found.id), Some(template.id));
        assert_ne!(template.id, Uuid::nil());
        let _ = (template.summary(), templates::placeholders_dropdown(&template));
        let details = template.details();
        let places = template.shown().map(|shown| shown.placeholders()).unwrap_or_default();
        let filled = places.iter().map(|place| ((*place).to_owned(), "x".to_owned())).collect();
        if let Ok(content) = template.fill(None, &filled) {
            let _ = super::contents::send(&content);
        }
        let _ = details;
    }
}
