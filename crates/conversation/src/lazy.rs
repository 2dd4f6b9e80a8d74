//! A part of the document that lies there as it was written until somebody looks at it: of fifty messages a turn looks at one
//! or two, and of ten sessions that have ended at none.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A part that is read when it is first looked at. A copy of it costs little.
#[derive(Debug, Clone)]
pub struct Lazy<T>(Arc<Forms<T>>);

/// What can be a [`Lazy`] part.
pub trait Part: Clone + PartialEq + Serialize + DeserializeOwned {
    /// What is shown of one that a later version may have written. In the document it stays as it is.
    fn unreadable(json: &[u8]) -> Self;
}

/// A part as it was read from the document, as it has become, or both.
#[derive(Debug, Clone)]
struct Forms<T> {
    /// As it lies in the document. `None` once it was changed.
    json: Option<Box<RawValue>>,
    /// What was read of that. Empty until somebody looks.
    read: OnceLock<T>,
    /// What it has become.
    own: Option<T>,
}

impl<T: Part> Lazy<T> {
    /// Whether somebody has looked.
    #[cfg(test)]
    pub(crate) fn is_read(&self) -> bool {
        self.0.own.is_some() || self.0.read.get().is_some()
    }

    /// Whether they are one, not only alike.
    pub(crate) fn is_same(one: &Self, other: &Self) -> bool {
        Arc::ptr_eq(&one.0, &other.0)
    }

    /// How it lies in the document, if it was not changed.
    pub(crate) fn stored(&self) -> Option<&str> {
        self.0.json.as_deref().map(RawValue::get)
    }

    /// What it takes as JSON, in bytes.
    pub(crate) fn json_bytes(&self) -> usize {
        let own = || serde_json::to_vec(self).map_or(usize::MAX, |json| json.len());
        self.stored().map_or_else(own, str::len)
    }

    /// Reads it now.
    ///
    /// # Errors
    /// When it cannot be read: else nobody hears of that.
    pub(crate) fn check(&self) -> Result<(), serde_json::Error> {
        if let Some(json) = self.stored() {
            let read = serde_json::from_slice(json.as_bytes())?;
            self.0.read.get_or_init(|| read);
        }
        Ok(())
    }
}

impl<T> From<T> for Lazy<T> {
    fn from(part: T) -> Self {
        Self(Arc::new(Forms { json: None, read: OnceLock::new(), own: Some(part) }))
    }
}

impl<T: Default> Default for Lazy<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: Part> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let Forms { json, read, own } = &*self.0;
        own.as_ref().unwrap_or_else(|| {
            read.get_or_init(|| {
                // From bytes, as pages are read: what reads from text would be compiled beside it.
                let json = json.as_deref().map_or("null", RawValue::get).as_bytes();
                serde_json::from_slice(json).unwrap_or_else(|_| T::unreadable(json))
            })
        })
    }
}

impl<T: Part> DerefMut for Lazy<T> {
    fn deref_mut(&mut self) -> &mut T {
        if self.0.json.is_some() || Arc::get_mut(&mut self.0).is_none() {
            *self = Self::from(T::clone(self));
        }
        // Nobody else has it, so this copies nothing.
        Arc::make_mut(&mut self.0).own.get_or_insert_with(|| T::unreadable(b"null"))
    }
}

impl<T: Part> PartialEq for Lazy<T> {
    fn eq(&self, other: &Self) -> bool {
        let is_alike = || self.stored().is_some_and(|json| other.stored() == Some(json));
        Self::is_same(self, other) || is_alike() || T::eq(self, other)
    }
}

impl<T: Part> Serialize for Lazy<T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0.json {
            Some(json) => json.serialize(to),
            None => T::serialize(self, to),
        }
    }
}

impl<'de, T> Deserialize<'de> for Lazy<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let json = Some(Box::<RawValue>::deserialize(from)?);
        Ok(Self(Arc::new(Forms { json, read: OnceLock::new(), own: None })))
    }
}
