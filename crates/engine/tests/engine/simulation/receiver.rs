//! The simulated receiver of webhooks: what it is told, and what it answers.

use std::collections::VecDeque;

use engine::{Answer, SendError};
use http::Request;
use serde_json::{Value, json};
use store::memory::Random;
use uuid::Uuid;

use super::provider::answer;

/// Where it is.
pub const RECEIVER: &str = "receiver.test";
/// What it knows us by.
pub const SECRET: &str = "whsec_of-the-test";

/// Something that reached it.
#[derive(Clone, Debug)]
pub struct Told {
    /// By this it knows what it is told again.
    pub id: Uuid,
    pub event: String,
    pub body: Value,
    /// Whether it answered that it took it, and the answer came back.
    pub taken: bool,
}

impl Told {
    /// The message or the session.
    pub fn about(&self) -> &str {
        let places = ["/message/id", "/message_id", "/session/id"];
        let about = places.iter().find_map(|place| self.body.pointer(place)?.as_str());
        about.expect("a message or a session")
    }
}

pub struct Receiver {
    random: Random,
    /// How rarely something goes wrong; 0: never.
    pub trouble: u64,
    pub told: Vec<Told>,
    /// Answers that are decided, for the next notices.
    pub decided: VecDeque<Result<Answer, SendError>>,
}

impl Receiver {
    pub fn new(random: Random, trouble: u64) -> Self {
        Self { random, trouble, told: Vec::new(), decided: VecDeque::new() }
    }

    pub fn take(&mut self, request: Request<Vec<u8>>) -> Result<Answer, SendError> {
        let answer = self.decided.pop_front().unwrap_or_else(|| self.decide());
        if matches!(answer, Err(SendError::NotSent(_))) {
            return answer;
        }
        let header = |name: &str| request.headers()[name].to_str().expect("ASCII").to_owned();
        let signature = header("x-qyvo-signature");
        let (seconds, _) = signature[2..].split_once(",v1=").expect("a time and a signature");
        let seconds = seconds.parse().expect("seconds");
        assert_eq!(signature, webhooks::signature(SECRET, seconds, request.body()));
        let body: Value = serde_json::from_slice(request.body()).expect("JSON");
        assert_eq!(body["id"], header("idempotency-key"));
        assert_eq!(body["event"], header("x-qyvo-event"));
        self.told.push(Told {
            id: header("idempotency-key").parse().expect("an id"),
            event: header("x-qyvo-event"),
            body,
            taken: answer.as_ref().is_ok_and(|answer| (200..300).contains(&answer.status)),
        });
        answer
    }

    /// What it has taken, of what.
    pub fn taken(&self) -> Vec<(&str, &str)> {
        let taken = self.told.iter().filter(|told| told.taken);
        taken.map(|told| (told.event.as_str(), told.about())).collect()
    }

    fn decide(&mut self) -> Result<Answer, SendError> {
        if !self.random.once_in(self.trouble) {
            return Ok(answer(204, &json!({})));
        }
        match self.random.below(4) {
            0 => Ok(answer(503, &json!({}))),
            1 => Ok(answer(302, &json!({}))),
            2 => Err(SendError::NotSent("no connection".to_owned())),
            _ => Err(SendError::Unanswered("no first byte".to_owned())),
        }
    }
}
