//! What the actions API shows.

use actions::{SentView, StartedView};
use channels::whatsapp::{TemplateButton, Translation};
use contacts::{ContactView, FoundView, TagAddedView, TagRemovedView, TagView, UpdatedView};
use conversation::SessionStatus;
use flow::Timestamp;
use polling::{MessageView, OfFlow, OfSequence, Ran, SessionView};
use serde::Serialize;
use serde_json::{Map, Value, json};
use teams::{ApiKey, Me, key_id};
use templates::Templates;
use uuid::Uuid;
use webhooks::{CreatedView, Test, WebhookView};
use workflows::FlowView;

use crate::surface::Surface;

const NOON: Timestamp = Timestamp(1_778_155_200_000);
const ID: Uuid = Uuid::from_u128(1);

fn fits<T: Serialize>(name: &str, shown: &T) {
    Surface::Actions.assert_fits(name, &json!(shown));
}

/// Fails unless a list fits that of an operation.
fn fits_list(path: &str, method: &str, list: &Value) {
    let answer = &Surface::Actions.document()["paths"][path][method]["responses"]["200"];
    let schema = &answer["content"]["application/json"]["schema"];
    let validator = Surface::Actions.validator_of(schema);
    assert!(validator.is_valid(list), "{path}: {list}");
}

#[test]
fn keys_flows_and_what_is_started_fit() {
    let (id, team, name) = (key_id("sk_1"), "acme".to_owned(), "n8n".to_owned());
    let (scopes, rate_limit, expires_at) = (None, None, None);
    let key = ApiKey { id, team, name, scopes, rate_limit, created_at: NOON, expires_at };
    fits("Me", &Me::of(&key));
    for status in ["started", "already_running"] {
        let flow = OfFlow::new(ID, "Cart".to_owned());
        fits("StartedFlow", &StartedView { id: ID, status, of: flow, contact_id: ID });
        let sequence = OfSequence::new(ID, "Days".to_owned());
        fits("StartedSequence", &StartedView { id: ID, status, of: sequence, contact_id: ID });
    }
    for (status, published_at, trigger_type) in
        [("draft", None, Some("manual".to_owned())), ("published", Some(NOON.to_rfc3339()), None)]
    {
        let flow = FlowView {
            id: ID,
            name: "Cart".to_owned(),
            status,
            trigger_type,
            sessions_count: 3,
            published_at,
            created_at: NOON.to_rfc3339(),
        };
        fits("Flow", &flow);
    }
}

#[test]
fn contacts_and_tags_fit() {
    let tags = vec!["vip".to_owned()];
    for text in [None, Some("x".to_owned())] {
        let at = text.as_ref().map(|_| NOON.to_rfc3339());
        let (phone, name, email) = (text.clone(), text.clone(), text);
        let contact = ContactView {
            id: ID,
            phone: phone.clone(),
            name: name.clone(),
            email: email.clone(),
            source: "api".to_owned(),
            locale: None,
            metadata: Map::from_iter([("a".to_owned(), json!({"b": 1}))]),
            tags: tags.clone(),
            opted_in_at: at.clone(),
            opted_out_at: at.clone(),
            last_message_at: at.clone(),
            total_messages: 7,
            created_at: NOON.to_rfc3339(),
        };
        fits("Contact", &contact);
        let found = FoundView {
            id: ID,
            phone: phone.clone(),
            name: name.clone(),
            email: email.clone(),
            source: "api".to_owned(),
            tags: tags.clone(),
            last_message_at: at,
            created_at: NOON.to_rfc3339(),
        };
        fits_list("/actions/search-contacts", "post", &json!([found]));
        let updated_at = NOON.to_rfc3339();
        let updated = UpdatedView {
            id: ID,
            phone: phone.clone(),
            name,
            email,
            tags: tags.clone(),
            updated_at,
        };
        fits("UpdatedContact", &updated);
        let tag = "vip".to_owned();
        let (tag_added, tag_removed) = (tag.clone(), tag);
        fits(
            "TagAdded",
            &TagAddedView { id: ID, phone: phone.clone(), tag_added, tags: tags.clone() },
        );
        fits("TagRemoved", &TagRemovedView { id: ID, phone, tag_removed, tags: tags.clone() });
    }
    let tag = TagView { id: ID, name: "vip".to_owned(), created_at: NOON.to_rfc3339() };
    fits_list("/actions/list-tags", "post", &json!([tag]));
}

