use serde_json::{Value, json};

use super::*;
use crate::limits::MAX_VARS_BYTES;
use crate::nodes::tests::stage::{Stage, outcome};
use crate::{Reply, Step};

fn replies(fields: Value) -> Stage {
    let mut node = fields;
    node["type"] = json!("ai");
    node["save_as"] = json!("said");
    Stage::new(node, &["next", "error"])
}

fn classifies(ports: &[&str]) -> Stage {
    let labels = json!([{"id": "buy", "description": "wants it"}, {"id": "help"}, {"id": "rest"}]);
    let node = json!({"type": "ai", "input": "{{context.q}}", "labels": labels, "save_as": "said"});
    Stage::new(node, ports).context(json!({"q": "I want it"}))
}

fn request(step: &Step) -> &AiRequest {
    match step.effect.as_ref().map(|effect| &effect.request) {
        Some(Request::Ai(request)) => request,
        other => panic!("{other:?}: {:?}", step.trace),
    }
}

fn reply(text: &str) -> EffectResult {
    EffectResult::Reply { text: text.to_owned(), action: None }
}

fn label(label: &str) -> EffectResult {
    EffectResult::Label { label: label.to_owned() }
}

#[test]
fn the_model_is_asked_about_the_last_answer() {
    let mut stage = replies(json!({"prompt": "Be kind to {{context.who}}.", "history": 3}));
    stage.context = json!({"who": "Ana"});
    stage.state.input = Some(Reply::text("Where is it?"));
    let wanted = AiRequest {
        prompt: Some("Be kind to Ana.".into()),
        input: "Where is it?".into(),
        history: 3,
        labels: Vec::new(),
        tools: Vec::new(),
    };
    assert_eq!(request(&stage.start()), &wanted);
    let mut bare = replies(json!({"prompt": "{{context.none}}"}));
    let wanted = AiRequest {
        prompt: None,
        input: String::new(),
        history: 10,
        labels: Vec::new(),
        tools: Vec::new(),
    };
    assert_eq!(request(&bare.start()), &wanted);
    bare.state.input = Some(Reply { kind: crate::ReplyKind::Image, ..Reply::default() });
    assert_eq!(request(&bare.start()).input, "[image]");
}

#[test]
fn a_reply_is_sent_and_kept() {
    let mut stage = replies(json!({}));
    stage.start();
    let step = stage.result(reply(" It is on its way.\n"));
    assert_eq!(
        (outcome(&step), &step.messages[..]),
        ("next", &[Content::Text { text: "It is on its way.".into() }][..])
    );
    assert_eq!(stage.state.vars["said"], "It is on its way.");
    let mut silent = replies(json!({"send": false}));
    silent.start();
    let step = silent.result(reply("It is on its way."));
    assert_eq!(
        (outcome(&step), step.messages.len(), &silent.state.vars["said"]),
        ("next", 0, &json!("It is on its way."))
    );
}

#[test]
fn a_long_reply_is_cut_to_what_a_channel_takes() {
    let mut stage = replies(json!({}));
    stage.start();
    let step = stage.result(reply(&"é".repeat(5_000)));
    let Content::Text { text } = &step.messages[0] else { panic!("{step:?}") };
    assert_eq!((text.chars().count(), &stage.state.vars["said"]), (MAX_TEXT_CHARS, &json!(text)));
}

#[test]
fn a_label_leads_to_its_port() {
    let ports = ["buy", "help", "next", "error"];
    for (answer, port) in
        [("buy", "buy"), ("\"Help\".", "help"), ("rest", "next"), ("none", "error"), ("", "error")]
    {
        let mut stage = classifies(&ports);
        assert_eq!(request(&stage.start()).labels[0].description.as_deref(), Some("wants it"));
        assert_eq!(outcome(&stage.result(label(answer))), port, "{answer}");
        let id = stage.state.vars.get("said").and_then(Value::as_str);
        assert_eq!(
            id,
            ["buy", "help", "rest"].into_iter().find(|id| answer.to_lowercase().contains(id))
        );
    }
    let mut alone = classifies(&["buy", "error"]);
    alone.start();
    assert_eq!(outcome(&alone.result(label("rest"))), "rest", "there is no `next` to fall back on");
}

#[test]
fn what_is_no_answer_leaves_by_error() {
    let failed = || EffectResult::Failed { code: "refused".into(), message: "429".into() };
    for result in [
        reply(" \n"),
        label("buy"),
        failed(),
        EffectResult::TimedOut,
        EffectResult::Http { status: 200, body: Value::Null },
    ] {
        let mut stage = replies(json!({}));
        stage.start();
        let step = stage.result(result);
        assert_eq!((outcome(&step), step.messages.len()), ("error", 0));
        assert_eq!(stage.state.vars.len(), 0);
    }
    for result in [reply("buy"), failed(), EffectResult::TimedOut] {
        let mut stage = classifies(&["buy", "next", "error"]);
        stage.start();
        assert_eq!(outcome(&stage.result(result)), "error");
    }
}

#[test]
fn what_cannot_be_asked_leaves_by_error_at_once() {
    let nothing = &mut classifies(&["buy", "error"]).context(json!({"q": " "}));
    let failing = &mut replies(json!({"prompt": "{{context.none + 1}}"}));
    for stage in [nothing, failing] {
        let step = stage.start();
        assert_eq!((outcome(&step), &step.effect), ("error", &None));
    }
}

#[test]
fn a_reply_without_room_is_not_sent() {
    let mut stage = replies(json!({}));
    stage.start();
    stage.state.vars.insert("other".to_owned(), json!("x".repeat(MAX_VARS_BYTES - 50)));
    let step = stage.result(reply(&"x".repeat(100)));
    assert_eq!((outcome(&step), step.messages.len()), ("error", 0));
}
