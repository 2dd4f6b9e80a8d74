//! What must hold at the end of a run of calls.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{Body, Channel, Conversation, identity};
use flow::{Awaits, Content};
use store::keys;
use store::memory::block_on;
use uuid::Uuid;

use super::{Line, SITE, VISITOR, conversation_of};
use crate::simulation::setup::{self, TEAM};
use crate::simulation::tally::Tally;

/// No session waits in a call that is over, and one call at most is under way.
pub fn nobody_waits_in_vain(conversation: &Conversation) -> Result<(), String> {
    let over = conversation.phone_calls.iter().filter(|call| call.status.is_final());
    let over: BTreeSet<Uuid> = over.flat_map(|call| call.sessions.iter().copied()).collect();
    let live = conversation.phone_calls.iter().filter(|call| !call.status.is_final());
    let live: Vec<_> = live.collect();
    if live.len() > 1 {
        return Err(format!("G4: {} calls are under way", live.len()));
    }
    let speaks = |id: &Uuid| live.iter().any(|call| call.sessions.contains(id));
    let waits = conversation.sessions.iter().find(|session| {
        session.is_running()
            && session.state.awaits != Awaits::Time
            && over.contains(&session.id)
            && !speaks(&session.id)
    });
    waits.map_or(Ok(()), |session| Err(format!("G4: {session:?} waits in a call that is over")))
}

impl Line {
    pub fn documents(&self) -> Vec<Conversation> {
        let store = setup::open(&self.world.kv);
        let read = |id: Uuid| {
            let key = keys::conversation(&id.to_string());
            block_on(store.read_json(&key)).expect("a conversation that can be read")
        };
        let visitor = identity::conversation(TEAM, Channel::Webchat, SITE, &VISITOR.to_string());
        (0..2).map(conversation_of).chain([visitor]).filter_map(read).collect()
    }

    pub(super) fn is_drained(&self) -> bool {
        let is_over = self.world.exchange.borrow().calls.iter().all(|call| call.is_over);
        let is_answered = self.unanswered().is_empty();
        let quiet = self.documents().iter().all(|document| {
            document.outbox.is_empty()
                && document.calls.is_empty()
                && document.queue.is_empty()
                && document.live_call().is_none()
                && !document.sessions.iter().any(|session| session.is_running())
        });
        is_over && is_answered && quiet && self.statuses.is_empty()
    }

    pub(super) fn judge(&self) -> Result<(), String> {
        if let Some(wrong) = self.world.wrong.borrow().first() {
            return Err(wrong.clone());
        }
        self.documents().iter().try_for_each(nobody_waits_in_vain)?;
        match self.tally() {
            Tally { lost: 0, doubled: 0, .. } => Ok(()),
            Tally { lost: 0, doubled, .. } => Err(format!("G1: {doubled} are doubled")),
            Tally { lost, .. } => Err(format!("G2: {lost} were acknowledged, and are lost")),
        }
    }

    /// How often a contact was heard to say something, and was told that it was.
    fn heard_and_got(&self) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
        let (mut heard, mut got) = (BTreeMap::new(), BTreeMap::new());
        for document in self.documents() {
            for message in document.log.iter() {
                match &message.body {
                    Body::Inbound { content, .. } => {
                        let words = content["body"].as_str().unwrap_or_default();
                        *heard.entry(words.to_owned()).or_default() += 1;
                    }
                    Body::Outbound { content: Content::Text { text } } => {
                        if let Some(words) = text.strip_prefix("got ") {
                            *got.entry(words.to_owned()).or_default() += 1;
                        }
                    }
                    Body::Outbound { .. } => {}
                }
            }
        }
        (heard, got)
    }

    pub fn tally(&self) -> Tally {
        let world = &self.world;
        let (heard, got) = self.heard_and_got();
        let more_than_once = |counts: &BTreeMap<String, u64>| -> u64 {
            counts.values().map(|times| times - 1).sum()
        };
        let record = self.record.borrow();
        let unheard = record.taken.iter().filter(|(_, words)| !heard.contains_key(words));
        let sessions: BTreeSet<Uuid> = self
            .documents()
            .iter()
            .flat_map(|d| d.sessions.iter().map(|s| s.id).collect::<Vec<_>>())
            .collect();
        let answered = record.triggers.iter().flat_map(|trigger| &trigger.answers);
        let unstarted = answered.filter(|id| !sessions.contains(*id));
        let placed = &world.exchange.borrow().placed;
        let distinct: BTreeSet<Uuid> = placed.iter().map(|placed| placed.call).collect();
        let again = (placed.len() - distinct.len()) as u64;
        let wrongly = world.sent_wrongly.get();
        let events = self.delivered.len() as u64;
        Tally {
            steps: self.scheduler.steps(),
            events,
            repeated: self.deliveries - events,
            crashes: world.crashed.borrow().len() as u64,
            faults: world.faults.get(),
            freezes: world.freezes.get(),
            accepted: distinct.len() as u64,
            again: again.saturating_sub(wrongly),
            lost: (unheard.count() + unstarted.count()) as u64,
            doubled: more_than_once(&heard) + more_than_once(&got) + wrongly,
        }
    }
}
