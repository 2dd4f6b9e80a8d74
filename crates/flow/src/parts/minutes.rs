//! How many minutes a node may wait.

use crate::fields::Fields;
use crate::limits::MAX_WAIT_MINUTES;

/// Whether a node can wait for so long.
pub(crate) fn can_wait(minutes: f64) -> bool {
    minutes > 0.0 && minutes <= MAX_WAIT_MINUTES
}

/// Reports the minutes of a field for which no node can wait.
pub(crate) fn check_minutes(fields: &mut Fields<'_, '_>, field: &str, minutes: f64) {
    if !can_wait(minutes) {
        let message = format!(
            "{minutes} minutes; above 0 and at most {MAX_WAIT_MINUTES} (30 days) are possible"
        );
        fields.error(field, "timeout_out_of_range", message);
    }
}
