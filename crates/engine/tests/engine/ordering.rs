//! Messages that a backend has sent.

use conversation::MessageStatus::{Failed, Queued, Sent};
use conversation::{Applied, TurnError};
use engine::{Key, OrderError, OrderRequest, Ordered};
use flow::{Content, Timestamp, Variables};
use store::keys;
use store::memory::{Fault, Random, Scheduler, block_on};

use super::simulation::host::SimHost;
use super::simulation::phone;
use super::simulation::provider::Fate;
use super::simulation::setup::NOON;
use super::stage::{MINUTE, Stage};

fn text(text: &str) -> Content {
    Content::Text { text: text.to_owned() }
}

fn template() -> Content {
    let (name, language) = ("notice".to_owned(), "en".to_owned());
    Content::Template { name, language, variables: Variables::default(), buttons: Vec::new() }
}

fn key<'a>(key: &'a str, body: &'a str) -> Option<Key<'a>> {
    Some(Key { key, route: "send", body: body.as_bytes() })
}

/// Nothing is delivered yet.
fn order(stage: &mut Stage, content: Content, key: Option<Key<'_>>) -> Result<Ordered, OrderError> {
    let (host, account) = (stage.host(), stage.account());
    let address = &phone(0);
    let request = OrderRequest { account: &account, address, content, reply_to: None, key };
    block_on(host.engine().order(&request))
}

#[test]
fn a_text_to_who_has_just_written_is_sent_beside_the_session_that_waits() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    let ordered = order(&mut stage, text("By the way"), None).unwrap();
    assert_eq!(stage.received(0), ["v1 hello"], "not before the answer is waited for");
    stage.deliver(ordered.committed);
    stage.hear(0, "wamid.2", "a");
    assert_eq!(stage.received(0), ["v1 hello", "By the way", "v1 got a", "v1 more?"]);
    let sent = stage.conversation(0).message(ordered.message).cloned().unwrap();
    assert_eq!((sent.status, sent.session), (Sent, None));
    assert_eq!(sent.provider_id.as_deref(), Some("wamid.out.1"));
}

#[test]
fn a_message_that_answers_another_is_sent_with_its_id() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "hi");
    let (host, account) = (stage.host(), stage.account());
    let (content, reply_to) = (text("This one"), Some("wamid.1"));
    let address = &phone(0);
    let request = OrderRequest { account: &account, address, content, reply_to, key: None };
    let ordered = block_on(host.engine().order(&request)).unwrap();
    stage.deliver(ordered.committed);
    let context = stage.world.provider.borrow().accepted[1].body["context"].clone();
    assert_eq!(context, serde_json::json!({"message_id": "wamid.1"}));
}

#[test]
fn a_template_to_a_stranger_creates_and_opts_in_the_contact() {
    let mut stage = Stage::new();
    let ordered = order(&mut stage, template(), None).unwrap();
    stage.deliver(ordered.committed);
    assert_eq!(stage.received(0), ["notice"]);
    let contact = stage.contact(0);
    assert_eq!((contact.id, contact.opted_in_at), (ordered.contact, Some(Timestamp(NOON))));
}

#[test]
fn a_text_outside_the_window_fails_without_a_call() {
    let mut stage = Stage::new();
    let ordered = order(&mut stage, text("Hello"), None).unwrap();
    stage.deliver(ordered.committed);
    let failed = stage.conversation(0).message(ordered.message).cloned().unwrap();
    assert_eq!((failed.status, failed.error.unwrap().code.as_str()), (Failed, "131047"));
    assert!(stage.received(0).is_empty());
}

#[test]
fn the_same_key_again_is_the_same_message_and_sends_nothing() {
    let mut stage = Stage::new();
    let first = order(&mut stage, template(), key("k", "a")).unwrap();
    let again = order(&mut stage, template(), key("k", "a")).unwrap();
    assert_eq!((again.message, again.committed.result), (first.message, Applied::Duplicate));
    stage.deliver(first.committed);
    stage.deliver(again.committed);
    let later = order(&mut stage, template(), key("k", "a")).unwrap();
    assert_eq!(later.committed.conversation.message(later.message).unwrap().status, Sent);
    stage.deliver(later.committed);
    let other = order(&mut stage, template(), key("k", "b")).err().unwrap();
    assert!(matches!(other, OrderError::Turn(TurnError::KeyReused)));
    assert_eq!(stage.received(0), ["notice"]);
    let unkeyed = order(&mut stage, template(), None).unwrap();
    stage.deliver(unkeyed.committed);
    assert_eq!(stage.received(0).len(), 2, "each request without a key is its own");
}

