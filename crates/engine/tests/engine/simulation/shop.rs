//! The simulated address that workflows call: what it is asked, and what it answers. It numbers what it serves, so
//! that a workflow can say whose answer it was given.

use std::collections::VecDeque;

use engine::{Answer, SendError};
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use store::memory::Random;
use uuid::Uuid;

use super::host::World;

/// A call that reached the address.
#[derive(Clone, Debug)]
pub struct Called {
    /// Its `Idempotency-Key`.
    pub key: Uuid,
    pub request: Request<Vec<u8>>,
    /// By which task.
    pub task: usize,
    /// Whether its number was answered, whole.
    pub served: bool,
    /// In which step the task had its answer, or knew that there was none.
    pub answered: Option<u64>,
    /// How often the machines had stood still by then.
    pub freezes: u64,
}

impl Called {
    /// What it is about.
    pub fn text(&self) -> String {
        let body: Value = serde_json::from_slice(self.request.body()).unwrap_or_default();
        body["text"].as_str().unwrap_or_default().to_owned()
    }
}

pub struct Shop {
    random: Random,
    /// How rarely something goes wrong; 0: never.
    pub trouble: u64,
    /// All calls that arrived, by their number.
    pub called: Vec<Called>,
    /// Answers that are decided, for the next calls.
    pub decided: VecDeque<Result<Answer, SendError>>,
}

pub fn key(request: &Request<Vec<u8>>) -> Uuid {
    let key = request.headers()["idempotency-key"].to_str().expect("ASCII");
    key.parse().expect("an id")
}

pub fn answer(status: u16, body: &str) -> Answer {
    let body = body.as_bytes().to_vec();
    Answer { status, headers: HeaderMap::new(), body, is_whole: true }
}

impl Shop {
    pub fn new(random: Random, trouble: u64) -> Self {
        Self { random, trouble, called: Vec::new(), decided: VecDeque::new() }
    }

    /// Takes a call, and answers.
    pub fn take(
        &mut self,
        request: Request<Vec<u8>>,
        world: &World,
        task: usize,
    ) -> Result<Answer, SendError> {
        let answer = match self.decided.pop_front() {
            Some(decided) => decided,
            None => self.decide(),
        };
        if let Err(SendError::NotSent(_)) = answer {
            return answer;
        }
        self.called.push(Called {
            key: key(&request),
            request,
            task,
            served: answer.as_ref().is_ok_and(|answer| answer.status == 200 && answer.is_whole),
            answered: None,
            freezes: world.freezes.get(),
        });
        answer
    }

    fn decide(&mut self) -> Result<Answer, SendError> {
        let served = answer(200, &json!({"serial": self.called.len()}).to_string());
        if !self.random.once_in(self.trouble) {
            return Ok(served);
        }
        match self.random.below(5) {
            0 => Ok(answer(503, "busy")),
            1 => Err(SendError::NotSent("no connection".to_owned())),
            2 => Ok(Answer { is_whole: false, body: Vec::new(), ..served }),
            _ => Err(SendError::Unanswered("no first byte".to_owned())),
        }
    }

    /// The task knows what came of its call.
    pub fn answered(&mut self, key: Uuid, task: usize, step: u64) {
        let mine = |called: &&mut Called| called.key == key && called.task == task;
        if let Some(called) = self.called.iter_mut().rev().find(mine) {
            called.answered = Some(step);
        }
    }
}
