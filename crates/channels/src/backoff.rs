//! When a request that failed is sent again: what the provider asks for, and what we wait where it asks for nothing.

use std::time::Duration;

use http::HeaderMap;

/// How waiting grows from try to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backoff {
    /// A fault or a limit of the whole account: [`WAITS`], so that a provider that is down for hours gets everything
    /// afterwards.
    Usual,
    /// Too much to one recipient (131056): 1, 4, 16 … 4,096 seconds (page: throughput; how often is our choice).
    Quadruple,
}

/// The usual waits, in seconds (our choice): five and a half hours together.
pub const WAITS: [u64; 6] = [10, 60, 5 * 60, 15 * 60, 60 * 60, 4 * 60 * 60];
/// The waits of [`Backoff::Quadruple`], in seconds: an hour and a half together.
const QUADRUPLE: [u64; 7] = [1, 4, 16, 64, 256, 1_024, 4_096];

impl Backoff {
    /// The time to wait after `failures` failed tries (0 counts as 1), without jitter. `None`: it was tried often enough.
    #[must_use]
    pub fn delay(self, failures: u32) -> Option<Duration> {
        let waits: &[u64] = match self {
            Self::Usual => &WAITS,
            Self::Quadruple => &QUADRUPLE,
        };
        let at = usize::try_from(failures.saturating_sub(1)).ok()?;
        waits.get(at).copied().map(Duration::from_secs)
    }
}

/// The longest `Retry-After` that is believed.
const MAX_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// `Retry-After` in seconds; `None` where it is absent, or a date.
pub(crate) fn after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let seconds = |backoff: Backoff| {
            [0, 1, 2, 6, 7, 8, u32::MAX].map(|n| backoff.delay(n).map(|wait| wait.as_secs()))
        };
        let usual = [Some(10), Some(10), Some(60), Some(14_400), None, None, None];
        assert_eq!(seconds(Backoff::Usual), usual);
        let quadruple = [Some(1), Some(1), Some(4), Some(1_024), Some(4_096), None, None];
        assert_eq!(seconds(Backoff::Quadruple), quadruple);
    }
}
