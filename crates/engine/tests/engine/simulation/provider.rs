//! The simulated provider: what it accepts, what it answers, and the receipts that it sends of it.

use std::collections::{BTreeSet, VecDeque};

use engine::{Answer, SendError};
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use store::memory::Random;
use uuid::Uuid;

use super::host::World;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Accepted,
    /// For good.
    Refused,
    /// For now.
    Busy,
    /// Since the contact wants no marketing.
    Unwanted,
    /// The credentials are.
    Denied,
    /// It never arrives.
    NotSent,
    /// No answer comes back.
    Lost {
        accepted: bool,
    },
    /// An answer without a message's id.
    Broken,
    /// Refused with a code of the provider.
    Coded {
        status: u16,
        code: i64,
    },
}

/// A message as it was asked for.
#[derive(Clone, Debug)]
pub struct Order {
    pub conversation: Uuid,
    pub message: Uuid,
    pub body: Value,
}

/// A message that the provider accepted, and will bring to the contact.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub conversation: Uuid,
    pub message: Uuid,
    pub provider_id: String,
    pub to: String,
    pub body: Value,
    /// By which task.
    pub task: usize,
    /// Whether the answer to it was lost.
    pub lost: bool,
    /// In which step the answer came to the task.
    pub answered: Option<u64>,
    /// How often the machines had stood still by then.
    pub freezes: u64,
}

pub struct Provider {
    pub random: Random,
    /// How rarely something goes wrong; 0: never.
    pub trouble: u64,
    pub accepted: Vec<Accepted>,
    /// For good.
    pub refused: Vec<Uuid>,
    /// Receipts still to be delivered: of which acceptance, and which of its statuses.
    pub receipts: Vec<(usize, &'static str)>,
    /// By what the provider knows those it sends to, where that is not their number.
    pub wa_id: Option<String>,
    /// The id that it tells of those it sends to.
    pub user_id: Option<String>,
    /// What it was asked to show as read.
    pub shown: Vec<Value>,
    /// Of which acceptances receipts were delivered.
    pub receipted: BTreeSet<usize>,
    /// A fate that is decided, for the next requests.
    pub decided: Vec<Fate>,
    /// What it answers the next times it is asked for templates; nothing more: no answer.
    pub listings: VecDeque<Answer>,
    /// The queries with which it was asked for templates.
    pub asked: Vec<String>,
}

impl Provider {
    pub fn new(random: Random, trouble: u64) -> Self {
        Self {
            random,
            trouble,
            accepted: Vec::new(),
            refused: Vec::new(),
            receipts: Vec::new(),
            wa_id: None,
            user_id: None,
            shown: Vec::new(),
            receipted: BTreeSet::new(),
            decided: Vec::new(),
            listings: VecDeque::new(),
            asked: Vec::new(),
        }
    }

    pub fn order(&self, request: &Request<Vec<u8>>) -> Order {
        assert!(request.uri().path().ends_with("/messages"));
        assert!(request.headers().contains_key("authorization"));
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        let callback = body["biz_opaque_callback_data"].as_str().expect("callback data");
        let (conversation, message) = callback.split_once(':').expect("two ids");
        Order {
            conversation: conversation.parse().expect("an id"),
            message: message.parse().expect("an id"),
            body,
        }
    }

    pub fn fate(&mut self) -> Fate {
        if !self.decided.is_empty() {
            return self.decided.remove(0);
        }
        if !self.random.once_in(self.trouble) {
            return Fate::Accepted;
        }
        match self.random.below(7) {
            0 => Fate::Refused,
            1 => Fate::Busy,
            2 => Fate::NotSent,
            3 => Fate::Broken,
            4 => Fate::Lost { accepted: false },
            _ => Fate::Lost { accepted: true },
        }
    }

    /// Takes a request, and answers.
    pub fn take(
        &mut self,
        order: &Order,
        fate: Fate,
        world: &World,
        task: usize,
    ) -> Result<Answer, SendError> {
        let unanswered = || SendError::Unanswered("no first byte".to_owned());
        match fate {
            Fate::Accepted => {
                let id = self.accept(order, world, task, false);
                let known = self.wa_id.is_some() || self.user_id.is_some();
                let contacts =
                    known.then(|| json!([{"wa_id": self.wa_id, "user_id": self.user_id}]));
                Ok(answer(200, &json!({"messages": [{"id": id}], "contacts": contacts})))
            }
            Fate::Broken => {
                self.accept(order, world, task, true);
                Ok(answer(200, &json!({})))
            }
            Fate::Lost { accepted } => {
                if accepted {
                    self.accept(order, world, task, true);
                }
                Err(unanswered())
            }
            Fate::Refused => {
                self.refused.push(order.message);
                Ok(answer(400, &json!({"error": {"code": 131_026, "message": "no such user"}})))
            }
            Fate::Unwanted => {
                Ok(answer(400, &json!({"error": {"code": 131_050, "message": "no marketing"}})))
            }
            Fate::Coded { status, code } => {
                Ok(answer(status, &json!({"error": {"code": code, "message": "refused"}})))
            }
            Fate::Denied => Ok(answer(401, &json!({"error": {"code": 190, "message": "token"}}))),
            Fate::Busy => Ok(answer(500, &json!({"error": {"code": 131_016, "message": "busy"}}))),
            Fate::NotSent => Err(SendError::NotSent("no connection".to_owned())),
        }
    }

    /// A page of templates.
    pub fn list(&mut self, request: &Request<Vec<u8>>) -> Result<Answer, SendError> {
        assert!(request.headers().contains_key("authorization"));
        self.asked.push(request.uri().query().unwrap_or_default().to_owned());
        let unanswered = || SendError::Unanswered("no first byte".to_owned());
        self.listings.pop_front().ok_or_else(unanswered)
    }

    pub fn answered(&mut self, message: Uuid, task: usize, step: u64) {
        let mine = |accepted: &&mut Accepted| accepted.message == message && accepted.task == task;
        if let Some(accepted) = self.accepted.iter_mut().rev().find(mine) {
            accepted.answered = Some(step);
        }
    }

    fn accept(&mut self, order: &Order, world: &World, task: usize, lost: bool) -> String {
        let provider_id = format!("wamid.out.{}", self.accepted.len());
        let nth = self.accepted.len();
        // Seldom is a receipt never sent.
        for status in ["sent", "delivered", "read"] {
            if !self.random.once_in(8) {
                self.receipts.push((nth, status));
            }
        }
        self.accepted.push(Accepted {
            conversation: order.conversation,
            message: order.message,
            provider_id: provider_id.clone(),
            to: order.body["to"].as_str().unwrap_or_default().to_owned(),
            body: order.body.clone(),
            task,
            lost,
            answered: None,
            freezes: world.freezes.get(),
        });
        provider_id
    }
}

pub fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        headers: HeaderMap::new(),
        body: body.to_string().into_bytes(),
        is_whole: true,
    }
}

/// The body of a request that shows a contact's message as read.
pub fn reading(request: &Request<Vec<u8>>) -> Option<Value> {
    let body: Value = serde_json::from_slice(request.body()).ok()?;
    (body["status"] == "read").then_some(body)
}
