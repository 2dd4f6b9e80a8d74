use super::*;
use crate::limits::MAX_VARS_BYTES;
use crate::nodes::tests::stage::{Stage, http, outcome};

const URL: &str = "https://api.example.com/x";

fn call(fields: Value) -> Stage {
    let mut node = fields;
    node["type"] = json!("http");
    node["save_as"] = json!("answer");
    if node["url"].is_null() {
        node["url"] = json!(URL);
    }
    Stage::new(node, &["next", "error"])
}

fn answer(status: u16, body: Value) -> EffectResult {
    EffectResult::Http { status, body }
}

/// The port it takes at once, and what is saved.
fn refused(stage: &mut Stage) -> (String, Value) {
    let step = stage.start();
    assert_eq!(step.effect, None);
    (outcome(&step).to_owned(), stage.state.vars["answer"].clone())
}

fn error(code: &str) -> (String, Value) {
    ("error".to_owned(), json!({"status": null, "error": code}))
}

#[test]
fn values_stay_in_their_place_in_the_address() {
    let url = |source: &str, context: Value| {
        let mut stage = call(json!({"url": source})).context(context);
        http(&stage.start()).url.clone()
    };
    assert_eq!(
        url("https://a.example/{{context.x}}/y?z={{context.x}}", json!({"x": "a/b?c&d=é #%41"})),
        "https://a.example/a%2Fb%3Fc%26d%3D%C3%A9%20%23%2541/y?z=a%2Fb%3Fc%26d%3D%C3%A9%20%23%2541"
    );
    assert_eq!(
        url(
            "https://a.example/?l={{context.l}}&n={{context.n}}&b={{context.b}}&m={{context.m}}",
            json!({"l": [1, "x"], "n": 1.5, "b": true})
        ),
        "https://a.example/?l=%5B1%2C%22x%22%5D&n=1.5&b=true&m="
    );
    assert_eq!(
        url(
            "https://a.example/{{context.x|urlencode}}?{{context.q|urlencode}}",
            json!({"x": "a b/c", "q": {"k": "v w", "l": 1}})
        ),
        "https://a.example/a%20b/c?k=v%20w&l=1"
    );
    assert_eq!(
        url("https://a.example/{{context.none|default('all items')}}", json!({})),
        "https://a.example/all%20items"
    );
    let base = json!({"base": "https://b.example/hook?t=1", "x": "&y"});
    assert_eq!(url("{{context.base}}", base.clone()), "https://b.example/hook?t=1");
    assert_eq!(url(" {{context.base}}&x={{context.x}}", base), "https://b.example/hook?t=1&x=%26y");
}

#[test]
fn what_variables_make_of_an_address_is_checked_before_it_is_called() {
    for (url, x) in [
        ("https://a.example/{{context.x}}/y", ".."),
        ("https://a.example/{{context.x|urlencode}}", "../../admin"),
        ("https://{{context.x}}/", "b.example/evil"),
        ("https://a.example{{context.x}}", "@b.example"),
        ("https://{{context.x}}", ""),
        ("{{context.x}}", "ftp://b.example"),
        ("{{context.x}}/y", "https://b.example\r\nHost: c.example"),
        ("{{context.x}}", "https://user:pass@b.example"),
        ("https://a.example/{{context.x}}", &"x".repeat(2_048)),
    ] {
        let mut stage = call(json!({"url": url})).context(json!({"x": x}));
        assert_eq!(refused(&mut stage), error("invalid_url"), "{url} {x}");
    }
}

#[test]
fn a_get_is_the_default() {
    let step = call(json!({})).start();
    let request = HttpRequest {
        method: "GET".to_owned(),
        url: URL.to_owned(),
        headers: BTreeMap::new(),
        body: None,
        timeout_seconds: 10,
    };
    assert_eq!(http(&step), &request);
    assert_eq!(step.effect.unwrap().number, 1);
}

#[test]
fn json_keeps_its_types_and_text_is_sent_as_it_is() {
    let sent = |body: Value, headers: Value| {
        let fields = json!({"method": "PUT", "body": body, "headers": headers, "timeout": 20});
        let mut stage = call(fields).context(json!({"n": 5, "t": "a\"b\nc"}));
        let step = stage.start();
        let request = http(&step);
        assert_eq!((request.method.as_str(), request.timeout_seconds), ("PUT", 20));
        (request.body.clone().unwrap(), request.headers["content-type"].clone())
    };
    let json =
        json!({"n": "{{context.n}}", "l": ["{{context.t}}!", {"x": "{{context.none}}"}], "f": 1.5});
    let text = r#"{"n":5,"l":["a\"b\nc!",{"x":null}],"f":1.5}"#;
    assert_eq!(sent(json, json!({})), (text.to_owned(), "application/json".to_owned()));
    assert_eq!(
        sent(json!("n={{context.n}}"), json!({})),
        ("n=5".to_owned(), "text/plain; charset=utf-8".to_owned())
    );
    let form = json!({"Content-Type": "application/x-www-form-urlencoded"});
    assert_eq!(
        sent(json!("n={{context.t|urlencode}}"), form),
        ("n=a%22b%0Ac".to_owned(), "application/x-www-form-urlencoded".to_owned())
    );
}