#[test]
fn who_opted_out_gets_no_template_and_no_word_once_the_window_is_closed() {
    let mut stage = Stage::new();
    stage.hear(0, "wamid.1", "STOP");
    let refused = order(&mut stage, template(), None).err().unwrap();
    assert!(matches!(refused, OrderError::Turn(TurnError::OptedOut)));
    let answer = order(&mut stage, text("Sorry to see you go"), None).unwrap();
    stage.deliver(answer.committed);
    assert_eq!(stage.received(0).last().unwrap(), "Sorry to see you go");
    stage.pass(25 * 60 * MINUTE);
    let refused = order(&mut stage, text("Come back"), None).err().unwrap();
    assert!(matches!(refused, OrderError::Turn(TurnError::OptedOut)));
    assert_eq!(stage.conversation(0).log.len(), 3, "nothing of it is kept");
}

#[test]
fn a_stop_before_it_is_sent_stops_it() {
    let mut stage = Stage::new();
    let ordered = order(&mut stage, template(), None).unwrap();
    stage.change(
        &keys::contact(&ordered.contact.to_string()),
        |contact: &mut conversation::Contact| {
            contact.opted_out_at = Some(Timestamp(NOON + 1));
        },
    );
    stage.deliver(ordered.committed);
    let failed = stage.conversation(0).message(ordered.message).cloned().unwrap();
    assert_eq!((failed.status, failed.error.unwrap().code.as_str()), (Failed, "opted_out"));
}

#[test]
fn what_the_provider_refuses_has_its_code_and_what_it_does_not_answer_is_sent_later() {
    let mut stage = Stage::new();
    stage.world.provider.borrow_mut().decided = vec![Fate::Refused, Fate::Busy];
    let ordered = order(&mut stage, template(), None).unwrap();
    let refused = block_on(stage.host().engine().deliver(ordered.committed));
    let error = refused.message(ordered.message).unwrap().error.clone().unwrap();
    assert_eq!((error.code.as_str(), error.message.as_str()), ("131026", "no such user"));

    let ordered = order(&mut stage, template(), None).unwrap();
    assert!(ordered.committed.conversation.is_leaving(ordered.message));
    let busy = block_on(stage.host().engine().deliver(ordered.committed));
    assert_eq!(busy.message(ordered.message).unwrap().status, Queued);
    assert!(!busy.is_leaving(ordered.message), "there is nothing to wait for");
    stage.sweep_for(2);
    assert_eq!(stage.received(0), ["notice"]);
}

#[test]
fn an_order_behind_one_that_another_host_sends_is_sent_by_that() {
    let mut stage = Stage::new();
    let first = order(&mut stage, template(), None).unwrap();
    let second = order(&mut stage, template(), None).unwrap();
    assert!(second.committed.conversation.is_leaving(second.message));
    stage.deliver(second.committed);
    assert!(stage.received(0).is_empty(), "it waits its turn");
    stage.deliver(first.committed);
    assert_eq!(stage.statuses(0), [Sent, Sent]);
}

async fn order_and_deliver(host: SimHost, account: teams::Account, keyed: String) {
    let address = &phone(0);
    let key = Key { key: &keyed, route: "send", body: b"a" };
    let request = OrderRequest {
        account: &account,
        address,
        content: template(),
        reply_to: None,
        key: Some(key),
    };
    let engine = host.engine();
    if let Ok(ordered) = engine.order(&request).await {
        engine.deliver(ordered.committed).await;
    }
}

/// Two requests, each delivered to several hosts at once, of which some are killed, over a store that fails: whoever was
/// not answered asks again. Each is sent once: the provider answers here.
#[test]
fn each_key_is_sent_once_and_none_is_lost_whatever_happens() {
    for seed in 0..200 {
        let mut stage = Stage::new();
        let mut random = Random::new(seed);
        let mut failing = random.fork();
        stage.world.kv.faults(move |_| {
            failing.once_in(40).then(|| match failing.below(3) {
                0 => Fault::Before,
                1 => Fault::After,
                _ => Fault::Late(failing.below(40)),
            })
        });
        let account = stage.account_despite_faults();
        let mut scheduler = Scheduler::new(random.number());
        for n in 0..6 {
            let host = stage.host();
            scheduler.spawn(order_and_deliver(host, account.clone(), format!("k{}", n % 2)));
        }
        let mut killed = 0;
        while scheduler.step() {
            let alive = scheduler.tasks();
            if random.once_in(200) && !alive.is_empty() {
                killed += usize::from(scheduler.crash(alive[0]));
            }
        }
        stage.world.kv.settle();
        for n in 0..2 {
            block_on(order_and_deliver(stage.host(), account.clone(), format!("k{n}")));
        }
        for _ in 0..20 {
            stage.pass(MINUTE);
            stage.sweep();
        }
        let conversation = stage.conversation(0);
        assert!(conversation.outbox.is_empty(), "seed {seed}");
        assert_eq!(conversation.log.len(), 2, "seed {seed}: one message for each key");
        assert_eq!(stage.statuses(0), [Sent, Sent], "seed {seed}");
        // A host that was killed between the provider's answer and the store is the one reason to send again.
        let more = stage.received(0).len() - 2;
        assert!(more <= killed, "seed {seed}: {more} sent again, {killed} killed");
    }
}
