//! What the callers and contacts know of a run.

use uuid::Uuid;

use super::conversation_of;
use super::host::World;
use super::rules::Silenced;

/// A trigger, and what was answered to it.
pub struct Triggered {
    pub contact: usize,
    pub key: Option<String>,
    pub cart: String,
    /// Whether the sequence is triggered, not the offer.
    pub is_campaign: bool,
    /// Sessions, and whether they had been running.
    pub answers: Vec<(Uuid, bool)>,
    /// Since the contact had opted out.
    pub refused: bool,
}

/// A message of a contact.
pub struct Heard {
    pub contact: usize,
    pub id: String,
    pub text: String,
    pub acknowledged: bool,
}

/// What the callers and contacts know.
#[derive(Default)]
pub struct Record {
    pub triggers: Vec<Triggered>,
    pub orders: Vec<Ordered>,
    pub heard: Vec<Heard>,
    /// Receipts that were not acknowledged yet.
    pub receipts: Vec<(usize, &'static str)>,
}

impl Record {
    /// The provider hears that a message was taken.
    pub fn acknowledge(&mut self, world: &World, n: usize) {
        let heard = &mut self.heard[n];
        if heard.text == "STOP" && !heard.acknowledged {
            world.silenced.borrow_mut().push(Silenced {
                conversation: conversation_of(heard.contact),
                provider_id: heard.id.clone(),
                step: world.steps.get(),
            });
        }
        heard.acknowledged = true;
    }
}

/// A message that a backend has sent, and what was answered to it.
pub struct Ordered {
    pub contact: usize,
    pub key: Option<String>,
    /// What is in this message only.
    pub tag: String,
    /// A text, or a template.
    pub is_text: bool,
    /// The ids of messages.
    pub answers: Vec<Uuid>,
    /// Since the contact had opted out.
    pub refused: bool,
}

impl Ordered {
    pub fn new(n: usize, contact: usize, key: Option<String>, is_text: bool) -> Self {
        let tag = format!("ordered-{n}");
        Self { contact, key, tag, is_text, answers: Vec::new(), refused: false }
    }

    /// Whether whoever asked does not know yet.
    pub fn is_wanting(&self) -> bool {
        self.answers.is_empty() && !self.refused
    }
}
