//! Who is let in: every route of spin.toml, with every way not to be (design section 6). A route that is not in the table of
//! `access/routes.rs` fails here.

#[path = "access/channels.rs"]
mod channels;
#[path = "access/guard.rs"]
pub mod guard;
#[path = "access/rotated.rs"]
mod rotated;
#[path = "access/routes.rs"]
pub mod routes;
#[path = "access/secrets.rs"]
mod secrets;
#[path = "access/things.rs"]
pub mod things;

use black_box::{Answer, App, Request, like, workspace};
use serde_json::{Value, json};

use guard::{Guard, Why};
use routes::ROUTES;
use things::{Things, forged, nobodys_path};

/// Every endpoint: its route, its method, and what lets in.
fn endpoints() -> impl Iterator<Item = (&'static str, &'static str, Guard)> {
    ROUTES.iter().flat_map(|(route, methods)| {
        methods.iter().map(|(method, guard)| (*route, *method, *guard))
    })
}

fn things(app: &std::sync::Arc<App>) -> Things {
    Things::of(app, |_| {})
}

/// A request with a right body, where one is needed to come so far.
fn with_body(request: Request, body: Option<&Value>) -> Request {
    body.into_iter().fold(request, Request::json)
}

/// What was not as documented, all of it: a mistake shows where it is made.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn refused(&mut self, what: &str, guard: Guard, why: Why, answer: &Answer) {
        self.is(what, guard.refusal(why), answer);
    }

    /// It is not there, or is another team's, as the route says it.
    fn not_found(&mut self, what: &str, route: &str, guard: Guard, answer: &Answer) {
        let documented = match route {
            // contract/trigger-pingmee.md, section 2.
            "/workflows/:workflow_id/trigger" => {
                let message = "Workflow not found or not published";
                (400, json!({"error": "Bad Request", "message": message}))
            }
            _ => guard.refusal(Why::NotFound),
        };
        self.is(what, documented, answer);
    }

    fn is(&mut self, what: &str, (status, body): (u16, Value), answer: &Answer) {
        let is_json = answer.status == status && !answer.body.is_empty();
        let difference = match is_json {
            true => like::compare(&answer.json(), &body).err(),
            false => Some(format!("{status} was expected")),
        };
        if let Some(difference) = difference {
            self.0.push(format!("{what}: {answer}: {difference}"));
        }
    }

    #[track_caller]
    fn are_none(&self) {
        assert!(self.0.is_empty(), "{} findings\n{}", self.0.len(), self.0.join("\n"));
    }
}

#[test]
fn every_route_is_in_the_table() {
    let manifest = std::fs::read_to_string(workspace().join("spin.toml")).expect("spin.toml");
    let routes = manifest.lines().filter_map(|line| line.strip_prefix("route = \""));
    let routes: Vec<&str> = routes.map(|rest| rest.trim_end_matches('"')).collect();
    let table: Vec<&str> = ROUTES.iter().map(|(route, _)| *route).collect();
    assert!(routes.len() >= 88, "{routes:?}");
    for route in &routes {
        assert!(table.contains(route), "{route} is not in access/routes.rs: who is let in there?");
    }
    for route in &table {
        assert!(routes.contains(route), "{route} is not in spin.toml");
    }
}

#[test]
fn every_method_is_in_the_table() {
    let app = App::shared_with_webhooks();
    let mine = things(&app);
    for (route, methods) in ROUTES {
        if methods.iter().any(|(_, guard)| *guard == Guard::Nothing) {
            continue;
        }
        let refused = app.client.request("PURGE", &mine.path(route)).send();
        assert_eq!(refused.status, 405, "{route}: {refused}");
        let allowed: Vec<&str> = refused.header("allow").unwrap_or_default().split(", ").collect();
        let table: Vec<&str> = methods.iter().map(|(method, _)| *method).collect();
        assert!(
            table.len() == allowed.len() && table.iter().all(|method| allowed.contains(method)),
            "{route} takes {allowed:?}, and the table has {table:?}"
        );
    }
}

