//! Changes of the contact that a turn decided: committed with the state, and applied to the contact's own document
//! afterwards, each once. They are numbered, and the contact remembers the last number of every conversation.

use channels::whatsapp;
use flow::limits::{MAX_CONTACT_FIELDS, MAX_CONTACT_TAGS};
use flow::{Change, Content, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lease::{LEASE, TAKEOVER};
use crate::{Consent, Contact, Conversation};

/// A change that may not have reached the contact yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactChange {
    /// Counts the changes of the conversation, from 1.
    pub number: u64,
    /// When it was decided.
    pub at: Timestamp,
    /// What is to be changed.
    pub change: Change,
}

impl Conversation {
    pub(crate) fn change_contact(&mut self, change: Change, now: Timestamp) {
        self.change_number += 1;
        self.changes.push(ContactChange { number: self.change_number, at: now, change });
    }

    /// Forgets what has reached the contact: everything up to this number.
    pub(crate) fn forget_changes(&mut self, applied: u64) {
        self.changes.retain(|change| change.number > applied);
    }

    /// Whether a copy of the contact is too old to be used: it lacks changes that this conversation made and, since they
    /// have reached the contact's document, no longer keeps.
    #[must_use]
    pub fn outran(&self, contact: &Contact) -> bool {
        let kept = u64::try_from(self.changes.len()).unwrap_or(u64::MAX);
        let applied = contact.applied.get(&self.id).copied().unwrap_or(0);
        self.change_number.saturating_sub(kept) > applied
    }

    /// The contact as templates see it, with what has not reached its document yet.
    pub(crate) fn contact_scope(&self, contact: &Contact) -> Value {
        let mut scope = contact.scope();
        let applied = contact.applied.get(&self.id).copied().unwrap_or(0);
        for change in self.changes.iter().filter(|change| change.number > applied) {
            change.change.apply_to(&mut scope);
        }
        scope
    }

    /// Whether the contact may be sent messages, with what has not reached its document yet.
    #[must_use]
    pub fn consent(&self, contact: &Contact) -> Consent {
        match self.opted_out_at(contact) {
            Some(_) => Consent::OptedOut,
            None => Consent::Open,
        }
    }

    /// Since when the contact wants no messages, with what has not reached its document yet; `None`: it may be sent them.
    fn opted_out_at(&self, contact: &Contact) -> Option<Timestamp> {
        let applied = contact.applied.get(&self.id).copied().unwrap_or(0);
        let mut kept = self.changes.iter().rev().take_while(|change| change.number > applied);
        match kept.find(|change| is_consent(&change.change)) {
            Some(last) => (last.change == Change::OptOut).then_some(last.at),
            None => contact.opted_out_at,
        }
    }

    /// Whether the contact opted out, and has written nothing here since: what would be sent now answers nothing.
    pub(crate) fn wants_nothing(&self, contact: &Contact) -> bool {
        let stopped = self.opted_out_at(contact);
        stopped.is_some_and(|since| self.last_inbound_at.is_none_or(|heard| heard < since))
    }

    /// Whether a message that was written at some time may go to the contact now: always, unless it opted out. Then only
    /// what was written afterwards, while the window is open that its own messages open: nothing is triggered for who
    /// opted out, so that is an answer.
    #[must_use]
    pub fn may_receive(
        &self,
        contact: &Contact,
        content: &Content,
        written: Timestamp,
        now: Timestamp,
    ) -> bool {
        if self.consent(contact) == Consent::Open {
            return true;
        }
        let is_after = contact.opted_out_at.is_none_or(|since| written >= since);
        let is_template = matches!(content, Content::Template { .. });
        is_after && !is_template && whatsapp::may_send(self.last_inbound_at, now, content).is_ok()
    }

    /// Whether the contact's document may not know yet what it said about being written to.
    #[must_use]
    pub fn has_consent_to_tell(&self) -> bool {
        self.changes.iter().any(|change| is_consent(&change.change))
    }

    /// When somebody should look whether the changes were applied: the turn that decided them does it first.
    pub(crate) fn changes_due(&self) -> Option<Timestamp> {
        self.changes.first().map(|change| change.at.plus_millis(LEASE + TAKEOVER))
    }
}

impl Contact {
    /// Applies those of a conversation's changes that it has not seen. Whether there were any.
    pub fn apply(&mut self, conversation: &Conversation) -> bool {
        let applied = self.applied.get(&conversation.id).copied().unwrap_or(0);
        let mut number = applied;
        for change in conversation.changes.iter().filter(|change| change.number > applied) {
            self.apply_one(&change.change, change.at);
            number = change.number;
        }
        if number > applied {
            self.applied.insert(conversation.id, number);
        }
        number > applied
    }

    fn apply_one(&mut self, change: &Change, at: Timestamp) {
        match change {
            Change::Field { name, value } => self.set(name, value),
            Change::AddTag { tag } => {
                if !self.tags.contains(tag) && self.tags.len() < MAX_CONTACT_TAGS {
                    self.tags.push(tag.clone());
                }
            }
            Change::RemoveTag { tag } => self.tags.retain(|known| known != tag),
            Change::OptIn => self.opt_in(at),
            Change::OptOut => self.opt_out(at),
        }
    }

    fn set(&mut self, name: &str, value: &Value) {
        let text = || match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        match (name, value) {
            ("name", _) => self.name = text(),
            ("email", _) => self.email = text(),
            (_, Value::Null) => drop(self.metadata.shift_remove(name)),
            _ if self.metadata.contains_key(name) || self.metadata.len() < MAX_CONTACT_FIELDS => {
                self.metadata.insert(name.to_owned(), value.clone());
            }
            _ => {}
        }
    }

    /// The contact agrees to be written to: its own word, which lifts an opt-out. Not a later one, said in another
    /// conversation before this word came here.
    pub fn opt_in(&mut self, at: Timestamp) {
        if self.opted_out_at.is_none_or(|out| out <= at) {
            self.opted_out_at = None;
            self.opted_in_at = Some(at);
        }
    }

    /// The contact says in its channel's settings whether it wants messages that it did not ask for. The later word
    /// counts: the provider tells them in any order, and again.
    pub fn prefer(&mut self, stops: bool, at: Timestamp) {
        if self.preferred_at.is_some_and(|last| at <= last) {
            return;
        }
        self.preferred_at = Some(at);
        if stops {
            self.opt_out(at);
        } else {
            self.opt_in(at);
        }
    }

    /// The contact wants no more messages; none, from now on, that were written before.
    pub fn opt_out(&mut self, at: Timestamp) {
        self.opted_out_at = self.opted_out_at.max(Some(at));
    }
}

fn is_consent(change: &Change) -> bool {
    matches!(change, Change::OptIn | Change::OptOut)
}
