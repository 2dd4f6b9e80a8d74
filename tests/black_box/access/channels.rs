//! What is not let in by keys: providers, the pages of a web chat and its visitors, and the readers of a stream.

use black_box::{App, PUBLIC_URL, a_phone, signature};
use serde_json::json;
use stand_in::TelephonyWebhook;

use super::guard::{Guard, Why};
use super::things::{PAGE, Things, forged, nobodys_path};
use super::{Findings, endpoints, things};

fn of(wanted: Guard) -> impl Iterator<Item = (&'static str, &'static str)> {
    endpoints()
        .filter(move |(_, _, guard)| *guard == wanted)
        .map(|(route, method, _)| (route, method))
}

#[test]
fn only_who_signs_as_the_provider_is_let_in() {
    let app = App::shared_with_webhooks();
    let (mine, theirs) = (things(&app), things(&app));
    let mut findings = Findings::default();
    let body = b"{\"object\": \"whatsapp_business_account\", \"entry\": []}";
    let mut found = 0;
    for (route, method) in of(Guard::Signature) {
        found += 1;
        let bare = app.client.request(method, &mine.path(route)).body(body);
        let signed = |secret: &str| signature(secret, body);
        let header = "x-hub-signature-256";
        for (why, request) in [
            (Why::Missing, bare.clone()),
            (Why::Wrong, bare.clone().header(header, "")),
            (Why::Wrong, bare.clone().header(header, "sha256=00")),
            (Why::Wrong, bare.clone().header(header, &signed(""))),
            (Why::Wrong, bare.clone().header(header, &signed(&theirs.account.app_secret))),
            (Why::Wrong, bare.clone().header(header, &signed(&mine.account.verify_token))),
            (Why::Wrong, bare.clone().bearer(&mine.team.key)),
            (Why::Wrong, bare.clone().bearer(app.admin_key())),
        ] {
            let what = format!("{method} {route}");
            findings.refused(&what, Guard::Signature, why, &request.send());
            let answer = forged(request, route, &theirs).send();
            findings.refused(&format!("{what}, forged"), Guard::Signature, why, &answer);
        }
        let nobodys = app.client.request(method, &nobodys_path(route)).body(body);
        let signed = nobodys.header(header, &signed(&theirs.account.app_secret));
        let answer = forged(signed, route, &theirs).send();
        findings.refused(
            &format!("{method} {route}, nobody's"),
            Guard::Signature,
            Why::NotFound,
            &answer,
        );
        mine.account.webhook(body).send().expect(200);
    }
    for (route, method) in of(Guard::SignedForm) {
        found += 1;
        let form = TelephonyWebhook::call(&a_phone(), &mine.line.number);
        let url = |path: &str| format!("{PUBLIC_URL}{path}");
        let header = "x-twilio-signature";
        let signed = |token: &str, path: &str| form.sign(token, &url(path)).signature;
        let path = mine.path(route);
        let right = form.sign(&mine.line.auth_token, &url(&path));
        let bare = app.client.request(method, &path).body(right.body);
        for (why, request) in [
            (Why::Missing, bare.clone()),
            (Why::Wrong, bare.clone().header(header, "")),
            (Why::Wrong, bare.clone().header(header, &signed("", &path))),
            (Why::Wrong, bare.clone().header(header, &signed(&theirs.line.auth_token, &path))),
            (Why::Wrong, bare.clone().header(header, &signed(&mine.line.auth_token, "/other"))),
            (Why::Wrong, bare.clone().bearer(&mine.team.key)),
            (Why::Wrong, bare.clone().bearer(app.admin_key())),
        ] {
            let what = format!("{method} {route}");
            findings.refused(&what, Guard::SignedForm, why, &request.send());
            let answer = forged(request, route, &theirs).send();
            findings.refused(&format!("{what}, forged"), Guard::SignedForm, why, &answer);
        }
        let what = format!("{method} {route}, nobody's");
        let nobodys = app.client.request(method, &nobodys_path(route)).body("a=b");
        let answer = forged(nobodys, route, &theirs).send();
        findings.refused(&what, Guard::SignedForm, Why::NotFound, &answer);
    }
    for (route, method) in of(Guard::Verification) {
        found += 1;
        for token in ["", "x", &theirs.account.verify_token, &mine.account.app_secret] {
            let query = format!("?hub.mode=subscribe&hub.challenge=7&hub.verify_token={token}");
            let request = app.client.request(method, &format!("{}{query}", mine.path(route)));
            let why = if token.is_empty() { Why::Missing } else { Why::Wrong };
            let answer = forged(request, route, &theirs).send();
            findings.refused(&format!("{method} {route}"), Guard::Verification, why, &answer);
        }
    }
    assert_eq!(found, 5, "every provider has a case here");
    findings.are_none();
}

