//! What the bodies are, as a document of the API says it: made by the code that reads them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use contacts::{Details, NewContact, Search, Sought, TagFilter, TagRequest};
use fields::describe;
use serde_json::{Value, json};

#[track_caller]
fn is(schema: &Value, fields: &[&str], required: &Value) {
    let mut known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    known.sort_unstable();
    assert_eq!(known, fields, "{schema:#}");
    assert_eq!(schema["required"], *required, "{schema:#}");
}

#[test]
fn every_field_is_described_and_only_what_must_be_there_is_required() {
    let create = describe(|fields| drop(NewContact::read(fields)));
    is(&create, &["email", "metadata", "name", "phone", "tags"], &json!(["phone"]));
    let name = json!({"type": ["string", "null"], "maxLength": 255});
    assert_eq!(create["properties"]["name"], name);

    let update = describe(|fields| drop(Details::read_update(fields)));
    let details = ["contact_id", "email", "metadata", "name", "phone", "tags"];
    is(&update, &details, &Value::Null);
    // An id that is one; or a phone, beside an id that was not filled in.
    let one_of_two = &update["anyOf"];
    let required: Vec<&Value> =
        one_of_two.as_array().unwrap().iter().map(|one| &one["required"]).collect();
    assert_eq!(required, [&json!(["contact_id"]), &json!(["phone"])]);
    assert_eq!(
        one_of_two[0]["properties"]["contact_id"],
        json!({"type": "string", "format": "uuid"})
    );
    assert_eq!(one_of_two[1]["properties"]["contact_id"]["pattern"], r"^[ \t\r\n]*$");

    let tag = describe(|fields| drop(TagRequest::read(fields)));
    is(&tag, &["contact_id", "phone", "tag"], &json!(["tag"]));
    assert_eq!(&tag["anyOf"], one_of_two);

    let get = describe(|fields| drop(Sought::read(fields)));
    is(&get, &["contact_id", "email", "phone"], &Value::Null);
    let search = describe(|fields| drop(Search::read(fields)));
    is(&search, &["email", "query", "tag"], &Value::Null);
    is(&describe(|fields| drop(TagFilter::read(fields))), &["name"], &Value::Null);
}
