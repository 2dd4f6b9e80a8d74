//! A ring: a counter, and slots that are written again after 1,024 entries, so that nothing has to be removed.

use flow::Kind;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Kv, Store, StoreError, keys, to_json};
use uuid::Uuid;

/// Entries that a ring holds: ten lists, so that a filter finds something, and entries without a commit do no harm.
pub const SLOTS: u64 = 1_024;

/// Entries of a team, numbered from 1 up in the order they were announced.
pub(crate) struct Ring<'s, K> {
    store: &'s Store<K>,
    counter: String,
}

/// Where the entry of a session or a message is.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) n: u64,
    pub(crate) of: Uuid,
}

impl<'s, K: Kv> Ring<'s, K> {
    pub(crate) fn new(store: &'s Store<K>, counter: String) -> Self {
        Self { store, counter }
    }

    /// The sessions of flows, or those of sequences: neither pushes the others out.
    pub(crate) fn of_sessions(store: &'s Store<K>, team: &str, kind: Kind) -> Self {
        Self::new(
            store,
            match kind {
                Kind::Flow => keys::recent(team),
                Kind::Sequence => keys::recent_sequences(team),
            },
        )
    }

    /// Writes the entry of a session or a message, unless the commit has done so: an increment and a set. A number is of
    /// one id for ever, since a write that was given up may still be done after another try.
    pub(crate) async fn place<E: Serialize>(
        &self,
        places: &mut Vec<Place>,
        of: Uuid,
        entry: &E,
    ) -> Result<u64, StoreError> {
        if let Some(place) = places.iter().find(|place| place.of == of) {
            return Ok(place.n);
        }
        let n = self.store.tally(&self.counter).await?;
        // The number tells an entry from the one that had the slot a round before, or has it a round later.
        let json = to_json(&self.counter, &(n, entry))?;
        self.store.put(&keys::slot(&self.counter, n % SLOTS), &json).await?;
        places.push(Place { n, of });
        Ok(n)
    }

    /// The numbers of the entries that may still be there, newest first.
    pub(crate) async fn numbers(&self) -> Result<Vec<u64>, StoreError> {
        let last = self.store.count(&self.counter).await?;
        Ok((last.saturating_sub(SLOTS) + 1..=last).rev().collect())
    }

    /// The entries of these numbers. One that is not written yet, never was, or whose slot another one has, is passed
    /// over.
    pub(crate) async fn read<E: DeserializeOwned>(
        &self,
        numbers: &[u64],
    ) -> Result<Vec<(u64, E)>, StoreError> {
        let slots: Vec<u64> = numbers.iter().map(|n| n % SLOTS).collect();
        let slots = self.store.slots(&self.counter, &slots).await?;
        let entry = |(n, slot): (&u64, Option<Vec<u8>>)| {
            let entry: (u64, E) = serde_json::from_slice(&slot?).ok()?;
            (entry.0 == *n).then_some(entry)
        };
        Ok(numbers.iter().zip(slots).filter_map(entry).collect())
    }
}
