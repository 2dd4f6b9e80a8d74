//! Uses of an `Idempotency-Key` that a document remembers, so that a request which comes again is not done again.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::{EventId, limits};

/// A use of an `Idempotency-Key`: the same key with another body is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUse {
    /// The key, hashed with its route.
    pub key: EventId,
    /// The request's body, hashed.
    pub body: EventId,
}

/// The newest [`limits::KEY_USES`] uses, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyUses(VecDeque<KeyUse>);

/// The `Idempotency-Key` came with another body before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this Idempotency-Key was used with another body")]
pub struct KeyReused;

impl KeyUses {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this use is known.
    ///
    /// # Errors
    /// [`KeyReused`].
    pub fn has(&self, used: &KeyUse) -> Result<bool, KeyReused> {
        match self.0.iter().find(|earlier| earlier.key == used.key) {
            None => Ok(false),
            Some(earlier) if earlier.body == used.body => Ok(true),
            Some(_) => Err(KeyReused),
        }
    }

    /// Remembers a use; the oldest is forgotten where there are too many.
    pub fn remember(&mut self, used: &KeyUse) {
        if self.0.len() >= limits::KEY_USES {
            self.0.pop_front();
        }
        self.0.push_back(used.clone());
    }

    /// Forgets a use: what it did was undone.
    pub fn forget(&mut self, used: &KeyUse) {
        self.0.retain(|earlier| earlier.key != used.key);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn used(key: &str, body: &str) -> KeyUse {
        KeyUse { key: EventId::of("key", key), body: EventId::of("body", body) }
    }

    #[test]
    fn a_use_is_known_until_sixteen_others_came_and_with_another_body_refused() {
        let mut uses = KeyUses::default();
        uses.remember(&used("first", "a"));
        assert_eq!(uses.has(&used("first", "a")), Ok(true));
        assert_eq!(uses.has(&used("first", "b")), Err(KeyReused));
        assert_eq!(uses.has(&used("second", "a")), Ok(false));
        for n in 1..limits::KEY_USES {
            uses.remember(&used(&n.to_string(), "a"));
        }
        assert_eq!(uses.has(&used("first", "a")), Ok(true));
        uses.remember(&used("last", "a"));
        assert_eq!(uses.has(&used("first", "a")), Ok(false));
        uses.forget(&used("last", "b"));
        assert_eq!(uses.has(&used("last", "a")), Ok(false));
    }

    #[test]
    fn it_is_stored_as_a_list() {
        let mut uses = KeyUses::default();
        uses.remember(&used("k", "b"));
        let json = serde_json::to_value(&uses).unwrap();
        assert_eq!(json, serde_json::json!([used("k", "b")]));
        assert_eq!(serde_json::from_value::<KeyUses>(json).unwrap(), uses);
    }
}
