//! The document is sound: a tool that reads it finds all that it refers to.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{document, validator};

fn references<'d>(value: &'d Value, found: &mut BTreeSet<&'d str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_referred_to() {
    let document = document();
    let mut found = BTreeSet::new();
    references(document, &mut found);
    for place in &found {
        assert!(document.pointer(&place[1..]).is_some(), "{place} is not there");
    }
    for kind in ["parameters", "headers", "responses", "schemas"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let place = format!("#/components/{kind}/{name}");
            assert!(found.contains(place.as_str()), "nothing refers to {place}");
        }
    }
}

#[test]
fn every_schema_is_a_schema_and_takes_its_example() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        jsonschema::draft202012::meta::validate(schema).unwrap_or_else(|e| panic!("{name}: {e}"));
        let _ = validator(name);
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let content = &operation["requestBody"]["content"]["application/json"];
            if let Some(example) = content.get("example") {
                let name = content["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                assert!(validator(name).is_valid(example), "{method} {path}");
            }
        }
    }
    for (status, response) in document["components"]["responses"].as_object().unwrap() {
        let example = &response["content"]["application/json"]["example"];
        crate::assert_fits("ConsoleErrorResponse", example);
        assert_eq!(example["statusCode"].to_string(), *status);
    }
}

#[test]
fn every_operation_has_an_id_of_its_own_a_known_tag_and_its_path_parameters() {
    let document = document();
    let tags: Vec<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let mut ids = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} twice");
            assert!(tags.contains(&operation["tags"][0].as_str().unwrap()), "{id}");
            assert!(operation["responses"].as_object().is_some_and(|all| !all.is_empty()), "{id}");
            let takes_body = ["post", "patch"].contains(&method.as_str());
            assert!(takes_body || operation.get("requestBody").is_none(), "{id}");
            let parameters = operation["parameters"].as_array().unwrap();
            for name in path.split(['{', '}']).skip(1).step_by(2) {
                let named = format!("#/components/parameters/{name}");
                assert!(parameters.iter().any(|p| p["$ref"] == named.as_str()), "{id}: {name}");
                assert_eq!(document.pointer(&named[1..]).unwrap()["in"], "path");
            }
        }
    }
}
