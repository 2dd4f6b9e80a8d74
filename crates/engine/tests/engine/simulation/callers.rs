//! Who calls: a backend that triggers, and the provider that delivers webhooks. Each is answered before anything is
//! sent.

use std::cell::RefCell;
use std::rc::Rc;

use channels::whatsapp;
use conversation::E164;
use engine::{ContactRef, Key, TriggerError, TriggerRequest};
use serde_json::{Value, json};
use teams::Account;

use super::flawed::Flaw;
use super::host::SimHost;
use super::phone;
use super::provider::Provider;
use super::record::Record;
use super::setup::{self, ACCOUNT, TEAM};

/// A backend asks, and hears what came of it before anything is delivered.
pub async fn trigger(host: SimHost, record: Rc<RefCell<Record>>, n: usize) {
    let (phone, key, cart, workflow) = {
        let record = record.borrow();
        let trigger = &record.triggers[n];
        let workflow = if trigger.is_campaign { setup::campaign() } else { setup::offer() };
        (phone(trigger.contact), trigger.key.clone(), trigger.cart.clone(), workflow)
    };
    let context = json!({"cart": cart}).as_object().cloned().unwrap_or_default();
    let request = TriggerRequest {
        team: TEAM,
        workflow,
        kind: None,
        contact: ContactRef::Phone(E164::parse(&phone).expect("a phone")),
        account: None,
        start_at: None,
        context,
        key: key.as_deref().map(|key| Key { key, route: "trigger", body: cart.as_bytes() }),
    };
    let engine = host.engine();
    match engine.trigger(&request).await {
        Ok(started) => {
            host.world.note(|| format!("task {}: session {}", host.task, started.session));
            let answer = (started.session, started.already_running);
            record.borrow_mut().triggers[n].answers.push(answer);
            engine.deliver(started.committed).await;
            host.send_marked().await;
        }
        Err(TriggerError::Engine(error)) => {
            host.world.note(|| format!("task {}: {error}", host.task))
        }
        Err(TriggerError::OptedOut) => record.borrow_mut().triggers[n].refused = true,
        Err(error) => host.world.wrong(format!("trigger {n}: {error}")),
    }
}

/// The provider delivers, and is answered before anything is sent.
pub async fn receive(host: SimHost, account: Account, body: Value, answer: impl FnOnce(bool)) {
    let updates = whatsapp::parse(body.to_string().as_bytes()).expect("a webhook");
    let engine = host.engine();
    let mut answer = Some(answer);
    if host.world.flaw == Some(Flaw::AcknowledgedFirst)
        && let Some(answer) = answer.take()
    {
        answer(true);
    }
    let received = engine.receive(&account, updates).await;
    host.world.note(|| format!("task {}: {:?}", host.task, received.failed));
    if let Some(answer) = answer {
        answer(received.failed.is_none());
    }
    for committed in received.committed {
        engine.deliver(committed).await;
    }
    host.send_marked().await;
}

fn webhook(value: &Value) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"changes": [
        {"field": "messages", "value": value}
    ]}]})
}

pub fn message_webhook(record: &Record, messages: &[usize], now: u64) -> Value {
    let message = |n: &usize| {
        let heard = &record.heard[*n];
        json!({"id": heard.id, "from": phone(heard.contact).trim_start_matches('+'), "type": "text",
            "timestamp": (now / 1_000).to_string(), "text": {"body": heard.text}})
    };
    let messages: Vec<Value> = messages.iter().map(message).collect();
    webhook(&json!({"metadata": {"phone_number_id": ACCOUNT}, "messages": messages}))
}

pub fn receipt_webhook(provider: &Provider, receipts: &[(usize, &'static str)]) -> Value {
    let status = |(nth, status): &(usize, &'static str)| {
        let accepted = &provider.accepted[*nth];
        json!({"id": accepted.provider_id, "status": status, "recipient_id": accepted.to.trim_start_matches('+'),
            "biz_opaque_callback_data": format!("{}:{}", accepted.conversation, accepted.message)})
    };
    let statuses: Vec<Value> = receipts.iter().map(status).collect();
    webhook(&json!({"metadata": {"phone_number_id": ACCOUNT}, "statuses": statuses}))
}
