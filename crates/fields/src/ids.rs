//! Fields that are UUIDs.

use uuid::Uuid;

use crate::{Given, Object};

/// Longest text that is looked at as an id, in characters: the longest form of a UUID, an URN, has 45.
const MAX_ID: usize = 100;

impl Object<'_, '_> {
    /// A UUID, in any of its forms.
    #[must_use]
    pub fn uuid(&self, name: &str) -> Given<Uuid> {
        match self.text(name, MAX_ID) {
            Given::Absent => Given::Absent,
            Given::Null => Given::Null,
            Given::Value(text) => self.parse_uuid(name, &text).map_or(Given::Absent, Given::Value),
        }
    }

    /// A UUID that must be there; `None` where there was an error.
    #[must_use]
    pub fn required_uuid(&self, name: &str) -> Option<Uuid> {
        let text = self.required_text(name, MAX_ID);
        // Empty: that is an error already.
        if text.is_empty() { None } else { self.parse_uuid(name, &text) }
    }

    fn parse_uuid(&self, name: &str, text: &str) -> Option<Uuid> {
        let id = text.parse().ok();
        if id.is_none() {
            self.error(name, "must be a UUID");
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Errors;

    #[test]
    fn what_is_no_uuid_is_an_error_in_its_place() {
        let id = "0197aef0-0000-7000-8000-000000000000";
        let body = json!({"a": id, "b": "17", "c": 5, "d": "", "e": null});
        let errors = Errors::new();
        let fields = errors.body(&body);
        assert_eq!(fields.required_uuid("a"), id.parse().ok());
        assert_eq!(fields.uuid("a").value(), id.parse().ok());
        for name in ["b", "c", "d", "e", "f"] {
            assert_eq!(fields.required_uuid(name), None, "{name}");
        }
        assert_eq!((fields.uuid("e"), fields.uuid("f")), (Given::Null, Given::Absent));
        let found: Vec<String> =
            errors.into_result(()).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "b: must be a UUID",
                "c: must be a string",
                "d: must not be blank",
                "e: required",
                "f: required",
            ]
        );
    }
}
