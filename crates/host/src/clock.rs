//! The guests' time of day, which tests move on instead of waiting. Their monotonic clock is the machine's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use wasmtime_wasi::HostWallClock;

/// The guests' time of day: the machine's, and how far it was moved on. Clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// Moves the clock on, for every instance at once; to the millisecond.
    pub fn advance(&self, by: Duration) {
        let milliseconds = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.0.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        machine + Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}
