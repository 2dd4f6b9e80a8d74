//! Which pages may use an account.

use serde_json::json;

use super::{PAGE, Site, an_id, invalid, message, problem};

const OTHERS: [Option<&str>; 6] = [
    None,
    Some("null"),
    Some("http://shop.example"),
    Some("https://shop.example:8443"),
    Some("https://shop.example.evil.example"),
    Some("https://evil.example"),
];

#[test]
fn only_a_page_of_an_allowed_origin_is_answered() {
    let site = Site::echo();
    let visitor = site.visitor("hello");
    for other in OTHERS {
        let from = |method: &str, rest: &str| {
            let request = site.bare(method, rest).bearer(&visitor.token);
            other.iter().fold(request, |request, origin| request.header("origin", origin))
        };
        for refused in [
            from("POST", "/messages").json(&message("hi")).send(),
            from("GET", "/messages").send(),
            from("GET", "/stream").send(),
            from("OPTIONS", "/messages").send(),
            from("OPTIONS", "/stream").send(),
        ] {
            refused.is(403, &problem("forbidden"));
            assert_eq!(refused.header("access-control-allow-origin"), None, "{refused}");
            assert_eq!(refused.header("vary"), Some("Origin"), "{refused}");
        }
    }
    assert_eq!(visitor.log(), ["hello", "What is it?"], "and nothing was heard");
}

#[test]
fn a_page_that_may_is_told_in_every_answer_that_it_may_read_it() {
    let site = Site::echo();
    let visitor = site.visitor("hello");
    for (answer, status) in [
        (visitor.post(&message("hi")).send(), 201),
        (visitor.request("GET", "/messages").send(), 200),
        (visitor.post(&json!({})).send(), 400),
        (site.request("GET", "/messages").send(), 401),
        (site.request("GET", "/stream").bearer("x").send(), 401),
        (visitor.request("GET", "/stream?after=x").send(), 400),
        (visitor.post(&json!({"id": an_id(), "text": "x".repeat(20_000)})).send(), 413),
    ] {
        assert_eq!(answer.status, status, "{answer}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE), "{answer}");
        assert_eq!(answer.header("vary"), Some("Origin"), "{answer}");
        assert_eq!(answer.header("access-control-allow-credentials"), None, "{answer}");
    }
}

#[test]
fn a_browser_may_ask_before_it_sends_and_needs_no_token_for_that() {
    let site = Site::echo();
    for (rest, methods) in [("/messages", "GET, POST, OPTIONS"), ("/stream", "GET, OPTIONS")] {
        let asked = site.request("OPTIONS", rest).header("access-control-request-method", "POST");
        let answer = asked.header("access-control-request-headers", "authorization").send();
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{answer}");
        for (name, value) in [
            ("access-control-allow-origin", PAGE),
            ("access-control-allow-methods", methods),
            ("access-control-allow-headers", "authorization, content-type, last-event-id"),
            ("access-control-max-age", "7200"),
            ("vary", "Origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
    }
}

#[test]
fn a_page_of_the_servers_own_host_sends_no_origin_when_it_reads() {
    let site = Site::echo();
    let own = site.team.app.client.base().to_owned();
    site.is_registered(&json!({"allowed_origins": [PAGE, own]})).expect(201);
    let read = site.bare("GET", "/messages").header("sec-fetch-site", "same-origin");
    read.send().is(401, &problem("token_invalid"));
    let read = site.bare("GET", "/messages").header("sec-fetch-site", "cross-site");
    read.send().is(403, &problem("forbidden"));
}

#[test]
fn the_origins_of_an_account_are_replaced_with_it() {
    let site = Site::echo();
    site.is_registered(&json!({"allowed_origins": ["https://blog.example"]})).expect(201);
    site.first(&message("hi")).send().is(403, &problem("forbidden"));
    let moved = site.bare("POST", "/messages").header("origin", "https://blog.example");
    moved.json(&message("hi")).send().expect(201);
}

#[test]
fn what_no_browser_sends_as_an_origin_is_refused_when_the_account_is_made() {
    let site = Site::echo();
    for (origins, wrong) in [
        (json!([]), "/allowed_origins"),
        (json!(null), "/allowed_origins"),
        (json!("https://shop.example"), "/allowed_origins"),
        (json!(["*"]), "/allowed_origins/0"),
        (json!([PAGE, "https://shop.example/"]), "/allowed_origins/1"),
        (json!(["https://Shop.example"]), "/allowed_origins/0"),
        (json!(["https://shop.example:443"]), "/allowed_origins/0"),
        (json!(["null"]), "/allowed_origins/0"),
        (json!([7]), "/allowed_origins/0"),
        (json!(vec![PAGE; 51]), "/allowed_origins"),
    ] {
        site.is_registered(&json!({"allowed_origins": origins})).is(400, &invalid(wrong));
    }
    let origins = json!(["http://localhost:8080", "https://xn--bcher-kva.example"]);
    site.is_registered(&json!({"allowed_origins": origins})).expect(201);
}

#[test]
fn an_account_that_is_not_there_is_404_and_other_methods_are_405() {
    let site = Site::echo();
    let nobody = |method: &str, rest: &str| {
        let request =
            site.team.app.client.request(method, &format!("/channels/webchat/nobody{rest}"));
        request.header("origin", PAGE).send()
    };
    for (method, rest) in
        [("POST", "/messages"), ("GET", "/messages"), ("GET", "/stream"), ("OPTIONS", "/messages")]
    {
        nobody(method, rest).is(404, &problem("not_found"));
    }
    nobody("GET", "/elsewhere").is(404, &problem("not_found"));
    site.request("DELETE", "/messages").send().is(405, &problem("method_not_allowed"));
    site.request("POST", "/stream").send().is(405, &problem("method_not_allowed"));
}
