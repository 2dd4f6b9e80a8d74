//! What is refused before a workflow is looked at, and whose workflows are nobody else's business.

use black_box::App;
use serde_json::{Value, json};

use super::{NOBODYS, WORKFLOWS, create, error, minimal, names_methods, not_found, path};

fn unauthorized(message: &str, code: &str) -> Value {
    error(&json!(message), "Unauthorized", code, 401)
}

#[test]
fn a_key_may_come_in_either_header() {
    let team = App::shared().team();
    let get = team.app.client.get(WORKFLOWS);
    get.clone().bearer(&team.key).send().expect(200);
    get.clone().header("authorization", &format!("bearer {}", team.key)).send().expect(200);
    get.header("x-api-key", &team.key).send().expect(200);
}

#[test]
fn what_is_wrong_with_a_key_is_said() {
    let team = App::shared().team();
    let ended = team.key_until("2020-01-01T00:00:00Z");
    let get = team.app.client.get(WORKFLOWS);

    get.send().is(401, &unauthorized("…", "api_key_missing"));
    let invalid = unauthorized("Invalid API key.", "api_key_invalid");
    get.clone().bearer("sk_nobodys").send().is(401, &invalid);
    get.clone().header("x-api-key", "sk_nobodys").send().is(401, &invalid);
    get.bearer(&ended).send().is(401, &unauthorized("…", "api_key_expired"));
}

#[test]
fn what_is_not_there_or_not_ours_is_not_found() {
    let app = App::shared();
    let team = app.team();
    let theirs = create(&app.team(), &minimal())["id"].as_str().expect("an id").to_owned();
    for id in [NOBODYS, theirs.as_str(), "cm1234567890", "%00", "..%2f..%2fops", "😀"] {
        let path = path(&id.replace('😀', "%F0%9F%98%80"));
        for request in [
            team.request("GET", &path),
            team.request("PATCH", &path).json(&json!({"name": "Mine"})),
            // Not judged either: what is not ours is not found, whatever is sent to it.
            team.request("PATCH", &path).json(&json!({"name": ""})),
            team.request("DELETE", &path),
        ] {
            request.send().is(404, &not_found());
        }
    }
}

#[test]
fn a_path_that_nothing_serves_is_not_found_in_this_surfaces_shape() {
    let team = App::shared().team();
    let nothing = error(&json!("…"), "Not Found", "not_found", 404);
    for path in ["/api/v1/console", "/api/v1/console/teams", "/api/v1/console/workflows/a/b/c"] {
        team.request("GET", path).send().is(404, &nothing);
    }
}

#[test]
fn other_methods_are_named() {
    let team = App::shared().team();
    let one = path(NOBODYS);
    for (method, path, allowed) in [
        ("PUT", WORKFLOWS, "GET, POST"),
        ("DELETE", WORKFLOWS, "GET, POST"),
        ("POST", &one, "GET, PATCH, DELETE"),
        ("GET", &format!("{one}/publish"), "POST"),
        ("GET", &format!("{one}/validate"), "POST"),
    ] {
        names_methods(&team.request(method, path).send(), allowed, path);
    }
}

#[test]
fn what_is_no_json_is_malformed() {
    let team = App::shared().team();
    let workflow = create(&team, &minimal())["id"].as_str().expect("an id").to_owned();
    let malformed = error(&json!("…"), "Bad Request", "bad_request", 400);
    for (method, path) in [("POST", WORKFLOWS.to_owned()), ("PATCH", path(&workflow))] {
        for body in ["", "{", "{\"name\": \"a\",}", "nothing"] {
            team.request(method, &path).text(body).send().is(400, &malformed);
        }
        let list = team.request(method, &path).text("[]").send();
        assert_eq!(list.expect(400)["code"], "validation_error");
    }
}

#[test]
fn only_json_of_at_most_a_mebibyte_is_taken() {
    let team = App::shared().team();
    let most = 1024 * 1024;
    let post = team.request("POST", WORKFLOWS);

    let xml = post.clone().header("content-type", "text/xml").body("<a/>").send();
    let expected = error(&json!("…"), "Unsupported Media Type", "unsupported_media_type", 415);
    xml.is(415, &expected);
    let large = post.text("x".repeat(most + 1));
    let large = large.send_while_reading(&format!("content-length: {}", most + 1));
    large.is(413, &error(&json!("…"), "Payload Too Large", "payload_too_large", 413));
}
