//! Ids of events and when they were applied, as one base64 text: 21 characters an event, a tenth of what JSON objects would
//! take. It stays a text: a conversation keeps a thousand, and whoever looks at it wants to know of one, or of none.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use serde::{Deserialize, Deserializer, Serialize};

use crate::EventId;

/// Bytes of an entry: its id, and the second in which it was applied.
const ENTRY: usize = 16;
const ID: usize = 12;
/// Three entries are a block of the text, which begins and ends with a character of its own.
const BLOCK: usize = 64;
const PER_BLOCK: usize = 3;
/// Where the characters of a block are that only the id decides: of its first entry, its second, its third.
const DECIDED: [std::ops::Range<usize>; PER_BLOCK] = [0..16, 22..37, 43..58];

/// The characters of base64.
const IS_BASE64: [bool; 256] = {
    let (mut is, mut b) = ([false; 256], 0);
    while b < is.len() {
        is[b] = (b as u8).is_ascii_alphanumeric() || b == b'+' as usize || b == b'/' as usize;
        b += 1;
    }
    is
};

/// Ids of events and the seconds in which they were applied, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Packed(String);

/// Entries as bytes.
type Block = [u8; ENTRY * PER_BLOCK];

impl Packed {
    /// What [`Self::into_bytes`] made. `None` for what it did not.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let text = Self(str::from_utf8(text).ok()?.to_owned());
        text.is_whole().then_some(text)
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.0.len() * 3 / 4 / ENTRY
    }

    /// Whether it is the base64 of whole entries. Of what is not, none would be found, and what comes again be applied again.
    fn is_whole(&self) -> bool {
        let is_base64 = |b: u8| IS_BASE64[usize::from(b)];
        let text = self.0.as_bytes();
        let last = &text[text.len() / BLOCK * BLOCK..];
        // Four at a time: a long conversation has 22,000, and each turn looks at all.
        let (fours, rest) = text.as_chunks::<4>();
        base64::encoded_len(self.len() * ENTRY, false) == Some(text.len())
            && fours
                .iter()
                .all(|&[a, b, c, d]| is_base64(a) & is_base64(b) & is_base64(c) & is_base64(d))
            && rest.iter().copied().all(is_base64)
            && entries(last).count() == self.len() % PER_BLOCK
    }

    /// Whether the event is there: the newest are looked at first.
    pub(crate) fn contains(&self, event: EventId) -> bool {
        let mut block = [0; ENTRY * PER_BLOCK];
        for entry in block.chunks_exact_mut(ENTRY) {
            entry[..ID].copy_from_slice(&event.0);
        }
        let wanted = BASE64.encode(block);
        let mut blocks = self.0.as_bytes().chunks(BLOCK).rev();
        blocks.any(|text| {
            let may_be = |at: &std::ops::Range<usize>| {
                text.get(at.clone()).is_some_and(|here| here == &wanted.as_bytes()[at.clone()])
            };
            DECIDED.iter().any(may_be) && entries(text).any(|(id, _)| id == event)
        })
    }

    /// When the oldest was applied.
    pub(crate) fn first_at(&self) -> Option<u32> {
        let first = self.0.as_bytes().chunks(BLOCK).next()?;
        entries(first).next().map(|(_, at)| at)
    }

    /// When the newest was applied.
    pub(crate) fn last_at(&self) -> Option<u32> {
        let last = self.0.as_bytes().chunks(BLOCK).next_back()?;
        entries(last).last().map(|(_, at)| at)
    }

    /// Adds the newest.
    pub(crate) fn push(&mut self, event: EventId, at: u32) {
        let whole = self.len() / PER_BLOCK * BLOCK;
        let last: Vec<_> = entries(&self.0.as_bytes()[whole..]).chain([(event, at)]).collect();
        self.0.truncate(whole);
        self.append(&last);
    }

    /// Takes the `count` oldest away.
    pub(crate) fn take_first(&mut self, count: usize) -> Self {
        let all: Vec<_> = self.0.as_bytes().chunks(BLOCK).flat_map(entries).collect();
        let (first, rest) = all.split_at(count.min(all.len()));
        let mut taken = Self::default();
        taken.append(first);
        self.0.clear();
        self.append(rest);
        taken
    }

    /// Writes entries behind whole blocks.
    fn append(&mut self, entries: &[(EventId, u32)]) {
        let mut bytes = Vec::with_capacity(entries.len() * ENTRY);
        for (id, at) in entries {
            bytes.extend_from_slice(&id.0);
            bytes.extend_from_slice(&at.to_be_bytes());
        }
        BASE64.encode_string(bytes, &mut self.0);
    }
}

