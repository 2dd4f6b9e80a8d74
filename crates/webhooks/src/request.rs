//! The bodies of `POST /api/v1/webhooks` and `POST /webhook`.

use conversation::NoticeEvent;
use fields::{FieldError, Given, Object};
use serde_json::json;

use crate::Surface;

/// Events that a request may name: each once would be enough.
pub const MAX_EVENTS: usize = 50;

/// A webhook as it is asked for. Whether its address may be called, only the operator's variables tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// `http` or `https`.
    pub url: String,
    /// Absent: everything that its surface has.
    pub events: Option<Vec<NoticeEvent>>,
    /// Whose words it speaks.
    pub surface: Surface,
}

impl NewWebhook {
    /// Reads `{url, events?}` of the actions API.
    ///
    /// # Errors
    /// All that is wrong with the body.
    pub fn read(fields: &Object<'_, '_>) -> Self {
        let url = required_url(fields);
        fields.describe("events", || {
            json!({"minItems": 1, "maxItems": MAX_EVENTS,
                "items": {"enum": names(&NoticeEvent::ACTIONS)}})
        });
        let events = fields.list("events", |value, path| {
            let event = NoticeEvent::ACTIONS.into_iter().find(|e| value == e.as_str());
            if event.is_none() {
                let names = names(&NoticeEvent::ACTIONS).join(", ");
                fields.error_at(path, format!("must be one of {names}"));
            }
            event
        });
        let count = match fields.any("events") {
            Given::Value(value) => value.as_array().map(Vec::len),
            _ => None,
        };
        if count == Some(0) {
            fields.error("events", "must name at least one event; leave it out for all of them");
        }
        if count.is_some_and(|count| count > MAX_EVENTS) {
            fields.error("events", format!("must have at most {MAX_EVENTS} items"));
        }
        let events = events.value().map(|mut events| {
            events.sort_unstable();
            events.dedup();
            events
        });
        Self { url, events, surface: Surface::Actions }
    }

    /// Reads `{url, event}` of the trigger API, and nothing else.
    ///
    /// # Errors
    /// All that is wrong with the body.
    pub fn read_trigger(fields: &Object<'_, '_>) -> Self {
        fields.only(&["url", "event"]);
        let url = required_url(fields);
        let names = names(&NoticeEvent::TRIGGER);
        if !fields.given("event") {
            fields.error("event", "required");
        }
        let event = fields.one_of("event", &names).value();
        let event =
            event.and_then(|name| NoticeEvent::TRIGGER.into_iter().find(|e| e.as_str() == name));
        Self { url, events: Some(event.into_iter().collect()), surface: Surface::Trigger }
    }

    /// Reads a body.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn of(
        body: &serde_json::Value,
        read: impl Fn(&Object<'_, '_>) -> Self,
    ) -> Result<Self, Vec<FieldError>> {
        let errors = fields::Errors::new();
        let new = read(&errors.body(body));
        errors.into_result(new)
    }
}

fn required_url(fields: &Object<'_, '_>) -> String {
    if !fields.given("url") {
        fields.error("url", "required");
    }
    fields.uri("url").value().unwrap_or_default()
}

fn names<const N: usize>(events: &[NoticeEvent; N]) -> [&'static str; N] {
    events.map(NoticeEvent::as_str)
}
