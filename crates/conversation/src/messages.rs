//! The messages of a document. Each is read when somebody looks at it.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut, Index};

use flow::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::lazy::{Lazy, Part};
use crate::{Body, Message, MessageStatus};

/// The newest messages of a conversation, oldest first. A copy of it costs little.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Messages(VecDeque<Lazy<Message>>);

impl Messages {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All, oldest first. Each is read when it comes up.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> + ExactSizeIterator + Clone {
        self.0.iter().map(Deref::deref)
    }

    /// Those after this number, oldest first; none before it is read but the last.
    pub fn after(&self, sequence: u64) -> impl DoubleEndedIterator<Item = &Message> + Clone {
        let newer = self.iter().rev().take_while(|message| message.sequence > sequence).count();
        self.0.range(self.len() - newer..).map(Deref::deref)
    }

    /// Those numbered from `first` to `last`. All are in the order of their numbers: of the others, few are read.
    pub fn numbered(&self, first: u64, last: u64) -> impl Iterator<Item = &Message> {
        let from = self.0.partition_point(|kept| kept.sequence < first);
        let to = self.0.partition_point(|kept| kept.sequence <= last);
        self.0.range(from..to.max(from)).map(Deref::deref)
    }

    /// Those that are not in `before` as they are here, oldest first; no other is read.
    pub fn changed_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Message> {
        let is_there = |at, kept: &Lazy<Message>| {
            // Most are where they were.
            before.0.get(at).is_some_and(|earlier| Lazy::is_same(earlier, kept))
                || before.0.iter().any(|earlier| Lazy::is_same(earlier, kept))
        };
        let changed = self.0.iter().enumerate().filter(move |(at, kept)| !is_there(*at, kept));
        changed.map(|(_, kept)| &**kept)
    }

    /// The oldest.
    #[must_use]
    pub fn front(&self) -> Option<&Message> {
        self.0.front().map(Deref::deref)
    }

    /// The newest.
    #[must_use]
    pub fn back(&self) -> Option<&Message> {
        self.0.back().map(Deref::deref)
    }

    /// That at this place, from 0.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&Message> {
        self.0.get(at).map(Deref::deref)
    }

    /// Adds the newest.
    pub fn push_back(&mut self, message: Message) {
        self.0.push_back(message.into());
    }

    /// Adds an older one than all that are there.
    pub fn push_front(&mut self, message: Message) {
        self.0.push_front(message.into());
    }

    /// The message of that id, to be changed.
    pub(crate) fn get_mut(&mut self, id: Uuid) -> Option<&mut Message> {
        self.0.iter_mut().rev().find(|kept| kept.id == id).map(DerefMut::deref_mut)
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Message) -> bool) {
        self.0.retain(|kept| keep(kept));
    }

    /// All, oldest first, as they are written.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Lazy<Message>> {
        self.0.iter()
    }

    /// How many were read so far.
    #[cfg(test)]
    pub(crate) fn read_so_far(&self) -> usize {
        self.0.iter().filter(|kept| kept.is_read()).count()
    }

    /// What their texts take at most, in bytes: less than this, or so much.
    pub(crate) fn bytes_at_most(&self) -> usize {
        let bytes = |kept: &Lazy<Message>| kept.stored().map_or_else(|| kept.bytes(), str::len);
        self.0.iter().map(bytes).sum()
    }
}

impl Index<usize> for Messages {
    type Output = Message;

    fn index(&self, at: usize) -> &Message {
        &self.0[at]
    }
}

impl FromIterator<Message> for Messages {
    fn from_iter<I: IntoIterator<Item = Message>>(messages: I) -> Self {
        Self(messages.into_iter().map(Lazy::from).collect())
    }
}

/// What every version says of a message.
#[derive(Default, Deserialize)]
struct Outline {
    id: Uuid,
    sequence: u64,
    at: Timestamp,
}

impl Part for Message {
    fn unreadable(json: &[u8]) -> Self {
        let Outline { id, sequence, at } = serde_json::from_slice(json).unwrap_or_default();
        Self {
            id,
            sequence,
            at,
            body: Body::Inbound { kind: "unsupported".to_owned(), content: json!({}) },
            status: MessageStatus::Received,
            provider_id: None,
            request: None,
            reply_to: None,
            error: None,
            resent_as: None,
            outside_window: None,
            session: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(sequence: u64) -> Message {
        Message { id: Uuid::from_u128(sequence.into()), sequence, ..Message::unreadable(b"") }
    }

    fn read(messages: &[Message]) -> Messages {
        serde_json::from_str(&serde_json::to_string(messages).unwrap()).unwrap()
    }

    fn are_read(messages: &Messages) -> Vec<bool> {
        messages.0.iter().map(|kept| kept.is_read()).collect()
    }

    #[test]
    fn only_what_is_looked_at_is_read() {
        let messages = read(&[message(1), message(2), message(3)]);
        assert_eq!(are_read(&messages), [false; 3]);
        assert_eq!(messages.back().unwrap().sequence, 3);
        assert_eq!(are_read(&messages), [false, false, true]);
        let newer: Vec<u64> = messages.after(2).map(|message| message.sequence).collect();
        assert_eq!((newer, are_read(&messages)), (vec![3], vec![false, true, true]));
        assert_eq!(messages, read(&[message(1), message(2), message(3)]));
    }

    #[test]
    fn of_those_in_a_range_of_numbers_the_others_are_not_read() {
        let all: Vec<Message> = (0..64).map(|n| message(n * 2)).collect();
        let messages = read(&all);
        let between: Vec<u64> = messages.numbered(20, 25).map(|m| m.sequence).collect();
        assert_eq!(between, [20, 22, 24]);
        assert!(messages.read_so_far() <= 3 + 2 * 7, "{}", messages.read_so_far());
        assert_eq!(messages.numbered(127, 200).count(), 0);
        assert_eq!(messages.numbered(25, 20).count(), 0);
        assert_eq!(messages.numbered(0, u64::MAX).count(), 64);
        assert_eq!(Messages::default().numbered(0, 9).count(), 0);
    }

    #[test]
    fn one_that_is_changed_changes_in_no_copy() {
        let before = read(&[message(1), message(2)]);
        let mut after = before.clone();
        after.get_mut(Uuid::from_u128(2)).unwrap().status = MessageStatus::Read;
        after.push_back(message(3));
        assert_eq!(before[1].status, MessageStatus::Received);
        assert_ne!(before, after);
        let changed: Vec<u64> = after.changed_since(&before).map(|m| m.sequence).collect();
        assert_eq!(changed, [2, 3]);
        let written: Messages =
            serde_json::from_str(&serde_json::to_string(&after).unwrap()).unwrap();
        assert_eq!(written, after);
    }

    #[test]
    fn what_cannot_be_read_stays_as_it_is() {
        let id = Uuid::from_u128(9);
        let stored =
            format!(r#"[{{"id":"{id}","sequence":7,"at":5,"body":"of another version"}}]"#);
        let messages: Messages = serde_json::from_str(&stored).unwrap();
        let shown = &messages[0];
        assert_eq!((shown.id, shown.sequence, shown.at), (id, 7, Timestamp(5)));
        assert!(matches!(&shown.body, Body::Inbound { kind, .. } if kind == "unsupported"));
        assert_eq!(serde_json::to_string(&messages).unwrap(), stored);
        assert!(serde_json::from_str::<Messages>("[{]").is_err());
    }
}