/// The entries of a block, or of a part of one. What is no base64 has none.
fn entries(block: &[u8]) -> impl Iterator<Item = (EventId, u32)> {
    let mut bytes: Block = [0; ENTRY * PER_BLOCK];
    let count = BASE64.decode_slice(block, &mut bytes).unwrap_or(0) / ENTRY;
    (0..count).filter_map(move |n| {
        let (id, at) = bytes[n * ENTRY..(n + 1) * ENTRY].split_at(ID);
        Some((EventId(id.try_into().ok()?), u32::from_be_bytes(at.try_into().ok()?)))
    })
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Self(String::deserialize(from)?);
        match text.is_whole() {
            true => Ok(text),
            false => Err(serde::de::Error::custom("not a list of event ids")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(n: u32) -> EventId {
        EventId::of("test", &n.to_string())
    }

    /// As a plain list has them.
    #[test]
    fn what_was_added_is_there_in_its_order_and_nothing_else() {
        let mut packed = Packed::default();
        let mut list = Vec::new();
        for n in 0..40 {
            assert!(!packed.contains(event(n)));
            packed.push(event(n), n + 7);
            list.push((event(n), n + 7));
            let all: Vec<_> = packed.0.as_bytes().chunks(BLOCK).flat_map(entries).collect();
            assert_eq!(all, list);
            assert_eq!((packed.len(), packed.is_whole()), (list.len(), true));
            assert_eq!((packed.first_at(), packed.last_at()), (Some(7), Some(n + 7)));
            for (id, _) in &list {
                assert!(packed.contains(*id), "after {n}");
            }
            assert_eq!(Packed::read(packed.0.as_bytes()), Some(packed.clone()));
        }
    }

    /// Some bits of an id are in a character that the entry beside it has a part in.
    #[test]
    fn an_id_that_is_nearly_the_same_is_another() {
        let mut packed = Packed::default();
        (0..3).for_each(|n| packed.push(event(n), u32::MAX));
        for n in 0..3 {
            for bit in 0..96 {
                let mut id = event(n).0;
                id[bit / 8] ^= 0x80 >> (bit % 8);
                assert!(!packed.contains(EventId(id)), "event {n}, bit {bit}");
            }
        }
    }

    #[test]
    fn the_oldest_are_taken_away() {
        for taken in 0..9 {
            let mut packed = Packed::default();
            (0..8).for_each(|n| packed.push(event(n), n));
            let first = packed.take_first(taken);
            let taken = taken.min(8) as u32;
            assert_eq!((first.len(), packed.len()), (taken as usize, 8 - taken as usize));
            assert!((0..taken).all(|n| first.contains(event(n)) && !packed.contains(event(n))));
            assert!((taken..8).all(|n| packed.contains(event(n)) && !first.contains(event(n))));
            packed.push(event(9), 9);
            assert!(packed.contains(event(9)));
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let mut packed = Packed::default();
        (0..4).for_each(|n| packed.push(event(n), n));
        for cut in 0..packed.0.len() {
            let text = &packed.0.as_bytes()[..cut];
            assert_eq!(Packed::read(text).is_some(), [0, BLOCK].contains(&cut), "cut at {cut}");
        }
        assert_eq!(Packed::read(&[0xff; 22]), None);
        for at in 0..packed.0.len() {
            for wrong in [b'=', b'-', b' ', b'\n', 0x7f] {
                let mut text = packed.0.clone().into_bytes();
                text[at] = wrong;
                assert_eq!(Packed::read(&text), None, "{wrong} at {at}");
            }
        }
        let mut more_bits = packed.0.clone().into_bytes();
        *more_bits.last_mut().unwrap() = b'/';
        assert_eq!(Packed::read(&more_bits), None, "the last character has two bits to spare");
    }
}
