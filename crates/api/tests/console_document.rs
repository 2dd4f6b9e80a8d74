//! What this crate writes on the console's surface is what docs/openapi/console.json says: errors, pages.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use api::{Envelope, PageQuery, Problem, RateLimit, Rule, Surface};
use fields::FieldError;
use flow::Timestamp;
use serde_json::{Value, json};

fn document() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi/console.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn assert_fits(document: &Value, name: &str, value: &Value) {
    let schema = json!({
        "$ref": format!("#/components/schemas/{name}"), "components": document["components"],
    });
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

#[test]
fn every_problem_is_said_as_the_document_says() {
    let limit = RateLimit { limit: 60, remaining: 0, reset: Timestamp(0) };
    let problems = [
        Problem::KeyMissing,
        Problem::KeyInvalid,
        Problem::KeyExpired,
        Problem::AccessTokenInvalid,
        Problem::TicketInvalid,
        Problem::Forbidden("no".to_owned()),
        Problem::ScopeMissing("agents:read"),
        Problem::NotFound("Agent not found".to_owned()),
        Problem::UnsupportedMediaType("text/plain".to_owned()),
        Problem::TooLarge(1),
        Problem::Malformed("it is empty".to_owned()),
        Problem::Invalid(vec![FieldError::new("/name", "required")]),
        Problem::rule("no"),
        Problem::Conflict(Rule::new("conflict", "no").with("revision", 3)),
        Problem::NotImplemented("no".to_owned()),
        Problem::RateLimited(limit),
        Problem::NotConfigured("admin_key"),
        Problem::WrongKey,
        Problem::Unavailable,
        Problem::Internal("secret".to_owned()),
    ];
    let document = document();
    for problem in problems {
        let (status, body) = Surface::Console.say(&problem, "018f5e3a-7b1c-7c2d-8e4f-5a6b7c8d9e0f");
        assert_fits(&document, "ConsoleErrorResponse", &body);
        let responses = &document["components"]["responses"];
        assert!(responses.get(status.as_str()).is_some(), "{status} is not in the document");
    }
}

#[test]
fn every_page_has_the_meta_that_the_document_says() {
    let document = document();
    for (page, total) in [(1, 0), (1, 1), (3, 45), (9, 45)] {
        let query = PageQuery { page, limit: 20, search: None, sort: None };
        let shown = Envelope::page::<Value>("Success", &[], &query, total);
        assert_fits(&document, "WorkflowPage", &shown);
    }
    assert_fits(&document, "DeletedEnvelope", &Envelope::one("Deleted", &Value::Null));
}
