//! Who polls for messages: entries of messages are written for those teams only (design section 3).

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Kv, Store, StoreError, keys, to_json};

const DAY: u64 = 24 * 60 * 60 * 1000;
/// How long after its last poll a team's messages are listed, in milliseconds (design section 3).
const LISTED: u64 = 7 * DAY;
/// A poll is noted once in this time, in milliseconds.
const NOTED: u64 = DAY;

/// The document `polled:<team>`. Written as it comes: of two at once either is right.
#[derive(Serialize, Deserialize)]
struct Polled {
    at: Timestamp,
}

/// Notes that a team polls for messages: one read, and once a day one write. Messages are listed from then on.
///
/// # Errors
/// When the store fails.
pub async fn note_poll<K: Kv>(
    store: &Store<K>,
    team: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if is_within(store, team, now, NOTED).await? {
        return Ok(());
    }
    let key = keys::polled(team);
    store.put(&key, &to_json(&key, &Polled { at: now })?).await
}

/// Whether a team has polled lately: one read. Kept nowhere, so that its first message after its first poll is listed.
pub(crate) async fn is_polled<K: Kv>(
    store: &Store<K>,
    team: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    is_within(store, team, now, LISTED).await
}

async fn is_within<K: Kv>(
    store: &Store<K>,
    team: &str,
    now: Timestamp,
    milliseconds: u64,
) -> Result<bool, StoreError> {
    let json = store.get(&keys::polled(team)).await?;
    // One that does not read counts as none: the next poll writes it anew.
    let polled = json.and_then(|json| serde_json::from_slice::<Polled>(&json).ok());
    Ok(polled.is_some_and(|polled| now.0.saturating_sub(polled.at.0) < milliseconds))
}
