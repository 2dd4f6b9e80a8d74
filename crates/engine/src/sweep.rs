//! The sweep: looks at the conversations whose minute has come, since a Spin app has no background thread.
//!
//! Safe to run twice, or on two hosts: what is due is decided by each conversation, in its own commit.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use serde::{Deserialize, Serialize};
use store::{Change, Kv as _, StoreError, keys, to_json};
use uuid::Uuid;

use crate::{Delivered, Engine, EngineError, Host};

const MINUTE: u64 = 60_000;
/// How long after its minute a slot is looked at once more, then removed: writers may be 2 minutes late, and clocks
/// 60 s apart.
const SETTLED: u64 = 5;
/// How far back the first sweep of a store looks: a week, as long as anything waits for a provider.
const FIRST: u64 = 7 * 24 * 60;
/// When a sweep stops, and says that there is more.
const TIME: Duration = Duration::from_secs(20);
/// Conversations looked at, and delivered, at the same time.
const TOGETHER: u64 = 8;

/// Conversations that a sweep keeps in memory for their webhooks, of 256 KiB each at most. Those of any more wait until
/// the lease has ended of what was taken for them.
const KEPT: usize = 64;

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sweep {
    /// Conversations looked at.
    pub swept: u64,
    /// Timers that fired.
    pub fired: u64,
    /// Conversations that could not be read or written; the next sweep looks at them again.
    pub failed: u64,
    /// Whether it stopped before the work was done: its time was over, or its instance has to end.
    pub more: bool,
}

/// The document `due:cursor`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    /// All minutes before are done with, and their slots removed.
    from: u64,
    /// How many slots of the minutes since were looked at.
    #[serde(default)]
    swept: BTreeMap<u64, u64>,
    /// How many slots of the minute `from` were looked at once more, since it is over for good.
    #[serde(default, skip_serializing_if = "is_zero")]
    settled: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Cursor {
    /// What two sweeps came to, together.
    fn merge(&mut self, other: &Self) {
        match self.from.cmp(&other.from) {
            Ordering::Less => self.settled = other.settled,
            Ordering::Equal => self.settled = self.settled.max(other.settled),
            Ordering::Greater => {}
        }
        self.from = self.from.max(other.from);
        for (minute, n) in &other.swept {
            let swept = self.swept.entry(*minute).or_default();
            *swept = (*swept).max(*n);
        }
        let from = self.from;
        self.swept.retain(|minute, n| *minute >= from && *n > 0);
    }
}

/// A sweep that is under way.
struct Under {
    /// When it began, on the monotonic clock.
    begun: Duration,
    sweep: Sweep,
    /// What has webhooks to tell.
    delivered: Vec<Delivered>,
}

/// How the slots of one minute went.
struct Minute {
    /// The slots that are done, from the first on without a gap.
    done: u64,
    complete: bool,
}

