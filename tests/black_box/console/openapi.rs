//! `/api/v1/console/openapi.json`: the document, for whoever asks.

use black_box::{App, workspace};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/console/openapi.json";

#[test]
fn the_document_is_served_to_anybody_as_it_is_kept() {
    let app = App::shared();
    let answer = app.client.get(PATH).send();
    let kept = std::fs::read_to_string(workspace().join("docs/openapi/console.json"));
    let kept: Value = serde_json::from_str(&kept.expect("the document")).expect("JSON");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.expect(200), kept);
}

#[test]
fn the_document_cannot_be_changed() {
    let app = App::shared();
    let answer = app.client.post(PATH).json(&json!({})).send();
    answer.expect(405);
    assert_eq!(answer.header("allow"), Some("GET"));
}
