//! Fields as tables: a value, and what becomes of it.

use black_box::Answer;
use serde_json::{Value, json};

use super::invalid;

/// One value of one field of a body, and what becomes of it.
pub struct Case {
    /// Where, as errors write it: `rules.0.name`.
    at: &'static str,
    /// `None`: the field is left out.
    value: Option<Value>,
    outcome: Outcome,
}

enum Outcome {
    /// It is shown so, null where it is not shown.
    Shown(Value),
    /// 400, with this as the only error, at the field.
    Refused(String),
}

impl Case {
    /// Whether it is a text that is refused for its length.
    pub fn is_too_long(&self) -> bool {
        matches!(&self.outcome, Outcome::Refused(why) if why.ends_with("characters long"))
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.value == Some(Value::Null)
    }
}

/// It is taken, and shown as it was given.
pub fn kept(at: &'static str, value: Value) -> Case {
    shown(at, value.clone(), value)
}

/// It is taken, and shown as something else.
pub fn shown(at: &'static str, value: Value, shown: Value) -> Case {
    Case { at, value: Some(value), outcome: Outcome::Shown(shown) }
}

/// It is refused, for this reason.
pub fn refused(at: &'static str, value: Value, why: &str) -> Case {
    Case { at, value: Some(value), outcome: Outcome::Refused(why.to_owned()) }
}

/// It has to be there.
pub fn missing(at: &'static str) -> Case {
    Case { at, value: None, outcome: Outcome::Refused("required".to_owned()) }
}

/// Texts from one character to `most`, counted as characters: these take two bytes each.
fn lengths(at: &'static str, most: usize) -> Vec<Case> {
    vec![
        kept(at, json!("é")),
        kept(at, json!("é".repeat(most))),
        refused(
            at,
            json!("é".repeat(most + 1)),
            &format!("must be at most {most} characters long"),
        ),
        refused(at, json!(5), "must be a string"),
        refused(at, json!(["a"]), "must be a string"),
        refused(at, json!({}), "must be a string"),
        refused(at, json!(true), "must be a string"),
    ]
}

/// A text that may be left out or cleared.
pub fn optional(at: &'static str, most: usize) -> Vec<Case> {
    let mut cases = lengths(at, most);
    cases.extend([kept(at, json!("")), kept(at, Value::Null)]);
    cases
}

/// A text that has to be given.
pub fn required(at: &'static str, most: usize) -> Vec<Case> {
    let mut cases = lengths(at, most);
    cases.extend([missing(at), refused(at, Value::Null, "required")]);
    cases.extend(blank(at));
    cases
}

/// A text that may be left out, and neither be cleared nor blank.
pub fn filled(at: &'static str, most: usize) -> Vec<Case> {
    let mut cases = lengths(at, most);
    cases.push(refused(at, Value::Null, "must not be blank"));
    cases.extend(blank(at));
    cases
}

fn blank(at: &'static str) -> [Case; 2] {
    ["", " \n"].map(|text| refused(at, json!(text), "must not be blank"))
}

/// One of these names, `null` being `without`.
pub fn one_of(at: &'static str, names: &[&str], without: Value) -> Vec<Case> {
    let why = format!("must be one of {}", names.join(", "));
    let wrong = [json!("other"), json!(""), json!(names[0].to_uppercase()), json!(1), json!([])];
    let mut cases: Vec<Case> = names.iter().map(|name| kept(at, json!(name))).collect();
    cases.extend(wrong.map(|value| refused(at, value, &why)));
    cases.push(shown(at, Value::Null, without));
    cases
}

/// `true` or `false`, `null` being `without`.
pub fn boolean(at: &'static str, without: Value) -> Vec<Case> {
    let mut cases = vec![kept(at, json!(true)), kept(at, json!(false))];
    let wrong = [json!("true"), json!(1), json!([])];
    cases.extend(wrong.map(|value| refused(at, value, "must be true or false")));
    cases.push(shown(at, Value::Null, without));
    cases
}

/// A link that may be cleared.
pub fn link(at: &'static str) -> Vec<Case> {
    let long = |length: usize| json!(format!("https://example.com/{}", "x".repeat(length - 20)));
    let mut cases = vec![
        kept(at, json!("http://a")),
        kept(at, long(2048)),
        refused(at, long(2049), "must be at most 2048 characters long"),
        refused(at, json!(5), "must be a string"),
        kept(at, Value::Null),
    ];
    let why = "must be a URL, such as https://example.com/page";
    let wrong = ["", "example.com", "ftp://example.com", "https://", "https://a b", "javascript:1"];
    cases.extend(wrong.map(|link| refused(at, json!(link), why)));
    cases
}

/// Sends each case within a body, `base`, and looks at what is shown. A field inside of another is put into the one
/// that `whole` has.
#[track_caller]
pub fn judge(cases: Vec<Case>, base: &Value, whole: &Value, send: impl Fn(&Value) -> Answer) {
    for case in cases {
        let mut body = base.clone();
        let (top, nested) = case.at.split_once('.').unwrap_or((case.at, ""));
        if !nested.is_empty() {
            body[top] = whole[top].clone();
        }
        put(&mut body, case.at, case.value);
        let answer = send(&body);
        match case.outcome {
            Outcome::Refused(why) => {
                answer.is(400, &invalid(&json!([format!("{}: {why}", case.at)])));
            }
            Outcome::Shown(expected) => {
                assert!([200, 201].contains(&answer.status), "{body}: {answer}");
                let pointer = format!("/data/{}", case.at.replace('.', "/"));
                let found = answer.json().pointer(&pointer).cloned().unwrap_or_default();
                assert_eq!(found, expected, "{} of {answer}", case.at);
            }
        }
    }
}

fn put(body: &mut Value, at: &str, value: Option<Value>) {
    let (parent, field) = at.rsplit_once('.').unwrap_or(("", at));
    let pointer =
        if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    let parent = body.pointer_mut(&pointer).expect("what the field is in");
    match (parent, value) {
        (Value::Array(items), Some(value)) => {
            items[field.parse::<usize>().expect("a number")] = value
        }
        (parent, Some(value)) => parent[field] = value,
        (parent, None) => {
            parent.as_object_mut().expect("an object").remove(field);
        }
    }
}
