//! What validation finds: one issue, and the list that collects them.

use serde::Serialize;

use crate::limits::MAX_ISSUES;

/// One thing that is wrong or odd in a graph.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Issue {
    /// Whether it blocks publishing.
    pub severity: Severity,
    /// A stable name, one of [`crate::CODES`].
    pub code: &'static str,
    /// Where: a JSON pointer (RFC 6901) into the graph, such as `/nodes/3/text`; empty for the graph itself.
    pub path: String,
    /// What is wrong and what would be right, for a person.
    pub message: String,
}

/// How bad an issue is.
#[derive(Serialize, Copy, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Severity {
    /// Blocks publishing.
    Error,
    /// Does not block publishing.
    Warning,
}

/// Issues as they are found. Holds [`MAX_ISSUES`], and always the first error, so that a flood of warnings
/// cannot hide that there was one.
#[derive(Debug, Default)]
pub(crate) struct Issues {
    found: Vec<Issue>,
    has_error: bool,
}

impl Issues {
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) {
        if self.found.len() < MAX_ISSUES || !self.has_error {
            self.push(Severity::Error, code, path.into(), message.into());
        }
        self.has_error = true;
    }

    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) {
        if self.found.len() < MAX_ISSUES {
            self.push(Severity::Warning, code, path.into(), message.into());
        }
    }

    fn push(&mut self, severity: Severity, code: &'static str, path: String, message: String) {
        debug_assert!(
            crate::CODES.iter().any(|(known, _)| *known == code),
            "{code} is not in CODES"
        );
        self.found.push(Issue { severity, code, path, message });
    }

    pub(crate) fn has_error(&self) -> bool {
        self.has_error
    }

    pub(crate) fn into_vec(self) -> Vec<Issue> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_warnings_does_not_hide_an_error() {
        let mut issues = Issues::default();
        for _ in 0..MAX_ISSUES + 5 {
            issues.warning("unknown_field", "/x", "odd");
        }
        issues.error("missing_entry", "", "wrong");
        issues.error("missing_field", "", "wrong too");
        assert!(issues.has_error());
        let found = issues.into_vec();
        assert_eq!(found.len(), MAX_ISSUES + 1);
        assert_eq!(found[MAX_ISSUES].code, "missing_entry");
    }
}
