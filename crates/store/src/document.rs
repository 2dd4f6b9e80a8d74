//! The store: reading documents, and the immutable ones that are written once.
//!
//! Changing a document is for `commit.rs`, counters for `counter.rs`.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::birth::{Birth, Births, FIRST};
use crate::kv::{Kv, KvError};
use crate::{format, keys};

/// Why the store did not do what was asked. Texts are for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The host's store failed. Whether a write was done is not known; it is safe to ask again.
    #[error("the key-value store failed: {0}")]
    Kv(#[from] KvError),
    /// Others kept writing the document. Nothing was written: the caller answers 503 and is asked again.
    #[error("too many writers of {key}")]
    Contention {
        /// The document.
        key: String,
    },
    /// A newer Parlance has written it: see `format.rs`. Nothing was read or written; a newer host would do it.
    #[error(
        "{key} is of format {format}, and this host knows up to {known}: a newer Parlance wrote it, upgrade this host"
    )]
    Newer {
        /// The document.
        key: String,
        /// Its format.
        format: u32,
        /// The newest that this host reads.
        known: u32,
    },
    /// What is stored is not what Parlance writes.
    #[error("cannot read what is stored as {key}")]
    Corrupt {
        /// The document.
        key: String,
    },
}

/// The documents of Parlance in a host's key-value store.
pub struct Store<K> {
    pub(crate) kv: K,
    births: Rc<RefCell<Births>>,
    random: RefCell<Box<dyn FnMut() -> u64>>,
}

impl<K: Kv> Store<K> {
    /// A store over `kv`. `random` spreads the waits of writers that meet; any 64 bits do.
    pub fn new(kv: K, random: impl FnMut() -> u64 + 'static) -> Self {
        Self::with_births(kv, random, Rc::default())
    }

    /// A store that shares what it knows of births with other stores over the same keys.
    pub fn with_births(
        kv: K,
        random: impl FnMut() -> u64 + 'static,
        births: Rc<RefCell<Births>>,
    ) -> Self {
        let random = RefCell::new(Box::new(random) as _);
        Self { kv, births, random }
    }

    /// The host's store.
    pub fn kv(&self) -> &K {
        &self.kv
    }

    /// Reads document `key`: one read if its birth is known, else two; three if creators met at its birth.
    pub async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let value = match self.find(key).await? {
            None => return Ok(None),
            Some((_, Some(value))) => Some(value),
            Some((claim, None)) => self.kv.get(&keys::place(key, claim)).await?,
        };
        value.map(Some).ok_or_else(|| corrupt(key))
    }

    /// Reads document `key` as JSON.
    pub async fn read_json<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let value = self.read(key).await?;
        value.map(|value| from_json(key, &value)).transpose()
    }

    /// Writes an immutable document: one that is named by its content, or has one writer, under a random id.
    pub async fn put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        Ok(self.kv.set(key, value).await?)
    }

    /// Reads an immutable document.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kv.get(key).await?)
    }

    /// Reads an immutable document as JSON.
    pub async fn get_json<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let value = self.get(key).await?;
        value.map(|value| from_json(key, &value)).transpose()
    }

    /// Removes an immutable document, or a counter that nobody counts on any more.
    pub async fn remove(&self, key: &str) -> Result<(), StoreError> {
        Ok(self.kv.delete(key).await?)
    }

    /// The claim under which document `key` was born, if it was, and the document, if that was read on the way.
    ///
    /// The first place is read before the birth key. Who finds a version there, and then one claim only, knows that all
    /// other creators claim later, find it as well, and propose nothing else: see `create`.
    pub(crate) async fn find(
        &self,
        key: &str,
    ) -> Result<Option<(u64, Option<Vec<u8>>)>, StoreError> {
        if let Some(claim) = self.births.borrow().get(key) {
            return Ok(Some((claim, None)));
        }
        let first = self.kv.get(&keys::place(key, FIRST)).await?;
        let Some(value) = self.kv.get(&keys::birth(key)).await? else { return Ok(None) };
        let (birth, _) = Birth::parse(&value).ok_or_else(|| corrupt(key))?;
        let claim = match birth {
            Birth::Born(claim) => claim,
            Birth::Claimed(_) if first.is_none() => return Ok(None),
            Birth::Claimed(FIRST) => FIRST,
            Birth::Claimed(_) => self.bear(key, FIRST).await?,
        };
        self.know(key, claim);
        Ok(Some((claim, first.filter(|_| claim == FIRST))))
    }

    pub(crate) fn know(&self, key: &str, claim: u64) {
        self.births.borrow_mut().insert(key, claim);
    }

    pub(crate) fn random(&self) -> u64 {
        (self.random.borrow_mut())()
    }
}

/// A stored document as JSON; one that does not parse is [`StoreError::Corrupt`], and one in a newer format than this host
/// knows [`StoreError::Newer`].
pub fn from_json<T: DeserializeOwned>(key: &str, value: &[u8]) -> Result<T, StoreError> {
    format::check(key, value)?;
    serde_json::from_slice(value).map_err(|_| corrupt(key))
}

/// The bytes to store for a document, in the format that this host writes.
///
/// Fails only for what JSON cannot hold (a map whose keys are no text), which is an error in its type.
pub fn to_json<T: Serialize>(key: &str, document: &T) -> Result<Vec<u8>, StoreError> {
    format::mark(key, serde_json::to_vec(document).map_err(|_| corrupt(key))?)
}

/// The JSON of a document, in a format that this host reads.
pub(crate) fn text<'v>(key: &str, value: &'v [u8]) -> Result<&'v str, StoreError> {
    format::check(key, value)?;
    str::from_utf8(value).map_err(|_| corrupt(key))
}

pub(crate) fn corrupt(key: &str) -> StoreError {
    StoreError::Corrupt { key: key.to_owned() }
}
