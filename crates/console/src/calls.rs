//! Phone calls of an agent: the list, and how a call is shown. The list is a counter with slots, like that of
//! conversations; what changes of a call is in its conversation.

use conversation::{
    CallDirection, CallEntry, Conversation, E164, Message, PhoneCall, PhoneCallStatus,
};
use fields::Object;
use serde::Serialize;
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::MessageView;

/// Calls that a filter looks at, newest first.
pub const MAX_CALLS_SCANNED: usize = 500;
/// The longest destination, in characters: E.164.
const MAX_DESTINATION: usize = 16;
/// What a destination is (contract/console-bimpe.md, section 6).
const DESTINATION: &str = r"^\+[1-9]\d{6,14}$";

/// A call to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Whom: E.164.
    pub destination: String,
    /// Whether nobody is to be called.
    pub is_test_call: bool,
}

impl NewCall {
    /// Reads `destination` and `is_test_call`.
    #[must_use]
    pub fn read(body: &Object<'_, '_>) -> Self {
        let destination = body.required_text("destination", MAX_DESTINATION);
        body.describe(
            "destination",
            || serde_json::json!({"type": "string", "pattern": DESTINATION}),
        );
        let is_number = E164::parse(&destination).is_ok_and(|e164| e164.as_str() == destination);
        if !destination.is_empty() && !is_number {
            body.error("destination", "must be a phone number, such as +14155550123");
        }
        if !body.given("is_test_call") {
            body.error("is_test_call", "required");
        }
        let is_test_call = body.boolean("is_test_call").value().unwrap_or_default();
        Self { destination, is_test_call }
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Call"))]
pub struct CallView {
    /// Which.
    pub id: Uuid,
    /// Who calls: a number, or another id of the channel; null for the agent of a test call.
    pub source: Option<String>,
    /// Who is called: likewise.
    pub destination: Option<String>,
    /// How far it came.
    pub status: PhoneCallStatus,
    /// Who calls.
    pub direction: CallDirection,
    /// When it was begun.
    pub created_on: String,
    /// How long they talked, in seconds; null before it is over.
    pub duration_seconds: Option<u64>,
    /// Whether nobody is called.
    pub is_test_call: bool,
    /// Why it failed.
    pub error_reason: Option<String>,
    /// Why it ended: `completed`, `busy`, `no_answer`, ….
    pub end_reason: Option<String>,
    /// When it rang.
    pub ringing_at: Option<String>,
    /// When it was over.
    pub ended_at: Option<String>,
    /// The rest, where one call is shown.
    #[serde(flatten)]
    pub detail: Option<CallDetail>,
}

/// What is shown of one call besides.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallDetail {
    /// When it was begun.
    pub started_at: String,
    /// When it was answered.
    pub answered_at: Option<String>,
    /// What was said in it, oldest first.
    pub conversation_logs: Vec<MessageView>,
}

impl CallView {
    /// A call as a list shows it.
    #[must_use]
    pub fn of(conversation: &Conversation, call: &PhoneCall) -> Self {
        let ours = (!conversation.test).then(|| conversation.account.clone());
        let theirs = Some(conversation.address.clone());
        let (source, destination) = match call.direction {
            CallDirection::Inbound => (theirs, ours),
            CallDirection::Outbound => (ours, theirs),
        };
        let talked = call.answered_at.zip(call.ended_at);
        let talked = talked.map(|(from, to)| to.0.saturating_sub(from.0) / 1_000);
        Self {
            id: call.id,
            source,
            destination,
            status: call.status,
            direction: call.direction,
            created_on: call.created_at.to_iso(),
            duration_seconds: call.duration.or(talked),
            is_test_call: conversation.test,
            error_reason: call.error.as_ref().map(|error| error.message.clone()),
            end_reason: call.end_reason.clone(),
            ringing_at: call.ringing_at.map(flow::Timestamp::to_iso),
            ended_at: call.ended_at.map(flow::Timestamp::to_iso),
            detail: None,
        }
    }

    /// The same with what was said in it.
    #[must_use]
    pub fn with(mut self, conversation: &Conversation, call: &PhoneCall, said: &[Message]) -> Self {
        let logs = said.iter().map(|message| MessageView::of(conversation.id, message));
        self.detail = Some(CallDetail {
            started_at: call.created_at.to_iso(),
            answered_at: call.answered_at.map(flow::Timestamp::to_iso),
            conversation_logs: logs.collect(),
        });
        self
    }
}

/// Which calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// A part of who calls or of who is called, in lower case.
    pub search: Option<String>,
    /// Whether nobody was called.
    pub test: Option<bool>,
    /// How far they came.
    pub status: Option<PhoneCallStatus>,
    /// Which end first.
    pub oldest_first: bool,
}

impl CallFilter {
    /// Whether it takes all.
    fn is_empty(&self) -> bool {
        self.search.is_none() && self.test.is_none() && self.status.is_none()
    }

