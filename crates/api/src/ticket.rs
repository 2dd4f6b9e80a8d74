//! Tickets of a conversation's stream: they let in one reader, once, within a minute, without an API key.
//!
//! A ticket says by itself until when it is good and, by its second tag, where: nothing is stored when it is issued. Those
//! that were used are in a document of the conversation until their time is over.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::Host as _;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Change, from_json, keys, to_json};
use uuid::Uuid;

use crate::signer::{signer, signers};
use crate::{Call, Problem, random};

/// How long a ticket is good, in seconds (contract/console-bimpe.md, section 5).
pub const TICKET_SECONDS: u64 = 60;

/// Random bytes, a time in seconds, and two tags: 32 bytes, which are the 43 characters of the hosted product's.
const NONCE: usize = 8;
const TIME: usize = 4;
const TAG: usize = 10;
const BYTES: usize = NONCE + TIME + 2 * TAG;

const PURPOSE: &[u8] = b"parlance tickets v1\0";

/// How long a used ticket is remembered after its end, in seconds: two hosts' clocks may be 60 s apart (design section 3).
const SKEW: u64 = 120;
/// Tickets of one conversation that may be used in a minute or three; a reader's next one comes after some minutes.
const MAX_USED: usize = 500;

impl Call {
    /// A ticket for a conversation of an agent.
    ///
    /// # Errors
    /// [`Problem::NotConfigured`] when there is no `secrets_key` to sign with.
    pub async fn issue_ticket(&self, agent: Uuid, conversation: Uuid) -> Result<String, Problem> {
        let until = self.host.now().0 / 1000 + TICKET_SECONDS;
        let mut ticket = Vec::with_capacity(BYTES);
        ticket.extend(random::<NONCE>());
        ticket.extend(u32::try_from(until).unwrap_or(u32::MAX).to_be_bytes());
        let signer = signer(PURPOSE).await?;
        let tags = Tags::of(&signer, &ticket, agent, conversation);
        ticket.extend(tags.ours);
        ticket.extend(tags.place);
        Ok(URL_SAFE_NO_PAD.encode(ticket))
    }

    /// Lets the holder of a ticket in, once.
    ///
    /// # Errors
    /// 401 for what is no ticket, or is one no longer; 403 for a ticket of another conversation.
    pub async fn use_ticket(
        &self,
        ticket: Option<&str>,
        agent: Uuid,
        conversation: Uuid,
    ) -> Result<(), Problem> {
        let bytes = ticket.and_then(|ticket| URL_SAFE_NO_PAD.decode(ticket).ok());
        let bytes = bytes.filter(|bytes| bytes.len() == BYTES).ok_or(Problem::TicketInvalid)?;
        let (said, tags) = bytes.split_at(NONCE + TIME);
        let signers = signers(PURPOSE).await?;
        let wanted = [Some(signers.current), signers.previous].into_iter().flatten();
        let mut wanted = wanted.map(|signer| Tags::of(&signer, said, agent, conversation));
        let wanted = wanted.find(|wanted| same(&tags[..TAG], &wanted.ours));
        let wanted = wanted.ok_or(Problem::TicketInvalid)?;
        if !same(&tags[TAG..], &wanted.place) {
            let message = "This stream ticket is for another conversation.";
            return Err(Problem::Forbidden(message.to_owned()));
        }
        let until = said[NONCE..].iter().fold(0, |seconds, byte| seconds << 8 | u64::from(*byte));
        if self.host.now().0 / 1000 > until {
            return Err(Problem::TicketInvalid);
        }
        self.note_ticket(conversation, &hex::encode(Sha256::digest(&bytes)), until).await
    }

    /// Notes that a ticket is used, unless it was.
    async fn note_ticket(
        &self,
        conversation: Uuid,
        ticket: &str,
        until: u64,
    ) -> Result<(), Problem> {
        let key = keys::tickets(&conversation.to_string());
        // By it this use knows itself when the change is applied again.
        let used_by = self.host.random();
        let now = self.host.now().0 / 1000;
        self.host
            .store()
            .update(&key, async |current: Option<Vec<u8>>| {
                let used = current.map(|json| from_json::<Vec<Used>>(&key, &json)).transpose()?;
                let mut used = used.unwrap_or_default();
                if let Some(earlier) = used.iter().find(|earlier| earlier.ticket == ticket) {
                    let is_this = earlier.used_by == used_by;
                    return if is_this {
                        Ok(Change::Keep(()))
                    } else {
                        Err(Problem::TicketInvalid)
                    };
                }
                used.retain(|earlier| earlier.until + SKEW >= now);
                if used.len() >= MAX_USED {
                    return Err(Problem::Unavailable);
                }
                used.push(Used { ticket: ticket.to_owned(), until, used_by });
                Ok(Change::Write(to_json(&key, &used)?, ()))
            })
            .await
    }
}

/// A ticket that was used.
#[derive(Serialize, Deserialize)]
struct Used {
    /// Its SHA-256, in hex.
    ticket: String,
    /// Until when it would have been good, in seconds.
    until: u64,
    /// By which request.
    used_by: Uuid,
}

struct Tags {
    /// That it is one of ours.
    ours: [u8; TAG],
    /// That it is for this conversation.
    place: [u8; TAG],
}

impl Tags {
    fn of(signer: &Hmac<Sha256>, said: &[u8], agent: Uuid, conversation: Uuid) -> Self {
        let ours = signer.clone().chain_update([0]).chain_update(said);
        let place = signer.clone().chain_update([1]).chain_update(said).chain_update(agent);
        let place = place.chain_update(conversation);
        Self { ours: cut(ours), place: cut(place) }
    }
}

fn cut(mac: Hmac<Sha256>) -> [u8; TAG] {
    let mut tag = [0; TAG];
    tag.copy_from_slice(&mac.finalize().into_bytes()[..TAG]);
    tag
}

fn same(given: &[u8], wanted: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(given, wanted).into()
}
