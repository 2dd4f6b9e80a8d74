//! Where an error says that something is wrong.

use fields::FieldError;
use serde_json::Value;

/// Whether a JSON pointer leads to something, or to where something could be: in an object or a list.
pub fn leads_somewhere(input: &Value, pointer: &str) -> bool {
    let parent = pointer.rsplit_once('/').map(|(parent, _)| parent);
    input.pointer(pointer).is_some()
        || parent.is_some_and(|parent| {
            input.pointer(parent).is_some_and(|parent| parent.is_object() || parent.is_array())
        })
}

/// Every error says what is wrong, and where in the body.
pub fn check(body: &Value, errors: &[FieldError], reader: &str) {
    for FieldError { path, message } in errors {
        assert!(
            leads_somewhere(body, path),
            "{reader}: {path:?} is nowhere in the body: {message}"
        );
        assert!(!message.trim().is_empty(), "{reader}: nothing is said of {path:?}");
    }
}
