//! Every field of an agent's bodies, at its limits and beyond.

use black_box::App;
use serde_json::{Value, json};

use super::super::cases::{
    Case, filled, judge, kept, link, missing, one_of, optional, refused, required, shown,
};
use super::{AGENTS, an_agent, id, minimal_agent, patch, path};

/// The fields that are the same in a new agent and in a change. `null` clears, or makes the default.
fn shared() -> Vec<Case> {
    let mut cases = language_and_timezone();
    cases.extend(one_of("persona", &["professional", "friendly", "concise"], json!("friendly")));
    cases.extend(link("logo"));
    cases.extend(optional("business_name", 255));
    cases.extend(optional("business_address", 500));
    cases.extend(email("business_email"));
    cases.extend(optional("business_description", 2000));
    cases.extend(email("escalation_email"));
    // Read-only, or of nobody.
    cases.push(shown("status", json!("live"), json!("development")));
    cases.push(shown("unknown", json!({"a": 1}), Value::Null));
    cases
}

fn language_and_timezone() -> Vec<Case> {
    let (language, timezone) = ("language", "timezone");
    let mut cases = vec![
        kept(language, json!("e")),
        kept(language, json!("zh-Hant-TW")),
        kept(language, json!("en_US")),
        refused(language, json!("zh-Hant-TWN"), "must be at most 10 characters long"),
        refused(language, json!(5), "must be a string"),
        shown(language, Value::Null, json!("en")),
        kept(timezone, json!("Z")),
        kept(timezone, json!("Etc/GMT+12")),
        kept(timezone, json!("+01:00")),
        kept(timezone, json!("America/Argentina/Buenos_Aires")),
        kept(timezone, json!("A".repeat(64))),
        refused(timezone, json!("A".repeat(65)), "must be at most 64 characters long"),
        refused(timezone, json!(["UTC"]), "must be a string"),
        shown(timezone, Value::Null, json!("UTC")),
    ];
    for wrong in ["", " ", "en.US", "français", "en us"] {
        let why = "must be a language code, such as en or pt-BR";
        cases.push(refused(language, json!(wrong), why));
    }
    for wrong in ["", "  ", "Europe Berlin", "UTC;", "Zürich"] {
        let why = "must be a time zone, such as UTC or Africa/Lagos";
        cases.push(refused(timezone, json!(wrong), why));
    }
    cases
}

fn email(at: &'static str) -> Vec<Case> {
    let long = |length: usize| {
        let domain = "x".repeat(length - 60 - 1 - 4);
        json!(format!("{}@{domain}.com", "a".repeat(60)))
    };
    let mut cases = vec![
        kept(at, json!("a@b.c")),
        kept(at, long(254)),
        refused(at, long(255), "must be at most 254 characters long"),
        refused(at, json!(5), "must be a string"),
        kept(at, Value::Null),
    ];
    for wrong in ["", "ana", "ana@", "@example.com", "a b@example.com", "Ana <ana@example.com>"] {
        let why = "must be an email address, such as ana@example.com";
        cases.push(refused(at, json!(wrong), why));
    }
    cases
}

fn workflow_id() -> Vec<Case> {
    let at = "workflow_id";
    vec![
        refused(at, json!("x".repeat(51)), "must be at most 50 characters long"),
        refused(at, json!(5), "must be a string"),
        refused(at, json!(""), "must not be blank"),
    ]
}

#[test]
fn every_field_of_a_new_agent_is_taken_up_to_its_limit() {
    let team = App::shared().team();
    let base = minimal_agent(&team);
    let mut cases = required("name", 255);
    cases.extend(required("description", 2000));
    cases.extend([missing("workflow_id"), refused("workflow_id", Value::Null, "required")]);
    cases.extend(workflow_id());
    cases.extend(shared());

    judge(cases, &base, &base, |body| team.request("POST", AGENTS).json(body).send());
}

#[test]
fn every_field_of_a_change_is_taken_up_to_its_limit() {
    let team = App::shared().team();
    let base = minimal_agent(&team);
    let agent = super::create(&team, &base);
    let mut cases = filled("name", 255);
    cases.extend(filled("description", 2000));
    cases.push(refused("workflow_id", Value::Null, "must not be blank"));
    cases.push(kept("workflow_id", base["workflow_id"].clone()));
    cases.extend(workflow_id());
    cases.extend(shared());

    judge(cases, &json!({}), &base, |body| patch(&team, id(&agent), body));
}

#[test]
fn every_field_of_a_status_is_taken_up_to_its_limit() {
    let team = App::shared().team();
    let status = format!("{}/live-status", path(&an_agent(&team)));
    let names = ["development", "live", "paused"];
    let mut cases = vec![missing("status"), refused("status", Value::Null, "required")];
    cases.extend(one_of("status", &names, Value::Null).into_iter().filter(|c| !c.is_null()));
    cases.extend(optional("status_reason", 500));
    cases.push(shown("unknown", json!(1), Value::Null));
    let base = json!({"status": "live"});

    judge(cases, &base, &base, |body| team.request("PATCH", &status).json(body).send());
}

/// A text for an agent, and where it goes.
fn a_text() -> Value {
    json!({"type": "text", "name": "Hours", "content": "9 to 17"})
}

#[test]
fn every_field_of_a_new_knowledge_base_is_taken_up_to_its_limit() {
    let team = App::shared().team();
    let mut cases = vec![missing("type"), refused("type", Value::Null, "required")];
    for wrong in [json!("pdf"), json!(""), json!(1)] {
        cases.push(refused("type", wrong, "must be one of text, url"));
    }
    cases.extend(required("name", 255));
    cases.extend(required("content", 2500));
    cases.extend(optional("description", 1000));
    cases.push(refused("url", json!("https://example.com"), "must not be given with type text"));
    cases.push(kept("url", Value::Null));
    cases.push(shown("unknown", json!(1), Value::Null));

    let bases = format!("{}/knowledge_bases", path(&an_agent(&team)));
    let base = a_text();
    judge(cases, &base, &base, |body| team.request("POST", &bases).json(body).send());
}

#[test]
fn every_field_of_a_changed_knowledge_base_is_taken_up_to_its_limit() {
    let team = App::shared().team();
    let bases = format!("{}/knowledge_bases", path(&an_agent(&team)));
    let created = team.request("POST", &bases).json(&a_text()).send().expect(201);
    let one = format!("{bases}/{}", id(&created["data"]));
    let mut cases = filled("name", 255);
    cases.extend(filled("content", 2500));
    cases.extend(optional("description", 1000));
    cases.push(refused("url", json!("https://example.com"), "must not be given with type text"));
    cases.push(kept("url", Value::Null));
    cases.push(shown("type", json!("url"), json!("text")));

    judge(cases, &json!({}), &a_text(), |body| team.request("PATCH", &one).json(body).send());
}