#[test]
fn without_a_key_that_counts_nobody_is_let_in() {
    let app = App::shared_with_webhooks();
    let (mine, theirs) = (things(&app), things(&app));
    let mut findings = Findings::default();
    for (route, method, guard) in endpoints().filter(|(_, _, guard)| guard.wants_a_key()) {
        let path = mine.path(route);
        let what = format!("{method} {route}");
        let lacking = mine.key_without(guard.scope().expect("a scope"));
        let with = |key: &str| mine.request_with(guard, key, method, &path);
        for (why, request) in [
            (Why::Missing, app.client.request(method, &path)),
            (Why::Wrong, with("sk_nobodys")),
            (Why::Wrong, with(app.admin_key())),
            (Why::Wrong, with(&format!("{}x", mine.team.key))),
            (Why::Expired, with(&mine.expired)),
            (Why::Scope, with(&lacking)),
        ] {
            findings.refused(&format!("{what} ({why:?})"), guard, why, &request.send());
            let forged = forged(request, route, &theirs).send();
            findings.refused(&format!("{what}, forged"), guard, why, &forged);
        }
        if guard == Guard::Trigger {
            let bare = || app.client.request(method, &path);
            let cookie = |token: &str| format!("accessToken={token}");
            let key = mine.team.key.as_str();
            for (why, request) in [
                (Why::Missing, bare().header("x-api-key", key)),
                (Why::Missing, bare().header("cookie", &cookie(&mine.token))),
                (Why::Missing, bare().bearer(&mine.token)),
                (Why::Wrong, bare().header("x-api-key", key).bearer(&theirs.token)),
                (Why::Wrong, bare().header("x-api-key", key).header("cookie", &cookie("x"))),
                (
                    Why::Wrong,
                    bare().header("x-api-key", key).header("cookie", &cookie(&theirs.token)),
                ),
            ] {
                findings.refused(&format!("{what}, one of two"), guard, why, &request.send());
            }
        }
    }
    findings.are_none();
}

#[test]
fn only_the_operator_is_let_in_to_ops() {
    let app = App::shared_with_webhooks();
    let (mine, theirs) = (things(&app), things(&app));
    let mut findings = Findings::default();
    for (route, method, guard) in endpoints().filter(|(_, _, guard)| *guard == Guard::Operator) {
        let path = mine.path(route);
        let request = || app.client.request(method, &path);
        for (why, request) in [
            (Why::Missing, request()),
            (Why::Missing, request().header("x-api-key", app.admin_key())),
            (Why::Missing, request().header("authorization", app.admin_key())),
            (Why::Missing, request().bearer(app.admin_key()).bearer("another")),
            (Why::Wrong, request().bearer("sk_nobodys")),
            (Why::Wrong, request().bearer(&mine.team.key)),
            (Why::Wrong, request().bearer(&mine.expired)),
            (Why::Wrong, request().bearer(&mine.token)),
            (Why::Wrong, request().bearer(&format!("{}x", app.admin_key()))),
        ] {
            let what = format!("{method} {route}");
            findings.refused(&format!("{what} ({why:?})"), guard, why, &request.send());
            let to_health = request.header("spin-path-info", "/ops/health");
            let forged = forged(to_health, route, &theirs).send();
            findings.refused(&format!("{what}, forged"), guard, why, &forged);
        }
        // What a forged header names is not what is acted on.
        if route.contains(':') {
            let nobodys = app.ops(method, &nobodys_path(route));
            let nobodys = with_body(nobodys, mine.body(route).as_ref());
            let answer = forged(nobodys, route, &theirs).send();
            findings.refused(&format!("{method} {route}, nobody's"), guard, Why::NotFound, &answer);
        }
    }
    findings.are_none();
}

/// Whether a path, or the body, of an endpoint names what is a team's.
fn names_something(route: &str, guard: Guard, body: Option<&Value>) -> bool {
    // Nothing of these is built: whose number or call it is, nobody knows.
    if route.starts_with("/api/v1/console/phone-numbers") {
        return false;
    }
    guard.wants_a_key() && (route.contains(':') || guard == Guard::Actions && body.is_some())
}

