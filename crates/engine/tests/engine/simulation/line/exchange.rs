//! The simulated provider of telephony: calls that it was asked to place, and what it asks of each call, a step after
//! another. A contact hangs up at any time.

use std::collections::BTreeMap;

use engine::{Answer, SendError};
use http::Request;
use serde_json::json;
use uuid::Uuid;

use crate::simulation::host::World;
use crate::simulation::provider::{Fate, answer};

/// What the contact did before a request for a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    Begun,
    Said(String),
    Silence,
    /// Nothing: the provider was told to wait.
    Waited,
}

/// A request for a step. It may be made again, and late.
#[derive(Clone, Debug)]
pub struct Asked {
    pub n: u32,
    pub how: How,
}

/// A call as the provider has it.
#[derive(Clone, Debug)]
pub struct Call {
    pub sid: String,
    pub contact: usize,
    /// Our id of it, where we had it placed.
    pub placed: Option<Uuid>,
    pub asked: Vec<Asked>,
    /// What was answered to a step: the words, and what follows.
    pub answers: BTreeMap<u32, String>,
    /// Whether the last request has its answer, or the call is over: else it is made again.
    pub waits: bool,
    pub is_over: bool,
    /// Whether anything of it was brought to us.
    pub is_told: bool,
}

/// A call that was placed on our request.
#[derive(Clone, Debug)]
pub struct Placed {
    pub call: Uuid,
    /// As the provider has it.
    pub nth: usize,
    pub task: usize,
    pub lost: bool,
    pub answered: Option<u64>,
    pub freezes: u64,
}

#[derive(Default)]
pub struct Exchange {
    pub calls: Vec<Call>,
    pub placed: Vec<Placed>,
}

/// Of a request to place a call: our id of it, and the contact.
pub fn order(request: &Request<Vec<u8>>) -> (Uuid, usize) {
    let form = String::from_utf8_lossy(request.body()).into_owned();
    let after = |name: &str, length: usize| {
        let at = form.find(name).expect("a field") + name.len();
        form[at..at + length].to_owned()
    };
    let call = after("call%3D", 36).parse().expect("an id");
    let contact = after("To=%2B1415555010", 1).parse().expect("a contact");
    (call, contact)
}

impl Exchange {
    /// A call begins: the contact's, or one that we had placed.
    pub fn begin(&mut self, contact: usize, placed: Option<Uuid>) -> usize {
        self.calls.push(Call {
            sid: format!("CA{}", self.calls.len()),
            contact,
            placed,
            asked: vec![Asked { n: 0, how: How::Begun }],
            answers: BTreeMap::new(),
            waits: true,
            is_over: false,
            is_told: false,
        });
        self.calls.len() - 1
    }

    /// Takes a request to place a call.
    pub fn take(
        &mut self,
        (call, contact): (Uuid, usize),
        fate: Fate,
        world: &World,
        task: usize,
    ) -> Result<Answer, SendError> {
        let accepted =
            matches!(fate, Fate::Accepted | Fate::Broken | Fate::Lost { accepted: true });
        let nth = self.calls.len();
        if accepted {
            self.begin(contact, Some(call));
            let (lost, freezes) = (fate != Fate::Accepted, world.freezes.get());
            self.placed.push(Placed { call, nth, task, lost, answered: None, freezes });
        }
        match fate {
            Fate::Accepted => Ok(answer(201, &json!({"sid": self.calls[nth].sid}))),
            Fate::Broken => Ok(answer(201, &json!({}))),
            Fate::Refused | Fate::Unwanted | Fate::Denied => {
                Ok(answer(400, &json!({"code": 21_211, "message": "no such number"})))
            }
            Fate::Coded { status, code } => {
                Ok(answer(status, &json!({"code": code, "message": "refused"})))
            }
            Fate::Busy => Ok(answer(429, &json!({"code": 20_429, "message": "busy"}))),
            Fate::NotSent => Err(SendError::NotSent("no connection".to_owned())),
            Fate::Lost { .. } => Err(SendError::Unanswered("no first byte".to_owned())),
        }
    }

    pub fn answered(&mut self, call: Uuid, task: usize, step: u64) {
        let mine = |placed: &&mut Placed| placed.call == call && placed.task == task;
        if let Some(placed) = self.placed.iter_mut().rev().find(mine) {
            placed.answered = Some(step);
        }
    }
}

impl World {
    /// G3: a call is placed again only if nobody could know that it was.
    pub fn assert_may_place(&self, task: usize, call: Uuid) {
        let exchange = self.exchange.borrow();
        for earlier in exchange.placed.iter().filter(|earlier| earlier.call == call) {
            let there = &exchange.calls[earlier.nth];
            let is_told = there.is_told || self.is_belated(earlier.answered);
            let may = earlier.lost
                || self.has_stopped(earlier.task, earlier.freezes)
                    && (is_told || !self.is_stored(&there.sid));
            if !may {
                self.sent_wrongly(format!("task {task} places {call} again: {earlier:?}"));
            }
        }
    }
}
