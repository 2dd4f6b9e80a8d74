use serde_json::{Map, Value, json};

use crate::{
    Content, Event, Program, Reply, Scope, State, Status, Step, Timestamp, advance, compile,
};

/// A graph of one `ask` whose ports all lead to an `end` of that name.
fn program(ask: Value, ports: &[&str]) -> Program {
    let mut ask = ask;
    ask["id"] = json!("q");
    ask["type"] = json!("ask");
    let mut nodes = vec![ask];
    let mut edges = Vec::new();
    for port in ports {
        nodes.push(
            json!({"id": format!("end {port}"), "type": "end", "outcome": format!("by {port}")}),
        );
        edges.push(json!({"from": "q", "port": port, "to": format!("end {port}")}));
    }
    compile(&json!({"entry": "q", "nodes": nodes, "edges": edges}))
        .unwrap_or_else(|issues| panic!("{issues:?}"))
}

fn turn(program: &Program, state: &mut State, event: Event, now: u64) -> Step {
    let context = Map::new();
    advance(
        program,
        state,
        &event,
        &Scope {
            now: Timestamp(now),
            context: &context,
            contact: &json!({"n": "3"}),
            programs: &crate::NoPrograms,
            has_model: false,
            graph_runs: false,
        },
    )
}

/// The outcome after an answer, or `None` while it waits.
fn answer(program: &Program, state: &mut State, reply: &Reply) -> Option<String> {
    match turn(program, state, Event::Reply(reply.clone()), 0).status {
        Status::Completed { outcome } => outcome,
        Status::Waiting { .. } => None,
        failed => panic!("{failed:?}"),
    }
}

fn started(program: &Program) -> State {
    let mut state = State::default();
    turn(program, &mut state, Event::Start { at: None }, 0);
    state
}

fn drinks() -> Value {
    json!({
        "text": "What to drink?", "save_as": "drink",
        "choices": [{"id": "tea", "title": "Thé"}, {"id": "two", "title": "3"}, {"id": "water", "title": "Water"}],
    })
}

#[test]
fn a_choice_is_found_by_id_then_title_then_number() {
    let program = program(drinks(), &["tea", "two", "water"]);
    for (reply, id) in [
        (Reply::button("tea", "Water"), "tea"),
        (Reply::text(" the "), "tea"),
        (Reply::text("1"), "tea"),
        (Reply::text("2."), "two"),
        // A title that is a number comes before the number of another choice.
        (Reply::text("3"), "two"),
        (Reply::button("unknown id", "WATER"), "water"),
    ] {
        let mut state = started(&program);
        assert_eq!(answer(&program, &mut state, &reply), Some(format!("by {id}")), "{reply:?}");
        assert_eq!(state.vars["drink"], id);
    }
    for text in ["0", "4", "-1", "", "tea or water"] {
        assert_eq!(answer(&program, &mut started(&program), &Reply::text(text)), None, "{text}");
    }
}

#[test]
fn a_choice_is_found_by_the_beginning_of_its_title_and_by_its_number() {
    let rooms = json!({"text": "Which room?", "save_as": "room", "choices": [
        {"id": "three", "title": "3 beds"}, {"id": "one", "title": "One bed"}, {"id": "suite", "title": "Suite"},
        {"id": "studio", "title": "Studio {{contact.n}}"},
    ]});
    let program = program(rooms, &["next"]);
    for (text, id) in [
        ("sui", Some("suite")),
        ("STUDIO", Some("studio")),
        ("studio 3", Some("studio")),
        ("on", Some("one")),
        // The number with which one title begins is that title's.
        ("3", Some("three")),
        ("three", Some("three")),
        ("1", Some("one")),
        ("four", Some("studio")),
        ("4️⃣", Some("studio")),
        ("2)", Some("one")),
        // Two titles begin so.
        ("s", None),
        ("su", Some("suite")),
        ("st", Some("studio")),
        ("o", Some("one")),
        ("suites", None),
        ("the suite", None),
        ("5", None),
        ("🔟", None),
    ] {
        let mut state = started(&program);
        answer(&program, &mut state, &Reply::text(text));
        assert_eq!(state.vars.get("room").and_then(Value::as_str), id, "{text}");
    }
}