#[test]
fn a_header_cannot_be_broken_out_of() {
    let with = |x: &str| {
        call(json!({"headers": {"X-Token": "Bearer {{context.x}}"}})).context(json!({"x": x}))
    };
    assert_eq!(
        http(&with("a:b").start()).headers,
        BTreeMap::from([("x-token".to_owned(), "Bearer a:b".to_owned())])
    );
    for x in ["a\r\nHost: b", "a\nb", "é", "\0", &"x".repeat(4_096)] {
        assert_eq!(refused(&mut with(x)), error("invalid_header"), "{x:?}");
    }
}

#[test]
fn what_cannot_be_put_together_is_not_sent() {
    let large = json!({"x": "x".repeat(9_000), "y": 1});
    let body = |body: Value| call(json!({"method": "POST", "body": body})).context(large.clone());
    assert_eq!(
        refused(&mut body(json!(["{{context.x}}", "{{context.x}}"]))),
        error("request_too_large")
    );
    assert_eq!(refused(&mut body(json!("{{context.x}}{{context.x}}"))), error("template_limit"));
    assert_eq!(refused(&mut body(json!("{{context.none + 1}}"))), error("template_failed"));
    let many = vec!["{{context.x}}"; 100];
    assert_eq!(refused(&mut body(json!(many))), error("template_limit"));
}

#[test]
fn an_answer_is_kept_with_its_status_whatever_that_is() {
    for (status, port) in [
        (200, "next"),
        (204, "next"),
        (299, "next"),
        (300, "error"),
        (404, "error"),
        (500, "error"),
    ] {
        let mut stage = call(json!({}));
        stage.start();
        assert_eq!(outcome(&stage.result(answer(status, json!({"a": [1]})))), port, "{status}");
        assert_eq!(stage.state.vars["answer"], json!({"status": status, "body": {"a": [1]}}));
    }
}

#[test]
fn no_answer_leaves_by_error_and_says_why() {
    let failed = EffectResult::Failed { code: "unreachable".into(), message: "no route".into() };
    let other = EffectResult::Reply { text: "hello".into(), action: None };
    for (result, code) in [
        (failed, "unreachable"),
        (EffectResult::TimedOut, "timed_out"),
        (other, "unexpected_result"),
    ] {
        let mut stage = call(json!({}));
        stage.start();
        assert_eq!(outcome(&stage.result(result)), "error");
        assert_eq!(stage.state.vars["answer"], json!({"status": null, "error": code}));
    }
}

#[test]
fn a_body_that_is_too_large_is_not_kept() {
    let body = |bytes: usize| json!("x".repeat(bytes - 2));
    let mut stage = call(json!({}));
    stage.start();
    assert_eq!(outcome(&stage.result(answer(200, body(MAX_HTTP_SAVED_BYTES)))), "next");
    stage.start();
    assert_eq!(outcome(&stage.result(answer(200, body(MAX_HTTP_SAVED_BYTES + 1)))), "error");
    assert_eq!(stage.state.vars["answer"], json!({"status": 200, "error": "too_large"}));
    stage.state.vars.insert("other".to_owned(), json!("x".repeat(MAX_VARS_BYTES - 100)));
    stage.start();
    assert_eq!(outcome(&stage.result(answer(201, body(1_000)))), "error", "the session goes on");
    assert_eq!(stage.state.vars["answer"], json!({"status": 201, "error": "too_large"}));
}

#[test]
fn a_body_that_was_not_kept_meanwhile_is_missed_only_where_it_is_saved() {
    let large = answer(200, json!("x".repeat(MAX_HTTP_SAVED_BYTES))).kept();
    assert_eq!(large, EffectResult::HttpTooLarge { status: 200 });
    let mut stage = call(json!({}));
    stage.start();
    assert_eq!(outcome(&stage.result(large.clone())), "error");
    assert_eq!(stage.state.vars["answer"], json!({"status": 200, "error": "too_large"}));
    let mut stage = Stage::new(json!({"type": "http", "url": URL}), &["next", "error"]);
    stage.start();
    assert_eq!(outcome(&stage.result(large)), "next");
    let small = answer(200, json!({"a": [1]}));
    assert_eq!(small.kept(), small);
}

#[test]
fn a_result_for_a_session_that_moved_on_is_ignored() {
    let mut stage = call(json!({}));
    stage.start();
    stage.start();
    let before = stage.state.clone();
    let step = stage.turn(&crate::Event::Result { effect: 1, result: answer(200, Value::Null) });
    assert!(matches!(step.trace[..], [crate::Trace::Ignored { .. }]));
    assert_eq!((stage.state.clone(), step.effect), (before, None));
    assert_eq!(outcome(&stage.result(answer(200, Value::Null))), "next");
    let again = stage.result(answer(200, Value::Null));
    assert!(matches!(again.trace[..], [crate::Trace::Ignored { .. }]));
}