#[test]
fn only_a_visitor_on_a_page_of_the_site_is_let_in() {
    let app = App::shared_with_webhooks();
    let (mine, theirs) = (things(&app), things(&app));
    let mut findings = Findings::default();
    let body = json!({"id": "0197aef0-0000-4000-8000-000000000001", "text": "hello"});
    for (route, method) in of(Guard::Visitor) {
        let what = format!("{method} {route}");
        let bare = app.client.request(method, &mine.path(route));
        let bare = if method == "POST" { bare.json(&body) } else { bare };
        let page = || bare.clone().header("origin", PAGE);
        for token in ["x", &theirs.visitor, &mine.team.key, &mine.token, app.admin_key()] {
            let request = page().bearer(token);
            findings.refused(&what, Guard::Visitor, Why::Wrong, &request.send());
            let answer = forged(request, route, &theirs).send();
            findings.refused(&format!("{what}, forged"), Guard::Visitor, Why::Wrong, &answer);
        }
        // Who writes without a token begins to be a visitor.
        if method != "POST" {
            findings.refused(&what, Guard::Visitor, Why::Missing, &page().send());
        }
        for other in [None, Some("null"), Some("https://evil.example")] {
            let request = bare.clone().bearer(&mine.visitor);
            let request =
                other.iter().fold(request, |request, page| request.header("origin", page));
            let refused = request.send();
            refused.is(403, &json!({"error": "forbidden", "message": "…"}));
        }
        let nobodys = app.client.request(method, &nobodys_path(route)).header("origin", PAGE);
        let answer = forged(nobodys.bearer(&theirs.visitor), route, &theirs).send();
        findings.refused(&format!("{what}, nobody's"), Guard::Visitor, Why::NotFound, &answer);
    }
    for (route, method) in of(Guard::Page) {
        let bare = app.client.request(method, &mine.path(route));
        let refused = bare.clone().header("origin", "https://evil.example").send();
        refused.is(403, &json!({"error": "forbidden", "message": "…"}));
        assert_eq!(bare.header("origin", PAGE).send().status, 200, "{method} {route}");
    }
    findings.are_none();
}

#[test]
fn only_the_reader_of_a_ticket_is_let_in_once() {
    let app = App::shared_with_webhooks();
    let (mine, theirs) = (things(&app), things(&app));
    let mut findings = Findings::default();
    let ticket = |of: &Things| {
        let route = "/api/v1/console/agents/:agent_id/conversations/:conversation_id/stream-ticket";
        let issued = of.team.request("POST", &of.path(route)).send();
        assert_eq!(issued.status, 201, "{issued}");
        issued.json()["data"]["ticket"].as_str().expect("a ticket").to_owned()
    };
    for (route, method) in of(Guard::Ticket) {
        let what = format!("{method} {route}");
        let path = mine.path(route);
        for ticket in ["", "x", &mine.team.key, &mine.token, &"A".repeat(43)] {
            let request = app.client.request(method, &format!("{path}?ticket={ticket}"));
            findings.refused(&what, Guard::Ticket, Why::Wrong, &request.send());
            let answer = forged(request.bearer(&mine.team.key), route, &theirs).send();
            findings.refused(&format!("{what}, forged"), Guard::Ticket, Why::Wrong, &answer);
        }
        let bare = app.client.request(method, &path).bearer(&mine.team.key).send();
        findings.refused(&what, Guard::Ticket, Why::Missing, &bare);
        // Theirs, where it is not good, though a forged header says that it is there.
        let other = app.client.request(method, &format!("{path}?ticket={}", ticket(&theirs)));
        let other = forged(other, route, &theirs).send();
        assert_eq!((other.status, &other.json()["code"]), (403, &json!("forbidden")), "{other}");
    }
    findings.are_none();
}
