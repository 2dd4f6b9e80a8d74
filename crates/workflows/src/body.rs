//! The smaller bodies of the workflow endpoints.

use fields::Object;
use serde_json::json;

/// The longest id of a path or a body, in characters (contract/console-bimpe.md, section 3).
const MAX_ID: usize = 50;
/// Up to here every whole number is a double, which is what JavaScript has.
const MAX_REVISION: u64 = (1 << 53) - 1;

/// Reads `source_workflow_id`: what is to be copied.
#[must_use]
pub fn read_source(body: &Object<'_, '_>) -> String {
    body.describe("source_workflow_id", || json!({"examples": [uuid::Uuid::from_u128(7)]}));
    body.required_text("source_workflow_id", MAX_ID)
}

/// Reads `expected_revision`: that of the draft which a change was made for.
#[must_use]
pub fn read_expected_revision(body: &Object<'_, '_>) -> Option<u64> {
    body.integer("expected_revision", 1, MAX_REVISION).value()
}
