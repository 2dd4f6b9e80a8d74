//! The store: reading documents, and the immutable ones that are written once.
//!
//! Changing a document is for `commit.rs`, counters for `counter.rs`.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::birth::{Birth, Births, FIRST};
use crate::kv::{Kv, KvError, Value};
use crate::number::Form;
use crate::together::{TOGETHER, together};
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

/// The claim under which a document was born, and the document, if that was read on the way; `None` if it was not born.
pub(crate) type Found = Option<(u64, Value)>;

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
    pub async fn read(&self, key: &str) -> Result<Value, StoreError> {
        let found = self.find(key).await?;
        self.found(key, found).await
    }

    /// Reads these documents, in their order. [`TOGETHER`] of them at once: that many are held besides what is returned.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read_all(&self, keys: &[String]) -> Result<Vec<Value>, StoreError> {
        let mut all = Vec::with_capacity(keys.len());
        for some in keys.chunks(TOGETHER) {
            all.extend(match self.read_at_once(some).await? {
                Some(values) => values,
                None => together(some.iter().map(|key| self.read(key))).await?,
            });
        }
        Ok(all)
    }

    /// Reads these documents as JSON, and keeps of each what `part` takes of it: it gets the document's place among `keys` and the document.
    ///
    /// # Errors
    /// When the store fails, or one does not parse.
    pub async fn read_json_all<T: DeserializeOwned, P>(
        &self,
        keys: &[String],
        mut part: impl FnMut(usize, T) -> P,
    ) -> Result<Vec<Option<P>>, StoreError> {
        let mut parts = Vec::with_capacity(keys.len());
        for some in keys.chunks(TOGETHER) {
            for (key, value) in some.iter().zip(self.read_all(some).await?) {
                let document = value.map(|value| from_json(key, &value)).transpose()?;
                parts.push(document.map(|document| part(parts.len(), document)));
            }
        }
        Ok(parts)
    }

    /// Reads these immutable documents, in their order.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn get_all(&self, keys: &[String]) -> Result<Vec<Value>, StoreError> {
        let mut all = Vec::with_capacity(keys.len());
        for some in keys.chunks(TOGETHER) {
            all.extend(match self.at_once(some).await {
                Some(values) => values,
                None => together(some.iter().map(|key| self.get(key))).await?,
            });
        }
        Ok(all)
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
    pub(crate) async fn find(&self, key: &str) -> Result<Found, StoreError> {
        if let Some(claim) = self.births.borrow().get(key) {
            return Ok(Some((claim, None)));
        }
        let places = [keys::place(key, FIRST), keys::birth(key)];
        let values: Option<[Value; 2]> =
            self.at_once(&places).await.and_then(|values| values.try_into().ok());
        let [first, birth] = match values {
            Some(values) => values,
            None => [self.kv.get(&places[0]).await?, self.kv.get(&places[1]).await?],
        };
        self.born(key, first, birth).await
    }

    /// What [`find`](Self::find) says of a document by what is in its first place and in its birth key, of which the first was
    /// read no later.
    async fn born(&self, key: &str, first: Value, birth: Value) -> Result<Found, StoreError> {
        let Some(value) = birth else { return Ok(None) };
        let (birth, form) = Birth::parse(&value).ok_or_else(|| corrupt(key))?;
        self.see(form);
        let claim = match birth {
            Birth::Born(claim) => claim,
            Birth::Claimed(_) if first.is_none() => return Ok(None),
            Birth::Claimed(FIRST) => FIRST,
            Birth::Claimed(_) => self.bear(key, FIRST).await?,
        };
        self.know(key, claim);
        Ok(Some((claim, first.filter(|_| claim == FIRST))))
    }

    /// The document that was found, and has yet to be read where it was not read on the way.
    async fn found(&self, key: &str, found: Found) -> Result<Value, StoreError> {
        let value = match found {
            None => return Ok(None),
            Some((_, Some(value))) => Some(value),
            Some((claim, None)) => self.kv.get(&keys::place(key, claim)).await?,
        };
        value.map(Some).ok_or_else(|| corrupt(key))
    }

    /// Reads these documents in one operation of the host; `None` where it has none for it.
    async fn read_at_once(&self, keys: &[String]) -> Result<Option<Vec<Value>>, StoreError> {
        let known: Vec<Option<u64>> =
            keys.iter().map(|key| self.births.borrow().get(key)).collect();
        let mut places = Vec::with_capacity(2 * keys.len());
        for (key, known) in keys.iter().zip(&known) {
            places.push(keys::place(key, known.unwrap_or(FIRST)));
            places.extend(known.is_none().then(|| keys::birth(key)));
        }
        let Some(values) = self.at_once(&places).await else { return Ok(None) };
        let (mut values, mut read) = (values.into_iter(), Vec::with_capacity(keys.len()));
        for (key, known) in keys.iter().zip(known) {
            let first = values.next().flatten();
            let found = match known {
                Some(claim) => Some((claim, first)),
                None => self.born(key, first, values.next().flatten()).await?,
            };
            read.push(self.found(key, found).await?);
        }
        Ok(Some(read))
    }

    /// The values of these keys at one instant, in their order; `None` where the host does not read them so.
    async fn at_once(&self, keys: &[String]) -> Option<Vec<Value>> {
        if keys.len() < 2 || !self.births.borrow().reads_at_once() {
            return None;
        }
        // Why it failed is told by reading them one by one.
        let values = self.kv.get_at_once(keys).await.ok().flatten();
        if values.is_none() {
            self.births.borrow_mut().refuse();
        }
        values.filter(|values| values.len() == keys.len())
    }

    pub(crate) fn see(&self, form: Form) {
        self.births.borrow_mut().see(form);
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
