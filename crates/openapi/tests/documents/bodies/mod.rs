//! What a schema of a body refuses its reader refuses, and the other way round: of thousands of bodies, each of which is
//! a good one with one thing changed.

mod actions;
mod console;
mod trigger;

use fields::{Object, refusals};
use serde_json::{Value, json};

use crate::surface::Surface;

type Read = fn(&Object<'_, '_>);

/// A body: the schema, its reader, and good ones.
type Body = (&'static str, Read, Vec<Value>);

fn bodies(surface: Surface) -> Vec<Body> {
    match surface {
        Surface::Actions => actions::bodies(),
        Surface::Console => console::bodies(),
        Surface::Trigger => trigger::bodies(),
    }
}

/// Places below which everything is the author's own.
const FREE: [&str; 8] = [
    "/graph/",
    "/setup_steps/",
    "/vars/",
    "/context/",
    "/contact/",
    "/body",
    "/metadata/",
    "/triggerData/",
];

fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    if FREE.iter().any(|free| path.contains(free)) {
        return;
    }
    found.push(path.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{path}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| places(v, &format!("{path}/{i}"), found));
        }
        _ => {}
    }
}

/// What is put in the place of a value: of other types, blank, at a limit and beyond.
fn replacements() -> Vec<Value> {
    let mut new = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(3.0),
        json!(10),
        json!(11),
        json!(43_200),
        json!(43_201),
        json!(1u64 << 53),
        json!(""),
        json!(" "),
        json!("a b"),
        json!("high"),
        json!("https://example.com/y"),
        json!("a@b"),
        json!([]),
        json!({}),
        json!([7]),
        json!([""]),
        json!([[]]),
        json!([{}]),
        json!({"x": 7}),
        json!("+1 (415) 555-0124"),
        json!("0014155550124"),
        json!("14155550124"),
        json!("+0155550124"),
        json!("+1415"),
        json!("+1415555O124"),
        json!("+44 (0)20 7946 0958"),
        json!("+44 (0)2079"),
        json!("+44 (0)1234567890123"),
        json!("+44 (0)12345678901234"),
        json!("+44 (020) 7946 0958"),
        json!("+39 (0)6698"),
        json!("+39 (0)1234567890123"),
        json!("\u{202a}+1\u{202f}415\u{2011}555\u{2060}0124\u{202c}"),
        json!("0197aef0-0000-7000-8000-000000000001"),
        json!("ben@example.com"),
        json!(" ben@example.com "),
        json!("ben@example"),
        json!("a, b,,a"),
        json!("1#2"),
        json!("1# +2#"),
        json!("1# "),
        json!(" #2"),
    ];
    for most in [10, 50, 64, 100, 200, 254, 255, 500, 1_000, 2_000, 2_048, 2_500, 4_096, 10_000] {
        new.extend([most, most + 1].map(|length| Value::from("x".repeat(length))));
    }
    new
}

fn changed(good: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    places(good, "", &mut found);
    let mut all = vec![good.clone()];
    for path in found {
        for new in replacements() {
            let mut body = good.clone();
            *body.pointer_mut(&path).unwrap() = new;
            all.push(body);
        }
        let Some((parent, name)) = path.rsplit_once('/') else { continue };
        let mut body = good.clone();
        if let Some(fields) = body.pointer_mut(parent).unwrap().as_object_mut() {
            fields.shift_remove(name);
            all.push(body.clone());
            let fields = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            fields.insert("nonsense".to_owned(), json!(1));
            all.push(body);
        }
    }
    all
}

#[test]
fn a_schema_refuses_what_the_reader_refuses_and_nothing_else() {
    for surface in Surface::ALL {
        let (mut count, mut wrong) = (0, Vec::new());
        for (name, read, good) in bodies(surface) {
            let validator = surface.validator(name);
            for body in good.iter().flat_map(changed) {
                count += 1;
                let (errors, fits) = (refusals(&body, read), validator.is_valid(&body));
                let is_beyond = console::is_of_serde(name, &body)
                    || trigger::is_of_several_fields(name, &errors);
                if errors.is_empty() != fits && !is_beyond {
                    let why: Vec<String> =
                        validator.iter_errors(&body).map(|e| e.to_string()).collect();
                    let body: String = body.to_string().chars().take(300).collect();
                    wrong.push(format!("{name}: {body}\n  reader: {errors:?}\n  schema: {why:?}"));
                }
            }
            for good in good {
                surface.assert_fits(name, &good);
            }
        }
        assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(count > 3_000, "{surface:?}: {count}");
    }
}

/// The names of the schemas of all bodies.
fn of_document(surface: Surface) -> Vec<String> {
    let paths = surface.document()["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|methods| methods.as_object().unwrap().values());
    let schemas = operations.filter_map(|operation| {
        let schema = operation.pointer("/requestBody/content/application~1json/schema")?;
        let place = schema.get("$ref").or_else(|| schema.pointer("/anyOf/0/$ref"));
        Some(place.unwrap().as_str().unwrap().rsplit('/').next().unwrap().to_owned())
    });
    schemas.collect()
}

#[test]
fn every_body_of_the_documents_is_tried() {
    for surface in Surface::ALL {
        let tried: Vec<&str> = bodies(surface).into_iter().map(|(name, ..)| name).collect();
        for name in of_document(surface) {
            assert!(tried.contains(&name.as_str()), "{surface:?}: {name}");
        }
    }
}
