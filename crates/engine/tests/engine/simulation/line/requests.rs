//! Who asks, in a run of calls: backends that have a contact called, and the provider.

use std::cell::RefCell;
use std::rc::Rc;

use channels::telephony::{CallRequest, CallStatus};
use conversation::{
    Applied, Body, CallStep, Conversation, E164, EventId, Inbound, PhoneCall, Then,
};
use engine::{ContactRef, Key, StatusAddress, StepAddress, TriggerError, TriggerRequest};
use flow::Reply;
use serde_json::json;
use teams::Account;
use uuid::Uuid;

use super::exchange::{Asked, Call, How};
use super::{LINE, menu};
use crate::simulation::host::SimHost;
use crate::simulation::phone;
use crate::simulation::setup::TEAM;

/// A contact is to be called.
pub struct Triggered {
    pub contact: usize,
    pub answers: Vec<Uuid>,
    /// Another call was under way, or the contact wants none.
    pub refused: bool,
}

/// What the callers know.
#[derive(Default)]
pub struct Record {
    pub triggers: Vec<Triggered>,
    /// Whether the visitor was answered to each message.
    pub visits: Vec<bool>,
    /// Words that were taken: of which call, and what.
    pub taken: Vec<(Uuid, String)>,
}

impl Record {
    pub fn trigger(&mut self, contact: usize, n: usize) {
        debug_assert_eq!(n, self.triggers.len());
        self.triggers.push(Triggered { contact, answers: Vec::new(), refused: false });
    }

    pub fn unanswered(&self) -> impl Iterator<Item = usize> {
        let wants = |n: &usize| self.triggers[*n].answers.is_empty() && !self.triggers[*n].refused;
        (0..self.triggers.len()).filter(wants)
    }
}

/// A backend has a contact called.
pub async fn trigger(host: SimHost, record: Rc<RefCell<Record>>, n: usize) {
    let contact = record.borrow().triggers[n].contact;
    let (key, cart) = (format!("key-{n}"), format!("cart-{n}"));
    let request = TriggerRequest {
        team: TEAM,
        workflow: menu(),
        kind: None,
        contact: ContactRef::Phone(E164::parse(&phone(contact)).expect("a phone")),
        account: Some(LINE),
        start_at: None,
        context: json!({"cart": cart}).as_object().cloned().unwrap_or_default(),
        key: Some(Key { key: &key, route: "trigger", body: cart.as_bytes() }),
    };
    let engine = host.engine();
    match engine.trigger(&request).await {
        Ok(started) => {
            record.borrow_mut().triggers[n].answers.push(started.session);
            engine.deliver(started.committed).await;
        }
        Err(TriggerError::Engine(error)) => {
            host.world.note(|| format!("task {}: {error}", host.task));
        }
        Err(error) => {
            host.world.note(|| format!("task {}: refused: {error}", host.task));
            record.borrow_mut().triggers[n].refused = true;
        }
    }
}

fn request(call: &Call, asked: Option<&Asked>, status: CallStatus) -> CallRequest {
    let contact = phone(call.contact);
    let line = LINE.to_owned();
    let is_outbound = call.placed.is_some();
    let (from, to) = if is_outbound { (line, contact) } else { (contact, line) };
    let said = asked.and_then(|asked| asked.how.words()).map(str::to_owned);
    CallRequest {
        call_sid: call.sid.clone(),
        from,
        to,
        is_outbound,
        status: Some(status),
        digits: None,
        speech: said,
        dial_status: None,
        is_machine: false,
        duration: None,
    }
}

