use serde::Deserialize;
use serde_json::{Value, json};

use crate::limits::MAX_TRACE;
use crate::{
    AiRequest, Content, Definition, EffectResult, Event, FIXED_REPLY, Faq, FlowScript, Program,
    Reply, ReplyKind, Request, Route, Rule, Scope, State, Status, Step, Timestamp, Tool, Trace,
    advance, compile,
};

/// A definition's parts as JSON.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Parts {
    system_prompt: String,
    rules: Vec<Rule>,
    flows: Vec<FlowScript>,
    faq: Vec<Faq>,
    graph: Option<Value>,
    fixed_reply: Option<String>,
}

fn program(parts: &Value) -> Program {
    let parts: Parts = serde_json::from_value(parts.clone()).unwrap();
    let definition = Definition {
        id: None,
        kind: crate::Kind::Flow,
        system_prompt: &parts.system_prompt,
        rules: &parts.rules,
        flows: &parts.flows,
        faq: &parts.faq,
        graph: parts.graph.as_ref(),
        fixed_reply: parts.fixed_reply.as_deref(),
    };
    compile(definition).unwrap_or_else(|issues| panic!("{issues:#?}"))
}

#[derive(Default, Copy, Clone)]
struct Has {
    model: bool,
    graph_runs: bool,
}

/// One turn, the state written out and read back.
fn turn(program: &Program, state: &mut State, event: Event, has: Has) -> Step {
    *state = serde_json::from_value(serde_json::to_value(&*state).unwrap()).unwrap();
    let scope = Scope {
        now: Timestamp(0),
        context: &serde_json::Map::new(),
        contact: &json!({"name": "Ana"}),
        programs: &crate::NoPrograms,
        has_model: has.model,
        graph_runs: has.graph_runs,
    };
    advance(program, state, &event, &scope)
}

fn message(program: &Program, reply: Reply, has: Has) -> (Step, State) {
    let mut state = State::default();
    let step = turn(program, &mut state, Event::Message(reply), has);
    (step, state)
}

/// What a definition does with a first message.
pub(super) fn play(parts: &Value, text: &str) -> Step {
    message(&program(parts), Reply::text(text), Has::default()).0
}

/// The way that was taken, with its name.
pub(super) fn name_of(step: &Step) -> String {
    let routed = step.trace.iter().find_map(|trace| match trace {
        Trace::Routed { route, name } => Some((route, name)),
        _ => None,
    });
    let (route, name) = routed.expect("a decision");
    assert_eq!(step.route, Some(*route));
    let route = serde_json::to_value(route).unwrap();
    let name = name.iter().map(|name| format!(" {name}")).collect::<String>();
    format!("{}{name}", route.as_str().unwrap())
}

fn texts(step: &Step) -> Vec<&str> {
    fn text(content: &Content) -> &str {
        match content {
            Content::Text { text } => text,
            other => panic!("{other:?}"),
        }
    }
    step.messages.iter().map(text).collect()
}

/// Each missing variable of a condition is traced, and they come before what they decide.
#[test]
fn the_way_is_traced_however_many_variables_are_missing() {
    let missing: Vec<String> = (0..=MAX_TRACE).map(|n| format!("{{{{ context.v{n} }}}}")).collect();
    let mut parts = everything();
    parts["rules"][0]["condition"] =
        json!({"all": [{"value": missing, "op": "exists"}]}).to_string().into();
    parts["rules"][0]["trigger"] = "hello".into();
    let step = play(&parts, "hello");
    assert_eq!((name_of(&step).as_str(), step.trace.len()), ("rule R", MAX_TRACE));
}

