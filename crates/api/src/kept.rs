//! What requests with an `Idempotency-Key` were answered: kept for a day, so that the same request is answered the same,
//! and another one with the same key is refused.
//!
//! That nothing is done twice is for the documents that requests change, which remember what was done: this may lose
//! an answer. So it needs no conditional write, and its entries lie in a table of fixed size: the store has no expiry, and
//! listing its keys is never done.

use std::time::Duration;

use conversation::EventId;
use engine::Host as _;
use flow::Timestamp;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{keys, to_json};

use crate::{Call, Problem, Reply, Rule};

/// How long an answer is kept, in milliseconds: issue 5.
const KEPT: u64 = 24 * 60 * 60 * 1000;
/// Places of the table in which an entry may lie. A team that makes 10,000 such requests a day fills a sixth of its
/// 65,536 places: that all of an entry's are taken by younger ones happens once in a thousand requests then.
const PLACES: usize = 4;
/// How long another request waits for the answer of one that is being done, in milliseconds: longer than any takes that
/// does not wait itself. One that was broken off by the end of its host is done again then.
const DOING: u64 = 5_000;
/// Between two looks whether it is done.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// The longest answer that is kept, in bytes.
const MAX_ANSWER: usize = 128 * 1024;

/// What a request was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// JSON.
    pub body: String,
}

impl Answered {
    /// The answer again; it says that it is one.
    pub(crate) fn reply(&self) -> Reply {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        Reply::raw(status, self.body.clone().into_bytes())
            .with_header(HeaderName::from_static("idempotent-replayed"), "true")
    }
}

/// An entry of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// The key, hashed with its team.
    key: EventId,
    /// The method and path it came on.
    route: EventId,
    /// The body it came with.
    body: EventId,
    /// When it first came.
    at: Timestamp,
    /// What it was answered; absent while it is done, after a failure, and where the answer is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answered: Option<Answered>,
}

impl Kept {
    fn is_over(&self, now: Timestamp) -> bool {
        self.at.0.saturating_add(KEPT) <= now.0
    }
}

/// The entry of a request that is being done.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    place: String,
    kept: Kept,
}

/// Where an entry is, or may be written.
enum Found {
    Mine(Kept),
    Free(String),
}

impl Call {
    /// Notes that a request with an `Idempotency-Key` is being done; nothing for any other.
    ///
    /// # Errors
    /// [`Problem::Answered`] if it was answered before, [`Problem::Conflict`] if another request came with this key.
    pub(crate) async fn claim_key(&mut self, team: &str) -> Result<(), Problem> {
        if matches!(*self.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(());
        }
        let Some(key) = self.idempotency_header()? else { return Ok(()) };
        let digest = Sha256::digest(format!("{}\n{team}\n{key}", team.len()));
        let key = EventId::of_bytes("idempotency", &digest);
        let route = EventId::of("route", &self.route());
        let body = EventId::of_bytes("body", self.raw().await?);
        let at = self.host.now();
        let wanted = Kept { key, route, body, at, answered: None };
        let place = loop {
            match self.find(team, &digest, &wanted).await? {
                Found::Mine(kept) if (kept.route, kept.body) != (route, body) => {
                    let message = match kept.route == route {
                        true => "This Idempotency-Key was used with another body.",
                        false => "This Idempotency-Key was used on another path.",
                    };
                    return Err(Problem::Conflict(Rule::new("conflict", message)));
                }
                Found::Mine(Kept { answered: Some(answered), .. }) => {
                    return Err(Problem::Answered(answered));
                }
                // It is done just now.
                Found::Mine(kept) if self.host.now().0 < kept.at.0.saturating_add(DOING) => {
                    spin_sdk::time::sleep(LOOK_AGAIN).await;
                }
                // Whoever did it ended before the answer was kept: the documents know what is done already.
                Found::Mine(_) => return Ok(()),
                Found::Free(place) => break place,
            }
        };
        self.host.store().put(&place, &to_json(&place, &wanted)?).await?;
        self.claim = Some(Claim { place, kept: wanted });
        Ok(())
    }

    async fn find(&self, team: &str, digest: &[u8], wanted: &Kept) -> Result<Found, Problem> {
        let mut free: Option<(Timestamp, String)> = None;
        for bytes in digest.chunks_exact(2).take(PLACES) {
            let place = keys::answered(team, u16::from_be_bytes([bytes[0], bytes[1]]));
            let kept: Option<Kept> = self.host.store().get_json(&place).await?;
            let Some(kept) = kept else {
                return Ok(Found::Free(free.filter(|(at, _)| at.0 == 0).map_or(place, |(_, p)| p)));
            };
            let is_over = kept.is_over(wanted.at);
            if kept.key == wanted.key && !is_over {
                return Ok(Found::Mine(kept));
            }
            let age = if is_over { Timestamp(0) } else { kept.at };
            if free.as_ref().is_none_or(|(oldest, _)| age < *oldest) {
                free = Some((age, place));
            }
        }
        let free = free.map(|(_, place)| place);
        Ok(Found::Free(free.unwrap_or_else(|| keys::answered(team, 0))))
    }

    /// Keeps what the request was answered, once it is answered. A refusal is not kept: the same key may come again with
    /// what was wrong put right. Nor is a failure; what was done of it, the documents know.
    pub(crate) async fn keep_answer(&mut self, reply: Reply) -> Reply {
        let Some(Claim { place, mut kept }) = self.claim.take() else { return reply };
        if !reply.status.is_success() {
            kept.at = Timestamp(0);
            self.write_kept(&place, &kept).await;
        } else if let Some(answered) = answered(&reply) {
            kept.answered = Some(answered);
            let host = std::rc::Rc::clone(&self.host);
            self.later.push(Box::pin(async move {
                if let Ok(json) = to_json(&place, &kept) {
                    let _ = host.store().put(&place, &json).await;
                }
            }));
        }
        reply
    }

    /// Keeps no answer, though there is one: the same request again is done again, and not waited for. What it did before, the
    /// documents know. Another request with the same key stays refused.
    pub(crate) async fn keep_no_answer(&mut self) {
        let Some(Claim { place, mut kept }) = self.claim.take() else { return };
        kept.at = Timestamp(kept.at.0.saturating_sub(DOING));
        self.write_kept(&place, &kept).await;
    }

    async fn write_kept(&self, place: &str, kept: &Kept) {
        let Ok(json) = to_json(place, kept) else { return };
        if let Err(error) = self.host.store().put(place, &json).await {
            self.host.log(&format!("an Idempotency-Key stays taken: {error}"));
        }
    }
}

fn answered(reply: &Reply) -> Option<Answered> {
    let is_json = reply.headers.get(header::CONTENT_TYPE)
        == Some(&HeaderValue::from_static("application/json"));
    let body = reply.bytes().filter(|body| is_json && body.len() <= MAX_ANSWER)?;
    let body = String::from_utf8(body.to_vec()).ok()?;
    reply.status.is_success().then_some(Answered { status: reply.status.as_u16(), body })
}
