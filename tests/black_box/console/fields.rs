//! Every field of a workflow's body, at its limits and beyond: contract/console-bimpe.md, section 3.

use black_box::App;
use serde_json::{Value, json};

use super::cases::{
    Case, boolean, filled, judge, kept, link, missing, one_of, optional, refused, required, shown,
};
use super::{WORKFLOWS, complete, create, patch};

/// A draft, so that only the fields are judged.
fn base() -> Value {
    json!({"name": "Menu", "system_prompt": "You help.", "settings": {"auto_publish": false}})
}

/// Every field, ours included.
fn whole() -> Value {
    let mut whole = complete();
    whole["settings"] = json!({
        "session_ttl_minutes": 30, "auto_publish": false, "fixed_reply": "Sorry?",
    });
    whole
}

/// The fields that are the same in a new workflow and in a change.
fn shared() -> Vec<Case> {
    let mut cases = optional("description", 2000);
    cases.extend(optional("category", 100));
    cases.extend(optional("trigger_type", 100));
    cases.extend(link("video_url"));
    cases.extend(rules());
    cases.extend(flows());
    cases.extend(lists());
    cases.extend(guide_and_faq());
    cases.extend(setup());
    cases.extend(ours());
    cases
}

fn array(at: &'static str, null: Value) -> Vec<Case> {
    let mut cases = vec![kept(at, json!([])), shown(at, Value::Null, null)];
    let wrong = [json!("a"), json!(1), json!({})];
    cases.extend(wrong.map(|value| refused(at, value, "must be an array")));
    cases
}

fn rules() -> Vec<Case> {
    let mut cases = array("rules", json!([]));
    cases.extend(required("rules.0.id", 100));
    cases.extend(required("rules.0.name", 200));
    cases.extend(required("rules.0.trigger", 500));
    cases.extend(optional("rules.0.condition", 500));
    cases.extend(required("rules.0.response", 2000));
    cases.extend(optional("rules.0.action", 100));
    cases.extend(boolean("rules.0.enabled", json!(true)));
    cases.push(refused("rules.0", json!("a"), "must be an object"));
    cases.push(refused("rules.0", Value::Null, "must be an object"));
    cases.push(shown("rules", json!([[]]), json!([])));
    cases
}

fn flows() -> Vec<Case> {
    let mut cases = array("flows", json!([]));
    cases.extend(required("flows.0.name", 255));
    cases.extend(optional("flows.0.description", 2000));
    cases.extend(optional("flows.0.category", 100));
    cases.extend([json!(1), json!(5.5), json!(10)].map(|n| kept("flows.0.priority", n)));
    cases.push(shown("flows.0.priority", json!(7.0), json!(7)));
    cases.push(shown("flows.0.priority", Value::Null, json!(5)));
    let wrong = [json!(0.9), json!(0), json!(-1), json!(10.1), json!("5"), json!([])];
    let why = "must be a number from 1 to 10";
    cases.extend(wrong.map(|value| refused("flows.0.priority", value, why)));
    cases.extend(boolean("flows.0.is_active", json!(true)));
    cases.extend(array("flows.0.trigger_keywords", json!([])));
    cases.extend(required("flows.0.trigger_keywords.0.keyword", 200));
    let weight = "flows.0.trigger_keywords.0.weight";
    cases.extend(one_of(weight, &["high", "medium", "low"], json!("medium")));
    cases.extend(array("flows.0.conversation_steps", json!([])));
    cases.extend(required("flows.0.conversation_steps.0.type", 100));
    cases.extend(optional("flows.0.conversation_steps.0.content", 4096));
    cases.extend(optional("flows.0.conversation_steps.0.action", 100));
    cases.extend(optional("flows.0.conversation_steps.0.followup", 4096));
    cases.push(refused("flows.0", json!(1), "must be an object"));
    cases.push(shown("flows", json!([[]]), json!([])));
    cases
}

fn lists() -> Vec<Case> {
    let mut cases = Vec::new();
    for (list, item) in [
        ("tags", "tags.0"),
        ("integrations", "integrations.0"),
        ("channels", "channels.0"),
        ("actions", "actions.0"),
    ] {
        cases.extend(array(list, Value::Null));
        cases.push(kept(item, json!("é".repeat(255))));
        let why = "must be at most 255 characters long";
        cases.push(refused(item, json!("é".repeat(256)), why));
        cases.push(refused(item, json!(1), "must be a string"));
        cases.push(refused(item, Value::Null, "must be a string"));
    }
    cases
}