fn everything() -> Value {
    json!({
        "flows": [{"name": "F", "priority": 5, "is_active": true,
            "trigger_keywords": [{"keyword": "apple", "weight": "low"}],
            "conversation_steps": [{"type": "text_response", "content": "flow"}]}],
        "rules": [{"id": "r", "name": "R", "trigger": "apple, pear", "response": "rule", "enabled": true}],
        "faq": [{"question": "Apple, pear or plum?", "answer": "faq"}],
        "graph": {"entry": "m", "nodes": [{"id": "m", "type": "message", "text": "graph"}]},
    })
}

#[test]
fn the_ways_are_tried_in_order() {
    let program = program(&everything());
    let (none, runs) = (Has::default(), Has { graph_runs: true, model: false });
    for (text, has, expected) in [
        ("apple pear plum", none, "flow F"),
        ("pear plum apples", none, "rule R"),
        ("plum", none, "faq Apple, pear or plum?"),
        ("melon", none, "graph"),
        ("melon", Has { model: true, graph_runs: false }, "graph"),
        ("melon", Has { model: true, graph_runs: true }, "model"),
        ("melon", runs, "fixed"),
        ("plum", runs, "faq Apple, pear or plum?"),
    ] {
        let (step, _) = message(&program, Reply::text(text), has);
        assert_eq!(name_of(&step), expected, "{text}");
    }
}

#[test]
fn a_picture_without_words_is_not_looked_up() {
    let program = program(&everything());
    let picture =
        |text: &str| Reply { kind: ReplyKind::Image, text: text.into(), ..Reply::default() };
    let model = Has { model: true, graph_runs: true };
    let (step, _) = message(&program, picture(""), model);
    assert_eq!(name_of(&step), "model");
    let Some(Request::Ai(AiRequest { input, .. })) = step.effect.map(|effect| effect.request)
    else {
        panic!("no request");
    };
    assert_eq!(input, "[image]");
    assert_eq!(name_of(&message(&program, picture("an apple"), model).0), "flow F");
}

#[test]
fn a_workflow_without_a_graph_answers_with_the_fixed_reply() {
    let step = play(&json!({}), "hello");
    assert_eq!((texts(&step), step.route), (vec![FIXED_REPLY], Some(Route::Fixed)));
    assert!(step.needs_attention && !step.handed_off);
    assert_eq!(step.status, Status::Completed { outcome: None });
    let step = play(&json!({"fixed_reply": "One moment, {{contact.name}}."}), "hello");
    assert_eq!(texts(&step), ["One moment, Ana."]);
}

#[test]
fn the_model_is_asked_and_says_what_it_says() {
    let program = program(&json!({"system_prompt": "Be kind."}));
    let model = Has { model: true, graph_runs: false };
    let (step, mut state) = message(&program, Reply::text("hello"), model);
    let request = AiRequest {
        prompt: None,
        input: "hello".into(),
        history: 10,
        labels: vec![],
        tools: vec![Tool::HandOff, Tool::EndConversation, Tool::OptOut],
    };
    let effect = step.effect.expect("a request");
    assert_eq!(effect.request, Request::Ai(request));
    assert_eq!(program.instructions(), "Be kind.");
    let result = EffectResult::Reply { text: "Hello, friend!".into(), action: None };
    let event = Event::Result { effect: effect.number, result };
    let step = turn(&program, &mut state, event, model);
    assert_eq!((texts(&step), step.needs_attention), (vec!["Hello, friend!"], false));
    assert_eq!(step.status, Status::Completed { outcome: None });
}

#[test]
fn without_a_word_of_the_model_the_fixed_reply_is_given() {
    let program = program(&json!({}));
    let model = Has { model: true, graph_runs: false };
    for result in [
        EffectResult::Failed { code: "unreachable".into(), message: "refused".into() },
        EffectResult::TimedOut,
        EffectResult::Reply { text: " \n".into(), action: None },
        EffectResult::Label { label: "x".into() },
    ] {
        let (step, mut state) = message(&program, Reply::text("hello"), model);
        let effect = step.effect.expect("a request").number;
        let step = turn(&program, &mut state, Event::Result { effect, result }, model);
        assert_eq!((texts(&step), step.needs_attention), (vec![FIXED_REPLY], true));
        assert!(step.trace.iter().any(|trace| matches!(trace, Trace::Failed { .. })));
    }
}