impl<H: Host> Engine<'_, H> {
    /// Looks at every conversation that is due, and sends what it finds to be sent. What is left is to be told to webhooks
    /// afterwards, with [`Self::notify_all`]: receivers that are down must not hold up the next sweep.
    ///
    /// # Errors
    /// When the store fails; what was done until then is done.
    pub async fn sweep(&self) -> Result<(Sweep, Vec<Delivered>), EngineError> {
        let begun = self.host.monotonic();
        let now = self.host.now().0 / MINUTE;
        let key = keys::due_cursor();
        let before: Option<Cursor> = self.host.store().read_json(&key).await?;
        let before = before
            .unwrap_or_else(|| Cursor { from: now.saturating_sub(FIRST), ..Cursor::default() });
        let mut cursor = before.clone();
        let mut under = Under { begun, sweep: Sweep::default(), delivered: Vec::new() };
        for minute in before.from..=now {
            if self.has_to_stop(&mut under) {
                break;
            }
            let settled = minute + SETTLED <= now;
            let from = match settled {
                true if minute == before.from => before.settled,
                true => 0,
                false => before.swept.get(&minute).copied().unwrap_or(0),
            };
            let went = self.sweep_minute(minute, from, settled, &mut under).await?;
            if !settled {
                cursor.swept.insert(minute, went.done);
            } else if went.complete && cursor.from == minute {
                self.remove_minute(minute, went.done).await?;
                (cursor.from, cursor.settled) = (minute + 1, 0);
            } else if cursor.from == minute {
                cursor.settled = went.done;
            }
        }
        self.advance_cursor(&key, &before, &cursor).await?;
        Ok((under.sweep, under.delivered))
    }

    /// Whether a sweep has to stop, because of the time or of what the host keeps for the instance; it says then that there is more.
    fn has_to_stop(&self, under: &mut Under) -> bool {
        let is_over = self.host.monotonic().saturating_sub(under.begun) > TIME
            || self.host.store().kv().is_worn_out();
        under.sweep.more |= is_over;
        is_over
    }

    async fn sweep_minute(
        &self,
        minute: u64,
        from: u64,
        settled: bool,
        under: &mut Under,
    ) -> Result<Minute, EngineError> {
        let counter = keys::due(minute);
        let count = self.host.store().count(&counter).await?;
        let mut went = Minute { done: from, complete: true };
        let mut next = from + 1;
        while next <= count {
            if self.has_to_stop(under) {
                went.complete = false;
                break;
            }
            let sweep = &mut under.sweep;
            let last = count.min(next + TOGETHER - 1);
            let looks = (next..=last).map(|n| self.look(minute, n, settled));
            for (n, looked) in (next..=last).zip(join_all(looks).await) {
                match looked {
                    Looked::Done { fired, delivered } => {
                        sweep.swept += 1;
                        sweep.fired += fired;
                        let room = under.delivered.len() < KEPT;
                        under.delivered.extend(delivered.filter(|_| room).map(|d| *d));
                    }
                    Looked::Broken => sweep.failed += 1,
                    // A number was drawn and its slot is not written yet; or never will be, when it is settled.
                    Looked::Nothing if settled => {}
                    Looked::Nothing => went.complete = false,
                    Looked::Failed => {
                        sweep.failed += 1;
                        went.complete = false;
                    }
                }
                if went.complete {
                    went.done = n;
                }
            }
            next = last + 1;
        }
        Ok(went)
    }

    async fn look(&self, minute: u64, n: u64, settled: bool) -> Looked {
        let slot = match self.host.store().slot(&keys::due(minute), n).await {
            Ok(slot) => slot,
            Err(error) => return self.failed(error.into()),
        };
        let Some(id) = slot.and_then(|id| Uuid::from_slice(&id).ok()) else {
            return Looked::Nothing;
        };
        match self.touch(id).await {
            Ok(Some(committed)) => {
                let fired = committed.fired as u64;
                let delivered = self.carry_out(committed).await;
                let tells = delivered.has_notices().then(|| Box::new(delivered));
                Looked::Done { fired, delivered: tells }
            }
            // Announced, and then its writer died.
            Ok(None) => Looked::Done { fired: 0, delivered: None },
            Err(error) => match self.failed(error) {
                // It moves to a minute to come: a conversation that fails for long must not hold up all the minutes
                // behind it.
                Looked::Failed if settled && self.announce_again(id).await.is_ok() => {
                    Looked::Broken
                }
                looked => looked,
            },
        }
    }

    fn failed(&self, error: EngineError) -> Looked {
        self.host.log(&format!("sweep: {error}"));
        match error {
            EngineError::Store(
                StoreError::Kv(_) | StoreError::Contention { .. } | StoreError::Newer { .. },
            ) => Looked::Failed,
            EngineError::Store(StoreError::Corrupt { .. }) | EngineError::Unwritable(_) => {
                Looked::Broken
            }
        }
    }

    async fn remove_minute(&self, minute: u64, count: u64) -> Result<(), StoreError> {
        let counter = keys::due(minute);
        for n in 1..=count {
            self.host.store().remove_slot(&counter, n).await?;
        }
        if count > 0 {
            self.host.store().remove(&counter).await?;
        }
        Ok(())
    }

    async fn advance_cursor(
        &self,
        key: &str,
        before: &Cursor,
        cursor: &Cursor,
    ) -> Result<(), EngineError> {
        if before == cursor {
            return Ok(());
        }
        self.host
            .store()
            .update(key, async |current| {
                let stored: Option<Cursor> =
                    current.as_deref().map(|json| store::from_json(key, json)).transpose()?;
                let mut merged = cursor.clone();
                merged.merge(&stored.clone().unwrap_or_default());
                if stored.as_ref() == Some(&merged) {
                    return Ok(Change::Keep(()));
                }
                Ok::<_, EngineError>(Change::Write(to_json(key, &merged)?, ()))
            })
            .await
    }
}

/// What looking at one slot came to.
enum Looked {
    Done {
        fired: u64,
        /// Where there are webhooks to tell.
        delivered: Option<Box<Delivered>>,
    },
    Nothing,
    /// To be looked at again.
    Failed,
    /// Looking again, here, would not help: others must not wait for it.
    Broken,
}