#[test]
fn what_is_another_teams_is_not_found() {
    let app = App::shared_with_webhooks();
    let (mine, theirs) = (things(&app), things(&app));
    let mut findings = Findings::default();
    let mut asked = 0;
    for (route, method, guard) in endpoints() {
        let body = theirs.body(route);
        if !names_something(route, guard, body.as_ref()) {
            continue;
        }
        asked += 1;
        let what = format!("{method} {route}");
        let request = with_body(mine.request(guard, method, &theirs.path(route)), body.as_ref());
        findings.not_found(&what, route, guard, &request.send());
        // Nor with what a host adds, that says that it is ours.
        let answer = forged(request, route, &mine).send();
        findings.not_found(&format!("{what}, forged"), route, guard, &answer);
        if route.contains(':') {
            let body = theirs.body(route);
            let nobodys = theirs.request(guard, method, &nobodys_path(route));
            let answer = forged(with_body(nobodys, body.as_ref()), route, &theirs).send();
            findings.not_found(&format!("{what}, nobody's"), route, guard, &answer);
        }
    }
    assert!(asked >= 45, "{asked}");
    // It is all still there: whoever owns it finds it, or else the paths above named nothing.
    let is_read = |method: &str| method == "GET";
    let all = endpoints().filter(|(_, _, guard)| guard.wants_a_key());
    let (reads, writes): (Vec<_>, Vec<_>) = all.partition(|(_, method, _)| is_read(method));
    let deletes = |(_, method, _): &(&str, &str, Guard)| *method == "DELETE";
    let (mut last, writes): (Vec<_>, Vec<_>) = writes.into_iter().partition(deletes);
    last.sort_by_key(|(route, ..)| std::cmp::Reverse(route.len()));
    for (route, method, guard) in reads.into_iter().chain(writes).chain(last) {
        let body = theirs.body(route);
        if !names_something(route, guard, body.as_ref()) {
            continue;
        }
        let request = theirs.request(guard, method, &theirs.path(route));
        let answer = with_body(request, body.as_ref()).send();
        if [401, 403, 404, 405].contains(&answer.status) {
            findings.0.push(format!("{method} {route}, the owner's: {answer}"));
        }
    }
    findings.are_none();
}

#[test]
fn what_is_for_everybody_says_the_same_to_everybody() {
    let app = App::shared_with_webhooks();
    let (mine, theirs) = (things(&app), things(&app));
    for (route, method, _) in endpoints().filter(|(_, _, guard)| *guard == Guard::Open) {
        let bare = app.client.request(method, route);
        let said = bare.send();
        assert_eq!(said.status, 200, "{said}");
        for other in [
            bare.clone().bearer("sk_nobodys"),
            bare.clone().bearer(&mine.team.key),
            bare.clone().bearer(app.admin_key()),
            forged(bare.clone(), route, &theirs),
        ] {
            let other = other.send();
            assert_eq!((other.status, &other.body), (said.status, &said.body), "{route}");
        }
    }
}

#[test]
fn a_path_that_nothing_serves_is_not_found_whoever_asks() {
    let app = App::shared_with_webhooks();
    let mine = things(&app);
    let mut findings = Findings::default();
    for (path, guard) in [
        ("/api/v1/console/nothing", Guard::Console("")),
        ("/api/v1/nothing", Guard::Actions),
        ("/conversations/a/b/c", Guard::Trigger),
        ("/ops/nothing", Guard::Operator),
        ("/ops/health/more", Guard::Operator),
        ("/channels/whatsapp", Guard::Operator),
        ("/", Guard::Operator),
    ] {
        for method in ["GET", "POST"] {
            let bare = app.client.request(method, path);
            for request in [
                bare.clone(),
                bare.clone().bearer(&mine.team.key),
                bare.clone().bearer(app.admin_key()),
                bare.clone().header("spin-path-info", "/ops/keys"),
            ] {
                let what = format!("{method} {path}");
                findings.refused(&what, guard, Why::NotFound, &request.send());
            }
        }
    }
    findings.are_none();
}
