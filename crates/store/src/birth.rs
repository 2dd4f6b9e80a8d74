//! Where a document lives: the number in its birth key, and a cache of those numbers.
//!
//! How a document is born is for `commit.rs`.

use std::collections::HashMap;

use crate::number::{self, Form};

/// Claims that can be made to one document. A creation takes one claim, or a few if the store fails.
const CLAIMS: u64 = 1 << 20;

/// The claim of the first creator, which needs no swap: see [`Birth::Claimed`].
pub(crate) const FIRST: u64 = 1;

/// Births kept by a cache: at some 150 bytes each, about as much memory as one document.
const CACHED: usize = 1_024;

/// What a birth key says. One number holds both cases, so that an `increment` which comes late, after the birth,
/// leaves the birth as it is: below [`CLAIMS`] the number counts claims, above it is the claim that won times
/// [`CLAIMS`], plus late claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Birth {
    /// This many creators have tried. If it is one, and its first version is at [`FIRST`], that is the document; if there
    /// are more, and it is there, it has to be proposed before anybody may rely on it. Else there is no document.
    Claimed(u64),
    /// The document lives where this claim put it.
    Born(u64),
}

impl Birth {
    pub(crate) fn of(number: u64) -> Birth {
        match number / CLAIMS {
            0 => Birth::Claimed(number),
            claim => Birth::Born(claim),
        }
    }

    /// Reads a birth key's value: the birth, and the form in which this host writes numbers.
    pub(crate) fn parse(value: &[u8]) -> Option<(Birth, Form)> {
        let (number, form) = number::parse(value)?;
        Some((Birth::of(number), form))
    }

    /// The birth key's value once `claim` has won.
    pub(crate) fn of_claim(claim: u64, form: Form) -> Vec<u8> {
        number::format(claim * CLAIMS, form)
    }
}

/// The births that have been seen, so that a known document costs one read. A birth never changes. And what they say of the
/// host: how it writes numbers, and so whether it reads keys together.
///
/// Bounded; only what lives longer than a request needs to share it: see [`Store::with_births`](crate::Store::with_births).
#[derive(Debug, Default)]
pub struct Births {
    claims: HashMap<String, u64>,
    form: Option<Form>,
    refused: bool,
}

impl Births {
    pub(crate) fn get(&self, key: &str) -> Option<u64> {
        self.claims.get(key).copied()
    }

    pub(crate) fn insert(&mut self, key: &str, claim: u64) {
        if self.claims.len() >= CACHED {
            // Which one is dropped matters little: each costs one read to have again.
            self.claims.clear();
        }
        self.claims.insert(key.to_owned(), claim);
    }

    /// A number of this form was read.
    pub(crate) fn see(&mut self, form: Form) {
        self.form = Some(form);
    }

    /// The host refused to read keys together: it is not asked again.
    pub(crate) fn refuse(&mut self) {
        self.refused = true;
    }

    /// Whether the host reads keys together, at one instant: see [`Kv::get_at_once`](crate::Kv::get_at_once).
    pub(crate) fn reads_at_once(&self) -> bool {
        self.form == Some(Form::Binary) && !self.refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_claim_leaves_the_birth_as_it_is() {
        for claim in [1, 2, 77] {
            assert_eq!(Birth::of(claim), Birth::Claimed(claim));
            for late in [0, 1, CLAIMS - 1] {
                assert_eq!(Birth::of(claim * CLAIMS + late), Birth::Born(claim));
            }
        }
    }

    #[test]
    fn the_cache_is_bounded() {
        let mut births = Births::default();
        for i in 0..5 * CACHED {
            births.insert(&i.to_string(), 1);
            assert!(births.claims.len() <= CACHED);
        }
        assert_eq!(births.get(&(5 * CACHED - 1).to_string()), Some(1));
    }
}
