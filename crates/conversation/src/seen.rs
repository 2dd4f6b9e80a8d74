//! The events applied: what makes a redelivered event advance a conversation at most once (G1). Ids seen and turns
//! applied are one list, so a turn also recognises its own commit in it.

use flow::Timestamp;
use serde::{Deserialize, Serialize};

use crate::packed::Packed;
use crate::{EventId, Page, limits};

/// How far the provider's clock and the hosts' may be apart, with room: design section 3 tolerates 60 s.
const SKEW_SECONDS: u64 = 180;

/// The events applied to a conversation: the newest here, older ones in pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Oldest first.
    #[serde(default, skip_serializing_if = "Packed::is_empty")]
    recent: Packed,
    /// Pages that may still matter, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pages: Vec<PageRef>,
    /// The number of the newest page.
    #[serde(default, skip_serializing_if = "crate::seen::is_zero")]
    last_page: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct PageRef {
    n: u64,
    /// When the newest of its events was applied, in seconds since the epoch.
    newest: u32,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.0 / 1000).unwrap_or(u32::MAX)
}

impl Seen {
    /// Whether no event was applied yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recent.is_empty() && self.last_page == 0
    }

    /// Whether the event is among the newest. Older ones are in [`Seen::pages_for`].
    #[must_use]
    pub fn contains(&self, event: EventId) -> bool {
        self.recent.contains(event)
    }

    /// The pages that may hold an event, by the time its source gave it; usually none. An event without a time
    /// may be in any page.
    #[must_use]
    pub fn pages_for(&self, sent_at: Option<Timestamp>) -> Vec<u64> {
        let sent = sent_at.map(|at| at.0 / 1000);
        let oldest_here = self.recent.first_at().map_or(0, u64::from);
        if sent.is_some_and(|sent| sent > oldest_here + SKEW_SECONDS) {
            return Vec::new();
        }
        self.pages
            .iter()
            .filter(|page| sent.is_none_or(|sent| u64::from(page.newest) + SKEW_SECONDS >= sent))
            .map(|page| page.n)
            .collect()
    }

    /// Whether a page, as it was written, holds the event. A page that cannot be read holds nothing.
    #[must_use]
    pub fn page_contains(page: &[u8], event: EventId) -> bool {
        Packed::read(page).is_some_and(|ids| ids.contains(event))
    }

    pub(crate) fn push(&mut self, event: EventId, now: Timestamp) {
        self.recent.push(event, seconds(now));
    }

    /// Forgets what is too old to come again, and moves the oldest to pages when there are too many.
    pub(crate) fn spill(&mut self, now: Timestamp) -> Vec<Page> {
        let horizon = seconds(Timestamp(now.0.saturating_sub(limits::SEEN_MILLIS)));
        self.pages.retain(|page| page.newest >= horizon);
        if self.recent.len() < limits::SEEN_KEPT + limits::SEEN_PAGE {
            return Vec::new();
        }
        let page = self.recent.take_first(limits::SEEN_PAGE);
        self.last_page += 1;
        let newest = page.last_at().unwrap_or(0);
        if newest >= horizon {
            self.pages.push(PageRef { n: self.last_page, newest });
            return vec![Page {
                name: format!("seen/{}", self.last_page),
                value: page.into_bytes(),
            }];
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1000;

    fn event(n: usize) -> EventId {
        EventId::of("test", &n.to_string())
    }

    #[test]
    fn an_event_is_found_in_the_list_or_in_the_page_it_moved_to() {
        let mut seen = Seen::default();
        let mut pages = Vec::new();
        for n in 0..3000_usize {
            let now = Timestamp(DAY + n as u64 * 60_000);
            seen.push(event(n), now);
            pages.extend(seen.spill(now));
        }
        let read: Seen = serde_json::from_str(&serde_json::to_string(&seen).unwrap()).unwrap();
        assert_eq!(read, seen);
        for n in 0..3000_usize {
            let sent = Timestamp(DAY + n as u64 * 60_000);
            let found = read.contains(event(n))
                || read.pages_for(Some(sent)).iter().any(|page| {
                    Seen::page_contains(&pages[usize::try_from(*page).unwrap() - 1].value, event(n))
                });
            assert!(found, "event {n}");
        }
        assert!(read.recent.len() < limits::SEEN_KEPT + limits::SEEN_PAGE);
    }

    #[test]
    fn a_new_event_reads_no_page() {
        let mut seen = Seen::default();
        for n in 0..1300_usize {
            seen.push(event(n), Timestamp(DAY + n as u64 * 60_000));
        }
        seen.spill(Timestamp(DAY + 1300 * 60_000));
        assert_eq!(seen.pages_for(Some(Timestamp(DAY + 1300 * 60_000))), Vec::<u64>::new());
        assert_eq!(seen.pages_for(None), vec![1], "an event without a time may be anywhere");
    }

    #[test]
    fn pages_older_than_the_redelivery_window_are_forgotten() {
        let mut seen = Seen::default();
        for n in 0..1280_usize {
            seen.push(event(n), Timestamp(DAY));
        }
        assert_eq!(seen.spill(Timestamp(DAY)).len(), 1);
        seen.spill(Timestamp(DAY + limits::SEEN_MILLIS + 1000));
        assert_eq!(seen.pages_for(None), Vec::<u64>::new());
    }
}