    fn takes(&self, call: &CallView) -> bool {
        let mut sides = [&call.source, &call.destination].into_iter().flatten();
        self.search.as_deref().is_none_or(|text| sides.any(|side| is_found(side, text)))
            && self.test.is_none_or(|test| test == call.is_test_call)
            && self.status.is_none_or(|status| status == call.status)
    }
}

/// Whether a text, in lower case, is in an address. A number is found however it is spaced, and also without its `+`,
/// of which a URL makes a space.
fn is_found(address: &str, text: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || c == '+';
    let digits: String = text.chars().filter(|c| !is_mark(*c)).collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let wanted = if is_number { digits.as_str() } else { text.trim() };
    address.to_lowercase().contains(wanted)
}

/// The status of that name, as a filter has it.
#[must_use]
pub fn call_status(name: &str) -> Option<PhoneCallStatus> {
    serde_json::from_value(name.into()).ok()
}

/// Page `number`, from 1, of an agent's calls, `limit` on each; and how many there are: of a filter, among
/// the [`MAX_CALLS_SCANNED`] newest.
///
/// # Errors
/// When the store fails.
pub async fn list_calls<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    filter: &CallFilter,
    (number, limit): (usize, usize),
) -> Result<(Vec<CallView>, usize), StoreError> {
    let key = keys::calls(&agent.to_string());
    let count = usize::try_from(store.count(&key).await?).unwrap_or(usize::MAX);
    let offset = number.saturating_sub(1).saturating_mul(limit);
    let numbers = |from: usize, to: usize, oldest_first: bool| {
        let number = |place| if oldest_first { place + 1 } else { count - place };
        let places = from.min(count)..to.min(count);
        places.map(|place| number(place) as u64).collect::<Vec<_>>()
    };
    if filter.is_empty() {
        let numbers = numbers(offset, offset.saturating_add(limit), filter.oldest_first);
        return Ok((calls(store, &key, agent, &numbers).await?, count));
    }
    let newest = numbers(0, MAX_CALLS_SCANNED, false);
    let mut found = calls(store, &key, agent, &newest).await?;
    if filter.oldest_first {
        found.reverse();
    }
    found.retain(|call| filter.takes(call));
    let total = found.len();
    Ok((found.into_iter().skip(offset).take(limit).collect(), total))
}

async fn calls<K: Kv>(
    store: &Store<K>,
    key: &str,
    agent: Uuid,
    numbers: &[u64],
) -> Result<Vec<CallView>, StoreError> {
    let slots = store.slots(key, numbers).await?;
    let entries = numbers.iter().zip(slots).filter_map(|(n, slot)| {
        let entry: CallEntry = serde_json::from_slice(&slot?).ok()?;
        Some((*n, entry))
    });
    let entries: Vec<(u64, CallEntry)> = entries.collect();
    let keys: Vec<String> = entries
        .iter()
        .map(|(_, entry)| keys::conversation(&entry.conversation.to_string()))
        .collect();
    let shown = |at: usize, conversation: Conversation| {
        let (n, entry) = &entries[at];
        let call = conversation.phone_call(entry.call)?;
        let is_listed = conversation.agent == Some(agent) && call.listed == Some(*n);
        is_listed.then(|| CallView::of(&conversation, call))
    };
    let shown = store.read_json_all(&keys, shown).await?;
    Ok(shown.into_iter().flatten().flatten().collect())
}

/// The conversation of an agent's call, with the call's entry in it.
///
/// # Errors
/// When the store fails.
pub async fn find_call<K: Kv>(
    store: &Store<K>,
    agent: Uuid,
    id: Uuid,
) -> Result<Option<Conversation>, StoreError> {
    let key = keys::calls(&agent.to_string());
    let count = store.count(&key).await?;
    let newest: Vec<u64> = (1..=count).rev().take(MAX_CALLS_SCANNED).collect();
    for numbers in newest.chunks(store::TOGETHER) {
        let slots = store.slots(&key, numbers).await?;
        let entries = slots
            .into_iter()
            .flatten()
            .filter_map(|slot| serde_json::from_slice::<CallEntry>(&slot).ok());
        let found = entries.into_iter().find(|entry| entry.call == id);
        if let Some(entry) = found {
            let conversation = conversation(store, entry.conversation).await?;
            return Ok(conversation.filter(|found| found.agent == Some(agent)));
        }
    }
    Ok(None)
}

async fn conversation<K: Kv>(
    store: &Store<K>,
    id: Uuid,
) -> Result<Option<Conversation>, StoreError> {
    store.read_json(&keys::conversation(&id.to_string())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written_and_another_address_by_a_part() {
        let number = "+14155550123";
        for text in ["+14155550123", " 14155550123", "+1 415 555 0123", "5550", "+", " "] {
            assert!(is_found(number, text), "{text:?}");
        }
        for text in ["+14155550124", "415-555", "anna"] {
            assert!(!is_found(number, text), "{text:?}");
        }
        assert!(is_found("id:Client.Anna", "client.a"));
        assert!(!is_found("id:Client.Anna", "1"));
    }
}