#[test]
fn signs_around_an_answer_do_not_count() {
    let rooms = json!({"type": "ask", "text": "q", "save_as": "room", "choices": [
        {"id": "yes", "title": "Yes!"}, {"id": "no", "title": "No"}, {"id": "later", "title": "Later (ask me)"},
    ]});
    let program = program(rooms, &["next"]);
    for (text, id) in [
        ("yes", Some("yes")),
        ("Yes.", Some("yes")),
        ("no!!", Some("no")),
        ("«No»", Some("no")),
        ("later…", Some("later")),
        ("no 👍", Some("no")),
        ("(2)", Some("no")),
        ("2!", Some("no")),
        ("-2", None),
        ("!", None),
        ("no way", None),
    ] {
        let mut state = started(&program);
        answer(&program, &mut state, &Reply::text(text));
        assert_eq!(state.vars.get("room").and_then(Value::as_str), id, "{text}");
    }
}

#[test]
fn a_choice_without_an_edge_goes_on_by_next() {
    let program = program(drinks(), &["tea", "next"]);
    assert_eq!(
        answer(&program, &mut started(&program), &Reply::text("water")),
        Some("by next".into())
    );
    assert_eq!(answer(&program, &mut started(&program), &Reply::text("1")), Some("by tea".into()));
}

#[test]
fn a_choice_that_leads_nowhere_completes_with_its_id() {
    let program = program(drinks(), &["tea"]);
    assert_eq!(
        answer(&program, &mut started(&program), &Reply::text("water")),
        Some("water".into())
    );
}

#[test]
fn the_question_is_repeated_as_often_as_it_says() {
    let mut ask = drinks();
    // To JSON Schema it is a whole number.
    ask["retries"] = json!(1.0);
    ask["retry_text"] = json!("«{{input.text}}»?");
    let with_port = program(ask.clone(), &["next", "invalid"]);
    let mut state = started(&with_port);
    let step = turn(&with_port, &mut state, Event::Reply(Reply::text("beer")), 0);
    assert!(matches!(&step.messages[..], [Content::Buttons { text, .. }] if text == "«beer»?"));
    assert_eq!(state.attempts, 1);
    assert_eq!(answer(&with_port, &mut state, &Reply::text("wine")), Some("by invalid".into()));
    assert_eq!(state.attempts, 0);

    let without_port = program(ask, &["next"]);
    let mut state = started(&without_port);
    assert_eq!(answer(&without_port, &mut state, &Reply::text("beer")), None);
    assert_eq!(answer(&without_port, &mut state, &Reply::text("wine")), Some("invalid".into()));
}

#[test]
fn two_retries_are_the_default() {
    let program = program(json!({"text": "How many?", "expect": "number"}), &["next"]);
    let mut state = started(&program);
    assert_eq!(answer(&program, &mut state, &Reply::text("a")), None);
    assert_eq!(answer(&program, &mut state, &Reply::text("b")), None);
    assert_eq!(answer(&program, &mut state, &Reply::text("c")), Some("invalid".into()));
}

#[test]
fn a_repeated_question_starts_the_timeout_anew() {
    let program = program(
        json!({"text": "How many?", "expect": "number", "timeout": 1}),
        &["next", "timeout"],
    );
    let mut state = State::default();
    turn(&program, &mut state, Event::Start { at: None }, 0);
    assert_eq!(state.deadline, Some(Timestamp(60_000)));
    turn(&program, &mut state, Event::Reply(Reply::text("many")), 30_000);
    assert_eq!(state.deadline, Some(Timestamp(90_000)));
    let early = state.clone();
    turn(&program, &mut state, Event::Timeout, 89_999);
    assert_eq!(state, early);
    let step = turn(&program, &mut state, Event::Timeout, 90_000);
    assert_eq!(step.status, Status::Completed { outcome: Some("by timeout".into()) });
}

