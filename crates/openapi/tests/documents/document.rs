//! The documents are sound: a tool that reads one finds all that it refers to.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::surface::Surface;

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
    for document in Surface::ALL.map(Surface::document) {
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
}

#[test]
fn every_schema_is_a_schema_and_takes_its_example() {
    for surface in Surface::ALL {
        let document = surface.document();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            jsonschema::draft202012::meta::validate(schema)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            let _ = surface.validator(name);
        }
        for (path, method, operation) in operations(document) {
            let content = &operation["requestBody"]["content"]["application/json"];
            if let Some(example) = content.get("example") {
                let validator = surface.validator_of(&content["schema"]);
                assert!(validator.is_valid(example), "{method} {path}");
            }
        }
        for (status, response) in document["components"]["responses"].as_object().unwrap() {
            let content = &response["content"]["application/json"];
            let validator = surface.validator_of(&content["schema"]);
            assert!(validator.is_valid(&content["example"]), "{surface:?} {status}");
        }
    }
    let console = &Surface::Console.document()["components"]["responses"];
    for (status, response) in console.as_object().unwrap() {
        let example = &response["content"]["application/json"]["example"];
        assert_eq!(example["statusCode"].to_string(), *status);
    }
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods.iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.collect()
}

#[test]
fn every_operation_has_an_id_of_its_own_a_known_tag_and_its_path_parameters() {
    for document in Surface::ALL.map(Surface::document) {
        let tags = document["tags"].as_array().unwrap();
        let tags: Vec<&str> = tags.iter().map(|tag| tag["name"].as_str().unwrap()).collect();
        let schemes = &document["components"]["securitySchemes"];
        let mut ids = BTreeSet::new();
        for (path, method, operation) in operations(document) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id} twice");
            assert!(tags.contains(&operation["tags"][0].as_str().unwrap()), "{id}");
            assert!(operation["responses"].as_object().is_some_and(|all| !all.is_empty()), "{id}");
            let takes_body = ["post", "put", "patch", "delete"].contains(&method);
            assert!(takes_body || operation.get("requestBody").is_none(), "{id}");
            let ways = operation["security"].as_array().unwrap().iter();
            for scheme in ways.flat_map(|way| way.as_object().unwrap().keys()) {
                assert!(schemes.get(scheme).is_some(), "{id}: {scheme}");
            }
            let parameters = operation["parameters"].as_array().unwrap();
            for name in path.split(['{', '}']).skip(1).step_by(2) {
                let named = format!("#/components/parameters/{name}");
                assert!(parameters.iter().any(|p| p["$ref"] == named.as_str()), "{id}: {name}");
                assert_eq!(document.pointer(&named[1..]).unwrap()["in"], "path");
            }
        }
    }
}