#[test]
fn messages_and_templates_fit() {
    for (status, id) in [("sent", Some("wamid.1".to_owned())), ("queued", None)] {
        fits("Sent", &SentView { id: ID, status, whatsapp_message_id: id, contact_id: ID });
    }
    let button = TemplateButton {
        kind: "URL".to_owned(),
        text: "Open".to_owned(),
        url: Some("https://example.com".to_owned()),
        phone_number: None,
    };
    let translation = Translation {
        name: "cart".to_owned(),
        language: "en".to_owned(),
        status: "APPROVED".to_owned(),
        category: "UTILITY".to_owned(),
        named: false,
        body: "Hi {{1}}".to_owned(),
        header: None,
        footer: None,
        buttons: vec![button],
    };
    let mut templates = Templates::of("102");
    assert!(templates.take(vec![translation], NOON));
    let all = templates.all();
    fits_list("/actions/list-templates", "post", &json!([all[0].summary()]));
    fits("TemplateDetail", &all[0].details());
    fits_list("/dropdowns/templates", "get", &templates::dropdown(&all));
    let places = templates::placeholders_dropdown(&all[0]);
    assert_eq!(places[0]["id"], "1");
    fits_list("/dropdowns/template-variables", "get", &places);
}

/// A session of a kind, as its list shows it.
fn session<R: Ran>(of: R) -> SessionView<R> {
    let (none, at) = (None::<String>, NOON.to_rfc3339());
    SessionView {
        id: ID,
        of,
        contact_id: ID,
        contact_phone: none.clone(),
        contact_name: none.clone(),
        contact_email: none.clone(),
        status: SessionStatus::Expired,
        current_node_id: none.clone(),
        context: Map::new(),
        last_interaction_at: at.clone(),
        expires_at: at.clone(),
        completed_at: Some(at.clone()),
        created_at: at.clone(),
    }
}

#[test]
fn what_is_polled_for_fits() {
    let (none, at) = (None::<String>, NOON.to_rfc3339());
    let flow = session(OfFlow::new(ID, "Cart".to_owned()));
    fits_list("/triggers/new-flow-triggered", "get", &json!([flow]));
    let sequence = session(OfSequence::new(ID, "Days".to_owned()));
    fits_list("/triggers/new-sequence-triggered", "get", &json!([sequence]));
    let message = MessageView {
        id: ID,
        direction: "inbound",
        kind: "order".to_owned(),
        content: json!({"body": "Hi"}),
        status: "received",
        contact_id: ID,
        contact_phone: Some("+14155550123".to_owned()),
        contact_name: none.clone(),
        contact_email: none,
        sent_at: None,
        delivered_at: None,
        read_at: None,
        created_at: at,
    };
    fits_list("/triggers/new-message-received", "get", &json!([message]));
}

#[test]
fn webhooks_fit() {
    let (url, at) = ("https://example.com/parlance".to_owned(), NOON.to_rfc3339());
    for why in [None, Some("it answered 410".to_owned())] {
        let shown = WebhookView {
            id: ID,
            url: url.clone(),
            events: vec!["message.received", "Messages Created"],
            enabled: why.is_none(),
            disabled_at: why.as_ref().map(|_| at.clone()),
            disabled_reason: why,
            created_at: at.clone(),
        };
        fits("Webhook", &shown);
        fits_list("/webhooks", "get", &json!([shown]));
    }
    let refused = Test { delivered: false, status: None, error: Some("no answer".to_owned()) };
    let taken = Test { delivered: true, status: Some(204), error: None };
    for test in [None, Some(refused), Some(taken)] {
        let created = CreatedView {
            id: ID,
            url: url.clone(),
            events: vec!["flow.failed"],
            secret: "whsec_x".to_owned(),
            enabled: true,
            created_at: at.clone(),
            test,
        };
        fits("CreatedWebhook", &created);
    }
}
