//! Counters with slots: a list that any number of writers append to without meeting.
//!
//! For `due:<minute>` and `recent:<team>`. Who reads and removes the slots is for the crates above.

use crate::document::{Store, StoreError, corrupt};
use crate::keys;
use crate::kv::{Kv, Value};
use crate::number;

impl<K: Kv> Store<K> {
    /// Appends `value` and returns its number, from 1 up: two writes.
    ///
    /// After an error the value may be in the list, and a number may be without a value; asking again appends
    /// it again.
    pub async fn append(&self, counter: &str, value: &[u8]) -> Result<u64, StoreError> {
        let n = self.kv.increment(counter, 1).await?;
        let n = u64::try_from(n).map_err(|_| corrupt(counter))?;
        self.kv.set(&keys::slot(counter, n), value).await?;
        Ok(n)
    }

    /// Counts one more, and returns how many there are: one write.
    ///
    /// After an error it may have counted.
    pub async fn tally(&self, counter: &str) -> Result<u64, StoreError> {
        self.tally_by(counter, 1).await
    }

    /// Counts `more`, below 2^62, and returns how many there are: one write.
    ///
    /// After an error it may have counted.
    pub async fn tally_by(&self, counter: &str, more: u64) -> Result<u64, StoreError> {
        let more = i64::try_from(more).map_err(|_| corrupt(counter))?;
        let n = self.kv.increment(counter, more).await?;
        u64::try_from(n).map_err(|_| corrupt(counter))
    }

    /// How many values were appended. Reads, never writes.
    pub async fn count(&self, counter: &str) -> Result<u64, StoreError> {
        match self.kv.get(counter).await? {
            None => Ok(0),
            Some(value) => match number::parse(&value) {
                Some((count, form)) => {
                    self.see(form);
                    Ok(count)
                }
                None => Err(corrupt(counter)),
            },
        }
    }

    /// Value `n`; `None` if it is not written yet, never was (its writer died between two writes), or is removed.
    pub async fn slot(&self, counter: &str, n: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kv.get(&keys::slot(counter, n)).await?)
    }

    /// Values of these numbers, as [`slot`](Store::slot) reads one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn slots(&self, counter: &str, numbers: &[u64]) -> Result<Vec<Value>, StoreError> {
        let keys: Vec<String> = numbers.iter().map(|n| keys::slot(counter, *n)).collect();
        self.get_all(&keys).await
    }

    /// Writes value `n`, which was appended before, anew. Who read it before goes on with what it was.
    ///
    /// # Errors
    /// When the store fails; it may have been written then.
    pub async fn replace(&self, counter: &str, n: u64, value: &[u8]) -> Result<(), StoreError> {
        Ok(self.kv.set(&keys::slot(counter, n), value).await?)
    }

    /// Removes value `n`.
    pub async fn remove_slot(&self, counter: &str, n: u64) -> Result<(), StoreError> {
        Ok(self.kv.delete(&keys::slot(counter, n)).await?)
    }
}
