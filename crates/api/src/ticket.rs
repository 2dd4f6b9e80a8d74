//! Tickets of a conversation's stream: they let in one reader, once, within a minute, without an API key.
//!
//! A ticket says by itself until when it is good and, by its second tag, where. That it is used once is a counter: it is
//! set to a number that only the ticket gives, and the first reader finds the next one there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engine::Host as _;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use store::keys;
use uuid::Uuid;

use crate::signer::signer;
use crate::{Call, Problem, random};

/// How long a ticket is good, in seconds (contract/console-bimpe.md, section 5).
pub const TICKET_SECONDS: u64 = 60;

/// Random bytes, a time in seconds, and two tags: 32 bytes, which are the 43 characters of the hosted product's.
const NONCE: usize = 8;
const TIME: usize = 4;
const TAG: usize = 10;
const BYTES: usize = NONCE + TIME + 2 * TAG;

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
        let tags = Tags::of(&ticket, agent, conversation).await?;
        ticket.extend(tags.ours);
        ticket.extend(tags.place);
        let (counter, number) = unused(&ticket);
        self.host.store().tally_by(&counter, number).await?;
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
        let wanted = Tags::of(said, agent, conversation).await?;
        if !same(&tags[..TAG], &wanted.ours) {
            return Err(Problem::TicketInvalid);
        }
        if !same(&tags[TAG..], &wanted.place) {
            let message = "This stream ticket is for another conversation.";
            return Err(Problem::Forbidden(message.to_owned()));
        }
        let until = said[NONCE..].iter().fold(0, |seconds, byte| seconds << 8 | u64::from(*byte));
        let (counter, number) = unused(&bytes);
        let found = self.host.store().tally_by(&counter, 1).await?;
        // Whatever it was good for is over: a counter that begins anew never comes as far.
        self.host.store().remove(&counter).await?;
        let is_first = found == number + 1;
        match is_first && self.host.now().0 / 1000 <= until {
            true => Ok(()),
            false => Err(Problem::TicketInvalid),
        }
    }
}

/// The counter of a ticket, and where it stands before the ticket is used: at 2^40 or more.
fn unused(ticket: &[u8]) -> (String, u64) {
    let hash = Sha256::digest(ticket);
    let number = hash[..5].iter().fold(1, |number, byte| number << 8 | u64::from(*byte));
    (keys::ticket(&hex::encode(hash)), number)
}

struct Tags {
    /// That it is one of ours.
    ours: [u8; TAG],
    /// That it is for this conversation.
    place: [u8; TAG],
}

impl Tags {
    async fn of(said: &[u8], agent: Uuid, conversation: Uuid) -> Result<Self, Problem> {
        let signer = signer(b"parlance tickets v1\0").await?;
        let ours = signer.clone().chain_update([0]).chain_update(said);
        let place = signer.chain_update([1]).chain_update(said).chain_update(agent);
        let place = place.chain_update(conversation);
        Ok(Self { ours: cut(ours), place: cut(place) })
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
