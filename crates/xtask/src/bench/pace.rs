//! When requests are due: at once, or one after another at a pace that does not wait for answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Connections of a paced load: enough that none is waited for unless the server is far behind.
const CONNECTIONS: usize = 32;

/// Gives out, to any number of connections, when to send.
#[derive(Clone)]
pub struct Pace {
    ends: Instant,
    due: Option<Due>,
}

#[derive(Clone)]
struct Due {
    begun: Instant,
    interval: Duration,
    count: u32,
    next: Arc<AtomicU32>,
}

impl Pace {
    /// Always at once, until `time` is over.
    pub fn unbounded(time: Duration) -> Self {
        Self { ends: Instant::now() + time, due: None }
    }

    /// So many a second for `time`, one at least, and over how many connections.
    pub fn of(each_second: u32, time: Duration) -> (usize, Self) {
        let begun = Instant::now();
        let interval = Duration::from_secs(1) / each_second.max(1);
        let count = (time.as_secs_f64() * f64::from(each_second)).round().max(1.0) as u32;
        let due = Due { begun, interval, count, next: Arc::default() };
        (CONNECTIONS.min(count as usize), Self { ends: begun + time, due: Some(due) })
    }

    /// Waits until the next one is due. The time that it was due at, where it was at one; `None` at the end.
    #[allow(clippy::option_option, reason = "an end is no time")]
    pub async fn next(&self) -> Option<Option<Instant>> {
        let Some(due) = &self.due else {
            return (Instant::now() < self.ends).then_some(None);
        };
        let n = due.next.fetch_add(1, Ordering::Relaxed);
        if n >= due.count {
            return None;
        }
        let at = due.begun + due.interval * n;
        tokio::time::sleep_until(at.into()).await;
        Some(Some(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_is_due_once_and_the_pace_does_not_wait() {
        let (connections, pace) = Pace::of(1_000, Duration::from_millis(5));
        assert_eq!(connections, 5);
        let begun = pace.due.as_ref().unwrap().begun;
        let mut due = Vec::new();
        while let Some(at) = pace.next().await {
            due.push((at.unwrap() - begun).as_millis());
        }
        assert_eq!(due, [0, 1, 2, 3, 4]);
    }
}
