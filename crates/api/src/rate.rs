//! How many requests a key may make. Off unless the key was made with a limit: counting costs a write.

use engine::Host as _;
use flow::Timestamp;
use http::HeaderName;
use store::keys;
use teams::ApiKey;

use crate::{Call, Problem, Reply};

const MINUTE: u64 = 60_000;

/// Where a key stands with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests that it may make in a minute.
    pub limit: u32,
    /// Those that are left.
    pub remaining: u32,
    /// When the minute ends.
    pub reset: Timestamp,
}

impl RateLimit {
    /// Seconds until the minute ends; at least 1.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> u64 {
        self.reset.0.saturating_sub(now.0).div_ceil(1000).max(1)
    }
}

impl Call {
    /// Counts a request of a key that has a limit.
    ///
    /// # Errors
    /// [`Problem::RateLimited`] when it is one too many.
    pub(crate) async fn count_request(&mut self, key: &ApiKey) -> Result<(), Problem> {
        let Some(limit) = key.rate_limit else { return Ok(()) };
        let minute = self.host.now().0 / MINUTE;
        let made = self.host.store().tally(&keys::rate(&key.id, minute)).await?;
        if made == 1 {
            self.begin_minute(key, minute).await?;
        }
        let made = u32::try_from(made).unwrap_or(u32::MAX);
        let reset = Timestamp((minute + 1) * MINUTE);
        let rate = RateLimit { limit, remaining: limit.saturating_sub(made), reset };
        self.rate = Some(rate);
        if made > limit { Err(Problem::RateLimited(rate)) } else { Ok(()) }
    }

    /// Removes the counter of the minute in which the key was used before, so that each key leaves one.
    async fn begin_minute(&self, key: &ApiKey, minute: u64) -> Result<(), Problem> {
        let (store, last) = (self.host.store(), keys::rate_last(&key.id));
        // The first of a minute is one request only. One that dies here leaves a counter of eight bytes.
        if let Some(before) = store.get_json::<u64>(&last).await?.filter(|before| *before != minute)
        {
            store.remove(&keys::rate(&key.id, before)).await?;
        }
        store.put(&last, minute.to_string().as_bytes()).await?;
        Ok(())
    }

    /// Says in an answer where its key stands.
    pub(crate) fn with_rate_limit(&self, reply: Reply) -> Reply {
        let Some(rate) = self.rate else { return reply };
        let header = |name| HeaderName::from_static(name);
        reply
            .with_header(header("x-ratelimit-limit"), &rate.limit.to_string())
            .with_header(header("x-ratelimit-remaining"), &rate.remaining.to_string())
            .with_header(header("x-ratelimit-reset"), &(rate.reset.0 / 1000).to_string())
    }
}
