use serde_json::json;

use super::*;

#[test]
fn every_error_is_collected_with_its_place() {
    let body = json!({"name": " ", "priority": 11, "rules": [{"id": 3}, "x"], "tags": ["a", 1]});
    let errors = Errors::new();
    let object = errors.body(&body);
    let _ = object.required_text("name", 10);
    let _ = object.required_text("system_prompt", 10);
    let _ = object.number("priority", 1.0, 10.0);
    let _ = object.objects("rules", |rule| rule.required_text("id", 100));
    let _ = object.texts("tags", 5);
    let found: Vec<String> =
        errors.into_result(()).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "name: must not be blank",
            "system_prompt: required",
            "priority: must be a number from 1 to 10",
            "rules.0.id: must be a string",
            "rules.1: must be an object",
            "tags.1: must be a string",
        ]
    );
}

#[test]
fn null_clears_and_absence_leaves() {
    let body = json!({"a": null, "b": "x"});
    let errors = Errors::new();
    let object = errors.body(&body);
    let mut places = [Some("1".to_owned()), Some("2".to_owned()), Some("3".to_owned())];
    object.text("a", 9).put(&mut places[0]);
    object.text("b", 9).put(&mut places[1]);
    object.text("c", 9).put(&mut places[2]);
    assert_eq!(places, [None, Some("x".to_owned()), Some("3".to_owned())]);
}

#[test]
fn a_body_that_is_no_object_is_one_error() {
    let errors = Errors::new();
    let body = json!([1]);
    let _ = errors.body(&body).required_text("name", 10);
    assert_eq!(errors.into_result(()).unwrap_err()[0].to_string(), "body: must be an object");
}
