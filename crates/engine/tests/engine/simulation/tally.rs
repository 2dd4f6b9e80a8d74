//! What happened in runs, and what must not have happened, counted.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use conversation::{Body, MessageStatus};
use uuid::Uuid;

use super::{Simulation, conversation_of};

/// Counts over one run, or over many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps of tasks: operations of the store, and waits.
    pub steps: u64,
    /// Distinct events: triggers, orders, messages of contacts, receipts, requests about calls.
    pub events: u64,
    /// Deliveries of them beyond the first of each.
    pub repeated: u64,
    /// Tasks that were ended where they were.
    pub crashes: u64,
    /// Operations of the store that failed.
    pub faults: u64,
    /// Times that all machines stood still.
    pub freezes: u64,
    /// Messages that the provider accepted, each counted once.
    pub accepted: u64,
    /// Acceptances beyond the first of a message, where nobody could know of the first: the window of G3.
    pub again: u64,
    /// What was acknowledged and is nowhere, and what was committed and never sent nor failed.
    pub lost: u64,
    /// What was applied twice, and what was sent again outside of that window.
    pub doubled: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.events += other.events;
        self.repeated += other.repeated;
        self.crashes += other.crashes;
        self.faults += other.faults;
        self.freezes += other.freezes;
        self.accepted += other.accepted;
        self.again += other.again;
        self.lost += other.lost;
        self.doubled += other.doubled;
    }
}

impl Simulation {
    /// What the run came to so far.
    pub fn tally(&self) -> Tally {
        let world = &self.world;
        let events = self.events();
        let mut accepted: BTreeMap<Uuid, u64> = BTreeMap::new();
        for one in &world.provider.borrow().accepted {
            *accepted.entry(one.message).or_default() += 1;
        }
        let all: u64 = accepted.values().sum();
        let wrongly = world.sent_wrongly.get();
        let again = all - accepted.len() as u64;
        let (lost, twice) = self.lost_and_twice(&accepted);
        Tally {
            steps: self.scheduler.steps(),
            events,
            repeated: self.deliveries.saturating_sub(events),
            crashes: world.crashed.borrow().len() as u64,
            faults: world.faults.get(),
            freezes: world.freezes.get(),
            accepted: accepted.len() as u64,
            again: again.saturating_sub(wrongly),
            lost,
            doubled: twice + wrongly,
        }
    }

    fn events(&self) -> u64 {
        let record = self.record.borrow();
        let drawn = record.triggers.len() + record.orders.len() + record.heard.len();
        (drawn + self.receipts_delivered.len()) as u64
    }

    /// From what is stored, without the rules of `verdict.rs`.
    fn lost_and_twice(&self, accepted: &BTreeMap<Uuid, u64>) -> (u64, u64) {
        let record = self.record.borrow();
        let (mut lost, mut twice) = (0, 0);
        let mut heard = BTreeSet::new();
        let mut said = BTreeSet::new();
        for document in self.documents() {
            let whole = self.whole(document);
            for message in &whole.log {
                let is_new = match (&message.body, &message.provider_id) {
                    (Body::Inbound { .. }, Some(id)) => {
                        heard.insert((whole.document.id, id.clone()))
                    }
                    _ => said.insert(message.id),
                };
                twice += u64::from(!is_new);
                let is_outbound = matches!(message.body, Body::Outbound { .. });
                let is_sent = accepted.contains_key(&message.id);
                let is_lost = is_outbound && !is_sent && message.status != MessageStatus::Failed;
                lost += u64::from(is_lost);
            }
        }
        let acknowledged = record.heard.iter().filter(|heard| heard.acknowledged);
        let is_there =
            |id: &str, contact| heard.contains(&(conversation_of(contact), id.to_owned()));
        lost += acknowledged.filter(|h| !is_there(&h.id, h.contact)).count() as u64;
        let answered = record.orders.iter().flat_map(|order| &order.answers);
        lost += answered.filter(|id| !said.contains(*id)).count() as u64;
        (lost, twice)
    }
}
