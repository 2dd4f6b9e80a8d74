//! What the readers say of a definition: that of the body, and that of the graph.

use fields::Errors;
use flow::Severity;
use serde_json::Value;
use workflows::Definition;

/// The codes of which the schema refuses every instance: those that an object by itself shows. The others are about
/// the whole (`dangling_edge`, `duplicate_choice`, `unreachable_node` …), or about what is in a text (`template_syntax`,
/// `bad_regex`, `invalid_url`, `impossible_condition` …).
pub const COVERED: &[&str] = &[
    "graph_not_object",
    "missing_entry",
    "too_many_nodes",
    "too_many_edges",
    "unknown_node_type",
    "unknown_field",
    "missing_field",
    "wrong_type",
    "empty_value",
    "conflicting_fields",
    "invalid_name",
    "id_too_long",
    "reserved_id",
    "empty_condition",
    "unknown_operator",
    "text_too_long",
    "name_too_long",
    "too_many_buttons",
    "button_title_too_long",
    "button_id_too_long",
    "unknown_expectation",
    "invalid_country_code",
    "too_many_choices",
    "choice_title_too_long",
    "choice_description_too_long",
    "retries_out_of_range",
    "timeout_out_of_range",
    "too_many_cases",
    "too_few_arms",
    "weight_out_of_range",
    "unknown_consent",
    "reserved_field",
    "too_many_fields",
    "unknown_method",
    "too_many_headers",
    "history_out_of_range",
    "unknown_media",
    "too_many_rows",
    "row_title_too_long",
    "row_description_too_long",
];

/// Whether the schema must find an issue. Of warnings only fields that nobody knows: the rest is advice.
pub fn is_covered(definition: &Value, code: &str, is_error: bool, path: &str) -> bool {
    let there = definition.pointer(path);
    let varies = there.and_then(Value::as_str).is_some_and(|text| text.contains("{{"));
    let is_known = match code {
        // How long it will be only rendering it shows.
        "text_too_long" => !varies,
        // Counted over all sections.
        "too_many_rows" => !path.ends_with("/list"),
        // A condition in a text: nothing of it is the schema's.
        _ if path.starts_with("/rules/") => !path.ends_with("/condition"),
        _ => true,
    };
    (is_error || code == "unknown_field") && COVERED.contains(&code) && is_known
}

/// What the readers say.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Whether anything is refused, or unknown.
    pub refuses: bool,
    /// What of it the schema must refuse too.
    pub covered: Vec<String>,
}

pub fn of(body: &Value) -> Verdict {
    let errors = Errors::new();
    let mut read = Definition::default();
    read.apply(&errors.body(body), true);
    let mut verdict = Verdict::default();
    if let Err(errors) = errors.into_result(()) {
        verdict.refuses = true;
        verdict.covered.extend(errors.iter().map(ToString::to_string));
    }
    for issue in flow::validate(read.parts()) {
        let is_error = issue.severity == Severity::Error;
        verdict.refuses |= is_error || issue.code == "unknown_field";
        if is_covered(body, issue.code, is_error, &issue.path) {
            verdict.covered.push(format!("{} at {}: {}", issue.code, issue.path, issue.message));
        }
    }
    verdict
}
