//! The bodies of the actions API.

use actions::{NewSession, TemplateFilter, TemplateMessage, TextMessage, read_workflow_id};
use contacts::{Details, NewContact, Search, Sought, TagFilter, TagRequest};
use flow::Kind;
use serde_json::{Value, json};
use webhooks::NewWebhook;

use super::Body;

const ID: &str = "0197aef0-0000-7000-8000-000000000000";
const PHONE: &str = "+14155550123";

/// A contact by its id, by its phone, and as forms send what was not filled in.
fn named(rest: &Value) -> Vec<Value> {
    let ways = [
        json!({"contact_id": ID}),
        json!({"phone": PHONE}),
        json!({"contact_id": ID, "phone": PHONE}),
        json!({"contact_id": "", "phone": PHONE}),
        json!({"contact_id": ID, "phone": ""}),
    ];
    let with = |mut way: Value| {
        let fields = rest.as_object().unwrap().clone();
        way.as_object_mut().unwrap().extend(fields);
        way
    };
    ways.into_iter().map(with).collect()
}

pub fn bodies() -> Vec<Body> {
    let details = json!({
        "name": "Ana", "email": "ana@example.com", "tags": "vip, new", "metadata": {"a": 1},
    });
    let mut create = details.clone();
    create["phone"] = json!(PHONE);
    let tag = named(&json!({"tag": "vip"}));
    let template = json!({
        "phone": PHONE, "template_id": ID, "language": "en", "variables": {"1": "Ana", "2": 3},
    });
    vec![
        (
            "TriggerFlow",
            |b| drop(NewSession::read(b, Kind::Flow)),
            named(&json!({"flow_id": ID, "context": {"a": 1}})),
        ),
        (
            "TriggerSequence",
            |b| drop(NewSession::read(b, Kind::Sequence)),
            named(&json!({"sequence_id": ID, "context": {"a": 1}})),
        ),
        ("GetFlow", |b| _ = read_workflow_id(b, Kind::Flow), vec![json!({"flow_id": ID})]),
        (
            "GetSequence",
            |b| _ = read_workflow_id(b, Kind::Sequence),
            vec![json!({"sequence_id": ID})],
        ),
        ("CreateContact", |b| drop(NewContact::read(b)), vec![create]),
        ("UpdateContact", |b| drop(Details::read_update(b)), named(&details)),
        ("GetContact", |b| drop(Sought::read(b)), sought()),
        (
            "SearchContacts",
            |b| drop(Search::read(b)),
            vec![json!({"query": "ana", "tag": "vip", "email": "ana@example.com"})],
        ),
        ("AddTag", |b| drop(TagRequest::read(b)), tag.clone()),
        ("RemoveTag", |b| drop(TagRequest::read(b)), tag),
        ("ListTags", |b| drop(TagFilter::read(b)), vec![json!({"name": "vip"})]),
        (
            "SendTextMessage",
            |b| drop(TextMessage::read(b)),
            vec![json!({"phone": PHONE, "message": "Hello"})],
        ),
        ("SendTemplateMessage", |b| drop(TemplateMessage::read(b)), vec![template]),
        ("ListTemplates", |b| drop(TemplateFilter::read(b)), vec![json!({"status": "APPROVED"})]),
        ("CreateWebhook", |b| drop(NewWebhook::read(b)), webhooks()),
        ("GetTemplate", |b| _ = actions::read_template_id(b), vec![json!({"template_id": ID})]),
    ]
}

fn webhooks() -> Vec<Value> {
    let url = "https://example.com/parlance";
    let events = ["message.received", "message.status.failed", "flow.completed", "flow.completed"];
    vec![json!({"url": url}), json!({"url": url, "events": events})]
}

fn sought() -> Vec<Value> {
    vec![
        json!({"contact_id": ID}),
        json!({"phone": PHONE}),
        json!({"email": "ana@example.com"}),
        json!({"contact_id": "", "phone": PHONE, "email": null}),
        json!({"contact_id": " ", "phone": null, "email": "ana@example.com"}),
    ]
}
