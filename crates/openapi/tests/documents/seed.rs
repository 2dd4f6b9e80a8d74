//! Seed 000 is a part of Pingmee's own document: of the path that it documents, ours says all that it says.

use serde_json::Value;

use crate::surface::{Surface, root};

const PATH: &str = "/workflows/{workflowId}/trigger";

/// The document inside of the published page.
fn published() -> Value {
    let page = root().join("tests/published/000-trigger-workflow.txt");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("````yaml").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    let (yaml, _) = rest.split_once("````").unwrap();
    serde_saphyr::from_str(yaml).unwrap()
}

/// A value, or what it refers to.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(place) => document.pointer(&place[1..]).unwrap(),
        None => value,
    }
}

/// Fails unless ours has every keyword of theirs, with the same value. Ours may say more: limits, headers, examples.
fn assert_says(ours: (&Value, &Value), theirs: (&Value, &Value), path: &str) {
    let (our, their) = (resolved(ours.0, ours.1), resolved(theirs.0, theirs.1));
    match their {
        Value::Object(fields) => {
            for (name, their) in fields {
                let our = our.get(name).unwrap_or_else(|| panic!("{path}/{name} is missing"));
                assert_says((ours.0, our), (theirs.0, their), &format!("{path}/{name}"));
            }
        }
        Value::Array(items) => {
            for (n, their) in items.iter().enumerate() {
                let all = our.as_array().unwrap_or_else(|| panic!("{path} is no list"));
                let our = match their.get("name") {
                    Some(name) => all.iter().find(|our| resolved(ours.0, our)["name"] == *name),
                    None => all.iter().find(|our| *our == their),
                };
                let our = our.unwrap_or_else(|| panic!("{path}/{n} is missing: {their}"));
                assert_says((ours.0, our), (theirs.0, their), &format!("{path}/{n}"));
            }
        }
        plain => assert_eq!(our, plain, "{path}"),
    }
}

#[test]
fn what_the_seed_documents_is_documented_the_same() {
    let (ours, theirs) = (Surface::Trigger.document(), published());
    let (our, their) = (&ours["paths"][PATH]["post"], &theirs["paths"][PATH]["post"]);
    assert_says((ours, our), (&theirs, their), PATH);
    // Where they stand alone in theirs, it is the document that says who may ask.
    assert_eq!(our["security"], theirs["security"]);
    for scheme in ["cookieAuth", "ApiKeyAuth"] {
        let place = format!("/components/securitySchemes/{scheme}");
        let (our, their) = (ours.pointer(&place).unwrap(), theirs.pointer(&place).unwrap());
        assert_says((ours, our), (&theirs, their), scheme);
    }
    let our = &ours["components"]["schemas"]["Error"];
    assert_eq!(our, &theirs["components"]["schemas"]["Error"]);
}

#[test]
fn what_a_trigger_must_have_and_may_have_is_what_the_seed_says_and_no_more() {
    let (ours, theirs) = (Surface::Trigger.document(), published());
    let place = "/requestBody/content/application~1json/schema";
    let their = theirs["paths"][PATH]["post"].pointer(place).unwrap();
    let our = resolved(ours, ours["paths"][PATH]["post"].pointer(place).unwrap());
    let names = |schema: &Value| {
        let mut names: Vec<String> =
            schema["properties"].as_object().unwrap().keys().cloned().collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(our), names(their));
    assert_eq!(
        our["required"].as_array().unwrap().len(),
        their["required"].as_array().unwrap().len()
    );
}
