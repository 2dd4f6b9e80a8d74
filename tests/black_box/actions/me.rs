//! `GET /api/v1/me`.

use black_box::App;
use serde_json::json;

const ME: &str = "/api/v1/me";

#[test]
fn a_key_is_shown_with_its_team() {
    let app = App::shared();
    let (team, other) = (app.team(), app.team());
    let me = team.request("GET", ME).send().is(
        200,
        &json!({
            "id": "…", "email": format!("{}@parlance.invalid", team.name), "name": "tests",
            "tenant": {"id": "…", "name": team.name},
        }),
    );
    assert!(me["id"].as_u64().is_some_and(|id| id < 1 << 53), "{me}");
    assert_eq!(me["tenant"]["id"].as_str().map(str::len), Some(36), "{me}");
    team.request("GET", ME).send().is(200, &me);

    // Another key of the same team, and another team.
    let key = team.key_with_scopes(&["actions"]);
    let second = app.client.get(ME).bearer(&key).send().expect(200);
    assert_eq!((&second["tenant"], &second["name"]), (&me["tenant"], &json!("scoped")));
    assert_ne!(second["id"], me["id"]);
    let theirs = other.request("GET", ME).send().expect(200);
    assert_ne!(theirs["tenant"]["id"], me["tenant"]["id"]);
}

#[test]
fn nobody_is_shown_without_a_key_that_counts() {
    let app = App::shared();
    let unauthenticated = json!({"message": "Unauthenticated.", "error": "Unauthenticated."});
    app.client.get(ME).send().is(401, &unauthenticated);
    app.client.get(ME).bearer("sk_nobodys").send().is(401, &unauthenticated);
    let key = app.team().key_with_scopes(&["workflows:read"]);
    app.client.get(ME).bearer(&key).send().is(403, &json!({"error": "…actions…"}));
    let refused = app.team().request("POST", ME).send();
    refused.is(405, &json!({"error": "…GET…"}));
}