fn guide_and_faq() -> Vec<Case> {
    let mut cases = vec![kept("guide", Value::Null), missing("guide.steps")];
    let wrong = [json!("a"), json!(1), json!([])];
    cases.extend(wrong.map(|value| refused("guide", value, "must be an object")));
    cases.extend(array("guide.steps", json!([])));
    cases.push(kept("guide.steps.0", json!("é".repeat(2000))));
    let why = "must be at most 2000 characters long";
    cases.push(refused("guide.steps.0", json!("é".repeat(2001)), why));
    cases.extend(optional("guide.youtubeUrl", 2048));
    cases.extend(array("faq", Value::Null));
    cases.extend(required("faq.0.question", 2000));
    cases.extend(required("faq.0.answer", 10_000));
    cases
}

fn setup() -> Vec<Case> {
    let mut cases = array("setup_steps", json!([]));
    cases.extend([json!("a"), json!({"title": "a"})].map(|step| kept("setup_steps.0", step)));
    cases.push(shown("setup_steps", json!([[], "a"]), json!(["a"])));
    for wrong in [json!(1), json!(true), Value::Null, json!(["a"])] {
        cases.push(refused("setup_steps.0", wrong, "must be a string or an object"));
    }
    cases.extend([json!(1), json!(2.5), Value::Null].map(|n| kept("setup_time", n)));
    cases.push(shown("setup_time", json!(1e9), json!(1_000_000_000)));
    for wrong in [json!(0.9), json!(0), json!(-5), json!("5"), json!([])] {
        cases.push(refused("setup_time", wrong, "must be a number of at least 1"));
    }
    cases
}

fn ours() -> Vec<Case> {
    let mut cases = vec![kept("graph", Value::Null)];
    cases.extend([json!("a"), json!([])].map(|v| refused("graph", v, "must be an object")));
    cases.extend([json!("a"), json!([])].map(|v| refused("settings", v, "must be an object")));
    let ttl = "settings.session_ttl_minutes";
    cases.push(shown(ttl, Value::Null, json!(30)));
    cases.extend([json!(1), json!(43_200)].map(|minutes| kept(ttl, minutes)));
    for wrong in [json!(0), json!(43_201), json!(1.5), json!("30"), json!(-1)] {
        cases.push(refused(ttl, wrong, "must be a whole number from 1 to 43200"));
    }
    cases.push(kept("settings.auto_publish", json!(false)));
    cases.push(refused("settings.auto_publish", json!("no"), "must be true or false"));
    cases.extend(optional("settings.fixed_reply", 4096));
    let known = "unknown property; known are session_ttl_minutes, auto_publish, fixed_reply";
    cases.push(refused("settings.other", json!(1), known));
    cases
}

#[test]
fn every_field_of_a_new_workflow_is_taken_up_to_its_limit() {
    let team = App::shared().team();
    let mut cases = required("name", 255);
    cases.extend(required("system_prompt", 10_000).into_iter().filter(|case| !case.is_too_long()));
    cases.extend(shared());
    cases.extend(one_of("kind", &["flow", "sequence"], json!("flow")));
    // Of clients of the older API, and read-only ones.
    cases.push(shown("prompt_config", json!({"a": 1}), Value::Null));
    cases.push(shown("is_owner", json!(false), json!(true)));
    cases.push(shown("visibility", json!("public"), json!("private")));

    judge(cases, &base(), &whole(), |body| team.request("POST", WORKFLOWS).json(body).send());
}

#[test]
fn every_field_of_a_change_is_taken_up_to_its_limit() {
    let team = App::shared().team();
    let workflow = create(&team, &base())["id"].as_str().expect("an id").to_owned();
    let mut cases = filled("name", 255);
    cases.extend(filled("system_prompt", 10_000).into_iter().filter(|case| !case.is_too_long()));
    cases.extend(shared());
    cases.push(shown("is_owner", json!(false), json!(true)));
    cases.push(shown("visibility", json!("public"), json!("private")));
    for wrong in [json!(0), json!("1"), json!(1.5), json!(-1)] {
        let why = "must be a whole number from 1 to 9007199254740991";
        cases.push(refused("expected_revision", wrong, why));
    }

    judge(cases, &json!({}), &whole(), |body| patch(&team, &workflow, body));
}