#[test]
fn a_message_begins_anew_and_keeps_what_was_saved() {
    let flow = |name: &str, keyword: &str| {
        json!({"name": name, "priority": 5, "is_active": true,
        "trigger_keywords": [{"keyword": keyword, "weight": "low"}],
        "conversation_steps": [
            {"type": "text_response", "content": "{{vars.answer_1}}{{vars.answer_2}}", "followup": "one?"},
            {"type": "text_response", "followup": "two?"},
            {"type": "text_response", "content": "{{vars.answer_1}} and {{vars.answer_2}}"},
        ]})
    };
    let program = program(&json!({"flows": [flow("A", "a"), flow("B", "b")]}));
    let (_, mut state) = message(&program, Reply::text("b"), Has::default());
    assert_eq!(state.node.as_deref(), Some("#flow/1/0"));
    turn(&program, &mut state, Event::Reply(Reply::text("a")), Has::default());
    assert_eq!(state.node.as_deref(), Some("#flow/1/1"));
    let step = turn(&program, &mut state, Event::Reply(Reply::text("x")), Has::default());
    assert_eq!(texts(&step), ["a and x"]);
    let step = turn(&program, &mut state, Event::Message(Reply::text("a")), Has::default());
    assert_eq!((texts(&step), state.node.as_deref()), (vec!["ax", "one?"], Some("#flow/0/0")));
}

#[test]
fn the_instructions_tell_what_counts() {
    let program = program(&json!({
        "system_prompt": "Be kind.\n",
        "rules": [
            {"id": "a", "name": "Refunds", "trigger": "refund, money back", "condition": "is new", "response": "Yes.", "action": "Handoff", "enabled": true},
            {"id": "c", "name": "Menus", "trigger": "menu", "response": "Here.", "action": "flow: menu", "enabled": true},
            {"id": "d", "name": "Mail", "trigger": "mail", "response": "Sent.", "action": "send_mail", "enabled": true},
            {"id": "e", "name": "None", "trigger": "none", "response": "None.", "action": "flow:off", "enabled": true},
            {"id": "b", "name": "Off", "trigger": "off", "response": "off", "enabled": false},
        ],
        "flows": [
            {"name": "Menu", "description": "What there is", "priority": 5, "is_active": true, "trigger_keywords": [], "conversation_steps": []},
            {"name": "Off", "priority": 5, "is_active": false, "trigger_keywords": [], "conversation_steps": []},
            {"name": "Order", "priority": 5, "is_active": true, "trigger_keywords": [], "conversation_steps": []},
        ],
        "faq": [{"question": "Where?", "answer": "Here."}],
    }));
    let expected = "Be kind.

# Rules

## Refunds
When the contact says: refund, money back
Only if: is new
Answer: Yes.
Then call hand_off, if you are offered it.

## Menus
When the contact says: menu
Answer: Here.
Then call start_flow with Menu, if you are offered it.

## Mail
When the contact says: mail
Answer: Sent.

## None
When the contact says: none
Answer: None.


# Questions and answers

Question: Where?
Answer: Here.


# What the contact can ask for

- Menu: What there is
- Order";
    assert_eq!(program.instructions(), expected);
}

#[test]
fn long_instructions_are_bounded() {
    let long = format!("first\n{}\nlast", "é".repeat(crate::limits::MAX_INSTRUCTIONS_BYTES));
    assert_eq!(program(&json!({"system_prompt": long})).instructions(), "first");
}

#[test]
fn nodes_of_the_routing_are_not_the_graphs() {
    let program = program(&everything());
    assert!(program.contains("m") && !program.contains("#flow/0/0") && !program.contains("#fixed"));
    assert_eq!(program.ports().count(), 1);
}