#[test]
fn choices_are_buttons_where_they_fit_and_a_list_elsewhere() {
    let sent = |choices: Value| {
        let program = program(json!({"text": "Which?", "choices": choices}), &["next"]);
        let mut state = State::default();
        turn(&program, &mut state, Event::Start { at: None }, 0).messages.remove(0)
    };
    let short = json!({"id": "a", "title": "A"});
    assert!(matches!(sent(json!([short])), Content::Buttons { .. }));
    let four = json!([short, {"id": "b", "title": "B"}, {"id": "c", "title": "C"}, {"id": "d", "title": "D"}]);
    assert!(matches!(sent(four), Content::List { button, .. } if button == "Options"));
    let long = json!([{"id": "a", "title": "twenty-one characters"}]);
    assert!(matches!(sent(long), Content::List { .. }));
    let described = json!([{"id": "a", "title": "A", "description": "the first"}]);
    assert!(matches!(sent(described), Content::List { .. }));
    let grown = json!([{"id": "a", "title": "{{ contact.n }} characters and more"}]);
    assert!(matches!(sent(grown), Content::List { .. }));
}

#[test]
fn a_template_opens_and_the_text_repeats() {
    let template =
        json!({"name": "cart", "language": "en", "buttons": [{"id": "go", "title": "Go on"}]});
    let both = program(json!({"template": template, "text": "Go on?"}), &["go"]);
    let mut state = State::default();
    let step = turn(&both, &mut state, Event::Start { at: None }, 0);
    assert!(matches!(&step.messages[..], [Content::Template { name, .. }] if name == "cart"));
    let step = turn(&both, &mut state, Event::Reply(Reply::text("what?")), 0);
    assert!(matches!(&step.messages[..], [Content::Buttons { text, .. }] if text == "Go on?"));
    assert_eq!(answer(&both, &mut state, &Reply::button("go", "Go on")), Some("by go".into()));

    let alone = program(json!({"template": template}), &["go"]);
    let mut state = started(&alone);
    let step = turn(&alone, &mut state, Event::Reply(Reply::text("what?")), 0);
    assert!(matches!(&step.messages[..], [Content::Template { .. }]));
}

#[test]
fn who_says_nothing_on_the_phone_is_asked_again_and_then_led_to_the_timeout() {
    let silent = |ask: Value, ports: &[&str]| {
        let program = program(ask, ports);
        let mut state = started(&program);
        let mut heard = Vec::new();
        loop {
            let step = turn(&program, &mut state, Event::Silence, 0);
            heard.push(step.messages.len());
            if let Status::Completed { outcome } = step.status {
                return (heard, outcome.unwrap_or_default());
            }
        }
    };
    let ask = |timeout: Option<u64>| json!({"text": "?", "retries": 2, "timeout": timeout});
    let by = |port: &str| (vec![1, 1, 0], format!("by {port}"));
    assert_eq!(silent(ask(Some(30)), &["next", "invalid", "timeout"]), by("timeout"));
    assert_eq!(silent(ask(None), &["next", "invalid"]), by("invalid"));
}

#[test]
fn a_template_for_a_closed_window_stands_beside_the_question_and_not_beside_its_repetition() {
    let template = json!({"name": "cart", "language": "en", "variables": ["{{contact.n}}"],
        "buttons": [{"id": "go", "title": "Go on"}]});
    let choices = json!([{"id": "go", "title": "Go on"}]);
    let ask = json!({"text": "Go on?", "choices": choices, "outside_window": template});
    let both = program(ask, &["go"]);
    let mut state = State::default();
    let step = turn(&both, &mut state, Event::Start { at: None }, 0);
    assert!(matches!(&step.messages[..], [Content::Buttons { text, .. }] if text == "Go on?"));
    let instead: Vec<_> = step.outside_window.iter().collect();
    assert!(matches!(&instead[..], [(0, Content::Template { name, .. })] if name == "cart"));
    let step = turn(&both, &mut state, Event::Reply(Reply::text("what?")), 0);
    assert_eq!((step.messages.len(), step.outside_window.len()), (1, 0));
    assert_eq!(answer(&both, &mut state, &Reply::button("go", "Go on")), Some("by go".into()));
}