/// The provider asks for a step, and goes on by the answer. By `chance`, one of ten, the contact says something.
pub async fn ask(
    host: SimHost,
    record: Rc<RefCell<Record>>,
    account: Account,
    (nth, which): (usize, usize),
    chance: u64,
) {
    let world = Rc::clone(&host.world);
    let (call, asked) = {
        let mut exchange = world.exchange.borrow_mut();
        let call = &mut exchange.calls[nth];
        call.is_told = true;
        (call.clone(), call.asked[which].clone())
    };
    // Our id is in the address that the provider was given with an answer; a contact's call begins without.
    let inbound = PhoneCall::inbound_id(super::conversation_of(call.contact), &call.sid);
    let known = (asked.n > 0).then_some(inbound);
    let at = StepAddress {
        call: call.placed.or(known),
        step: asked.n,
        timeout: asked.how == How::Silence,
        wait: asked.how == How::Waited,
        dial: false,
    };
    let engine = host.engine();
    let form = request(&call, Some(&asked), CallStatus::InProgress);
    let stepped = engine.step_call(&account, &form, &at).await;
    let (id, committed) = match stepped {
        Ok(stepped) => stepped,
        Err(error) => return world.note(|| format!("task {}: {error}", host.task)),
    };
    world.expect(super::verdict::nobody_waits_in_vain(&committed.conversation));
    if let (Applied::Updated, Some(words)) = (committed.result, asked.how.words()) {
        record.borrow_mut().taken.push((id, words.to_owned()));
    }
    let told = committed.conversation.phone_call(id).and_then(|call| call.step(asked.n)).cloned();
    answered(&host, nth, which, (&committed.conversation, told.as_ref()), chance);
    engine.deliver(committed).await;
}

/// The provider has an answer, and does what it says.
fn answered(
    host: &SimHost,
    nth: usize,
    which: usize,
    (conversation, told): (&Conversation, Option<&CallStep>),
    chance: u64,
) {
    let world = &host.world;
    let mut exchange = world.exchange.borrow_mut();
    let call = &mut exchange.calls[nth];
    let n = call.asked[which].n;
    if let Some(step) = told.filter(|step| step.n == n) {
        let said = format!("{:?} {:?}", words(conversation, step), step.then);
        world.note(|| format!("task {}: {} is told {said}", host.task, call.sid));
        let before = call.answers.entry(n).or_insert_with(|| said.clone());
        if *before != said {
            world.wrong(format!("G1: step {n} of {} was {before}, then {said}", call.sid));
        }
    }
    if which + 1 < call.asked.len() || call.is_over {
        return;
    }
    let next = |how| Asked { n: n + 1, how };
    let then = match told.map(|step| &step.then) {
        // Nothing new: it asks the same again.
        None => Asked { n, how: How::Waited },
        Some(Then::Wait { .. }) => next(How::Waited),
        Some(Then::Listen { .. }) if chance < 7 => next(How::Said(format!("w{nth}-{}", n + 1))),
        Some(Then::Listen { .. }) => next(How::Silence),
        Some(Then::HangUp { .. } | Then::PutThrough { .. }) => {
            call.is_over = true;
            return;
        }
    };
    call.asked.push(then);
    call.waits = true;
}

fn words(conversation: &Conversation, step: &CallStep) -> Vec<String> {
    let log = conversation.log.iter();
    let said = log.filter(|message| (step.after + 1..=step.last).contains(&message.sequence));
    said.filter(|message| matches!(message.body, Body::Outbound { .. }))
        .map(|message| message.id.to_string())
        .collect()
}

/// The visitor writes, and hears that it was taken.
pub async fn visit(host: SimHost, record: Rc<RefCell<Record>>, n: usize) {
    let words = format!("v{n}");
    let event = EventId::of("webchat", &words);
    let heard = Inbound {
        event,
        provider_id: words.clone(),
        sent_at: None,
        kind: "text".to_owned(),
        content: json!({"body": words}),
        reply: Reply::text(&words),
    };
    let engine = host.engine();
    let read = |_: &Conversation| Ok::<_, String>(heard.clone());
    match engine.hear_visitor(&super::site(), super::VISITOR, event, read).await {
        Ok(committed) => {
            record.borrow_mut().visits[n] = true;
            record.borrow_mut().taken.push((committed.conversation.id, words));
            engine.deliver(committed).await;
        }
        Err(error) => host.world.note(|| format!("task {}: {error}", host.task)),
    }
}

/// The provider says how far a call came.
pub async fn tell(host: SimHost, account: Account, nth: usize, status: CallStatus) {
    let call = {
        let mut exchange = host.world.exchange.borrow_mut();
        exchange.calls[nth].is_told = true;
        exchange.calls[nth].clone()
    };
    let about = StatusAddress { call: call.placed, ..StatusAddress::default() };
    let engine = host.engine();
    let form = request(&call, None, status);
    match engine.call_status(&account, &form, &about).await {
        Ok(Some(committed)) => {
            host.world.expect(super::verdict::nobody_waits_in_vain(&committed.conversation));
            engine.deliver(committed).await;
        }
        Ok(None) => {}
        Err(error) => host.world.note(|| format!("task {}: {error}", host.task)),
    }
}
