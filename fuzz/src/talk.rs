//! A conversation with a workflow, by what strangers send: each turn is committed as a store does, and stays within the
//! limits of a document.

use channels::telephony::CallRequest;
use conversation::{
    CallTurn, Channel, Contact, Conversation, EventId, Heard, Inbound, Known, PhoneCall, Pinned,
    Programs, Receipt, Trigger, Turn, TurnError, limits,
};
use flow::{Kind, Pin, Program, Timestamp, compile};
use serde_json::{Map, Value};
use uuid::Uuid;
use workflows::Definition;

/// When it begins: not at the beginning of a minute.
pub const NOON: u64 = 1_763_726_412_345;
/// What every store takes (design section 3).
const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
/// How the workflow's content is named.
const CONTENT: &str = "menu";

/// A menu with a list, a number and an email address, then everything that an answer holds, said again.
const WORKFLOW: &str = include_str!("talk.json");

struct Menu(Program);

impl flow::Programs for Menu {
    fn pinned(&self, _: &Pin) -> Option<&Program> {
        Some(&self.0)
    }

    fn published(&self, _: &str) -> Option<(Pin, &Program)> {
        None
    }
}

impl Programs for Menu {
    fn program(&self, content: &str) -> Option<&Program> {
        (content == CONTENT).then_some(&self.0)
    }
}

thread_local! {
    static MENU: Menu = {
        let definition: Definition = serde_json::from_str(WORKFLOW).unwrap_or_default();
        match compile(definition.parts()) {
            Ok(program) => Menu(program),
            Err(issues) => panic!("talk.json: {issues:?}"),
        }
    };
}

fn pinned() -> Pinned {
    let (workflow, name) = (Uuid::from_u128(3), "menu".to_owned());
    Pinned { workflow, name, kind: Kind::Flow, content: CONTENT.to_owned(), ttl_minutes: 30 }
}

fn contact() -> Contact {
    Contact::new("acme", "+14155550123", "api", Timestamp(NOON))
}

fn new(channel: Channel, contact: &Contact) -> Conversation {
    Conversation::new(
        "acme",
        channel,
        "106540352242922",
        "+14155550123",
        contact.id,
        Timestamp(NOON),
    )
}

/// Begins a conversation on WhatsApp by a message to the contact, so that it has something to answer; then the events come.
pub fn begin(heard: &[Inbound], receipts: &[Receipt]) {
    let contact = contact();
    let mut conversation = new(Channel::Whatsapp, &contact);
    let _ = hear(&mut conversation, &contact, heard, receipts);
}

/// Lets the events come in as an engine does, as many in a commit as it takes.
///
/// # Errors
/// What a turn refused.
pub fn hear(
    conversation: &mut Conversation,
    contact: &Contact,
    heard: &[Inbound],
    receipts: &[Receipt],
) -> Result<(), TurnError> {
    let route = pinned();
    for events in heard.chunks(limits::EVENTS_A_COMMIT) {
        turn(conversation, contact, |turn, conversation| {
            events
                .iter()
                .try_for_each(|inbound| turn.inbound(conversation, inbound, Some(&route)).map(drop))
        })?;
    }
    for events in receipts.chunks(limits::EVENTS_A_COMMIT) {
        turn(conversation, contact, |turn, conversation| {
            for receipt in events {
                turn.receipt(conversation, receipt);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Starts the workflow with this context.
pub fn trigger(context: Map<String, Value>) {
    let contact = contact();
    let mut conversation = new(Channel::Whatsapp, &contact);
    let trigger = Trigger {
        event: EventId::of("fuzz", "trigger"),
        session: Uuid::from_u128(5),
        workflow: pinned(),
        start_at: None,
        context,
        source: "api".to_owned(),
        key: None,
    };
    let started = turn(&mut conversation, &contact, |turn, conversation| {
        turn.trigger(conversation, &trigger).map(drop)
    });
    assert_eq!(started, Ok(()), "it is started");
}

/// A call comes in, and goes on by what was said.
pub fn call(request: &CallRequest) {
    let contact = contact();
    let mut conversation = new(Channel::Telephony, &contact);
    let call = PhoneCall::inbound_id(conversation.id, &request.call_sid);
    let said = Heard::Said { digits: request.digits.clone(), speech: request.speech.clone() };
    let all = [
        Heard::Begun,
        said,
        Heard::Silence,
        Heard::PutThrough(request.dial_status.is_some()),
        Heard::Nothing,
    ];
    for (step, heard) in (0..).zip(all) {
        let asked = CallTurn { call, provider_id: request.call_sid.clone(), step, heard };
        let _ = turn(&mut conversation, &contact, |turn, conversation| {
            turn.step_call(conversation, &asked, Some(&pinned())).map(drop)
        });
    }
    if let Some(status) = request.status {
        let told = (status, request.duration);
        let _ = turn(&mut conversation, &contact, |turn, conversation| {
            turn.call_status(conversation, call, &request.call_sid, told);
            Ok(())
        });
    }
}

/// One turn, committed: what comes of it is small enough for a store, and read back as it was.
fn turn(
    conversation: &mut Conversation,
    contact: &Contact,
    act: impl Fn(&mut Turn<'_, Menu>, &mut Conversation) -> Result<(), TurnError>,
) -> Result<(), TurnError> {
    MENU.with(|menu| {
        let known = Known { contact, programs: menu, older: &[], has_model: false, rests: false };
        let mut after = conversation.clone();
        let ids = (Uuid::from_u128(11), Uuid::from_u128(12 + u128::from(conversation.sequence)));
        let mut turn = Turn::begin(&mut after, Timestamp(NOON), ids, &known);
        act(&mut turn, &mut after)?;
        if turn.finish(&mut after).is_none() {
            return Ok(());
        }
        let before = serde_json::to_vec(conversation).map_or(0, |json| json.len());
        let Ok(json) = store::to_json("conversation:1", &after) else {
            panic!("it cannot be written")
        };
        assert!(json.len() <= MAX_DOCUMENT_BYTES.max(before), "{} bytes", json.len());
        match store::from_json::<Conversation>("conversation:1", &json) {
            Ok(read) => assert_eq!(read, after, "read as it was written"),
            Err(error) => panic!("what was committed cannot be read: {error:?}"),
        }
        *conversation = after;
        Ok(())
    })
}
