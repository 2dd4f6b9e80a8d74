//! What must not happen while a run goes on.

use conversation::{Body, Conversation, Message};
use flow::Content;
use uuid::Uuid;

use super::host::World;
use super::provider::Order;

/// In how many steps the word of a sender that stood still may reach the store.
const BELATED: u64 = 1_000;
/// In how many steps after an acknowledged STOP a message may leave that was on its way before.
const ON_ITS_WAY: u64 = 200;

/// A contact whose STOP was acknowledged.
#[derive(Clone, Debug)]
pub struct Silenced {
    pub conversation: Uuid,
    /// Of the STOP.
    pub provider_id: String,
    pub step: u64,
}

/// What a message in the log says about being written to: true is to receive no more.
pub fn opts_out(message: &Message) -> Option<bool> {
    match &message.body {
        Body::Inbound { content, .. } => match content["body"].as_str()? {
            "STOP" => Some(true),
            "START" => Some(false),
            _ => None,
        },
        Body::Outbound { content: Content::Text { text } } => match text.get(3..)? {
            "left" => Some(true),
            "agreed" => Some(false),
            _ => None,
        },
        Body::Outbound { .. } => None,
    }
}

impl World {
    pub fn wrong(&self, why: String) {
        self.wrong.borrow_mut().push(why);
    }

    /// What must hold while a run goes on.
    pub fn expect(&self, holds: Result<(), String>) {
        if let Err(why) = holds {
            self.wrong(why);
        }
    }

    /// G3: a message is sent that must not be sent again.
    pub fn sent_wrongly(&self, why: String) {
        self.sent_wrongly.set(self.sent_wrongly.get() + 1);
        self.wrong(format!("G3: {why}"));
    }

    /// The conversation as it is now. What a creator that lost left behind is never newer.
    fn peek(&self, conversation: Uuid) -> Option<Conversation> {
        let prefix = format!("conversation:{conversation}#");
        let keys = self.kv.keys().into_iter().filter(|key| key.starts_with(&prefix));
        let read = |key: String| serde_json::from_slice(&self.kv.peek(&key)?).ok();
        keys.filter_map(read).max_by_key(|conversation: &Conversation| conversation.updated_at)
    }

    /// Whether some conversation's document has this in it.
    pub fn is_stored(&self, what: &str) -> bool {
        self.kv.keys().iter().any(|key| {
            key.starts_with("conversation:")
                && self
                    .kv
                    .peek(key)
                    .is_some_and(|json| String::from_utf8_lossy(&json).contains(what))
        })
    }

    /// Whether a task may not have recorded what it did when the machines had stood still so often.
    pub fn has_stopped(&self, task: usize, freezes: u64) -> bool {
        self.crashed.borrow().contains(&task)
            || self.failed.borrow().contains(&task)
            || self.freezes.get() > freezes
    }

    /// Whether what a task learned in a step may be on its way to the store.
    pub fn is_belated(&self, answered: Option<u64>) -> bool {
        answered.is_some_and(|step| self.steps.get() < step + BELATED)
    }

    /// G3: what was accepted is sent again only if that never reached the store; and nothing is sent to who wants
    /// nothing.
    pub fn assert_may_send(&self, task: usize, order: &Order) {
        let provider = self.provider.borrow();
        for (nth, earlier) in provider.accepted.iter().enumerate() {
            if earlier.message != order.message {
                continue;
            }
            // A receipt, or the belated word of the first sender, may come between the commit that takes a message
            // and its sending.
            let is_told = provider.receipted.contains(&nth) || self.is_belated(earlier.answered);
            let may = earlier.lost
                || self.has_stopped(earlier.task, earlier.freezes)
                    && (is_told || !self.is_stored(&earlier.provider_id));
            if !may {
                self.sent_wrongly(format!(
                    "task {task} sends {} again: {earlier:?}",
                    order.message
                ));
            }
        }
        for stop in self.silenced.borrow().iter() {
            if stop.conversation == order.conversation
                && self.steps.get() > stop.step + ON_ITS_WAY
                && self.is_silenced(stop, order)
            {
                self.wrong(format!("task {task} sends {} after {stop:?}", order.message));
            }
        }
    }

    /// Whether a message was written before a STOP that nothing has lifted.
    fn is_silenced(&self, stop: &Silenced, order: &Order) -> bool {
        let Some(conversation) = self.peek(stop.conversation) else { return false };
        let log = &conversation.log;
        let place = |is: &dyn Fn(&Message) -> bool| log.iter().position(is);
        let stopped = place(&|m| m.provider_id.as_deref() == Some(&stop.provider_id));
        let Some(stopped) = stopped else { return false };
        let lifted = log.iter().skip(stopped).any(|message| opts_out(message) == Some(false));
        !lifted && place(&|m| m.id == order.message).is_some_and(|written| written < stopped)
    }

    /// A call is made again only if its result never reached the store: then the session still wants it.
    pub fn assert_may_call(&self, task: usize, key: Uuid) {
        for earlier in self.shop.borrow().called.iter().filter(|called| called.key == key) {
            let is_wanted = || self.is_stored(&key.to_string());
            let may = self.has_stopped(earlier.task, earlier.freezes)
                && (self.is_belated(earlier.answered) || is_wanted());
            if !may {
                self.wrong(format!("task {task} calls {key} again: {earlier:?}"));
            }
        }
    }
}
