//! The one place where tests wait: delivery happens after the answer, in a process of its own.

use std::time::{Duration, Instant};

/// Far more than anything takes on a machine that builds beside.
const DEADLINE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(10);

/// What `look` finds, as soon as it finds something.
///
/// # Panics
/// When `what` has not come within half a minute.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < DEADLINE, "waited {DEADLINE:?} in vain for {what}");
        std::thread::sleep(INTERVAL);
    }
}
