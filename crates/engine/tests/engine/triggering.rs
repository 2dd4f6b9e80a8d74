//! Starting workflows.

use conversation::{Contact, TurnError};
use engine::{ContactRef, Key, TriggerError};
use flow::Timestamp;
use store::keys;
use store::memory::block_on;
use teams::{Kind, Stop, Team, TeamChannel};

use super::simulation::phone;
use super::simulation::setup::{self, ACCOUNT, NOON, TEAM};
use super::stage::{MINUTE, Stage, change_account, to};

fn key<'a>(key: &'a str, body: &'a str) -> Option<Key<'a>> {
    Some(Key { key, route: "trigger", body: body.as_bytes() })
}

/// The account that a team sends from.
fn sends_from(stage: &mut Stage, named: Option<&str>) -> Option<String> {
    let host = stage.host();
    let account = block_on(host.engine().sending_account(TEAM, named)).unwrap();
    account.map(|account| account.account)
}

#[test]
fn what_names_no_account_is_sent_from_the_first_that_is_the_teams() {
    let mut stage = Stage::new();
    let other = "200300400500600";
    stage.change(&keys::team(TEAM), |team: &mut Team| {
        // Listed, and not written.
        let unwritten = TeamChannel { kind: Kind::Whatsapp, account: "1".to_owned() };
        team.channels.insert(0, unwritten);
        team.add_channel(Kind::Whatsapp, other);
    });
    assert_eq!(sends_from(&mut stage, None).as_deref(), Some(ACCOUNT));
    let key = keys::channel("whatsapp", other);
    setup::create(&stage.store(), &key, &setup::new_account(other, TEAM));
    change_account(&stage, |account| {
        let (code, message) = ("190".to_owned(), "Expired".to_owned());
        account.stopped = Some(Stop { code, message, at: Timestamp(NOON) });
    });
    // Sessions run there, and must be found again.
    assert_eq!(sends_from(&mut stage, None).as_deref(), Some(ACCOUNT), "also if it is stopped");
    change_account(&stage, |account| account.team = "other".to_owned());
    assert_eq!(sends_from(&mut stage, None).as_deref(), Some(other), "the first is another team's");
    assert_eq!(sends_from(&mut stage, Some(ACCOUNT)), None);
}

#[test]
fn a_trigger_creates_the_contact_and_sends_the_opening() {
    let mut stage = Stage::new();
    let started = stage.start(0).unwrap();
    assert!(stage.received(0).is_empty(), "not before the answer");
    let contact = keys::contact(&started.contact.to_string());
    stage.deliver(started.committed);
    assert_eq!(stage.received(0), ["v1 open"]);
    let contact: Contact = block_on(stage.store().read_json(&contact)).unwrap().unwrap();
    assert_eq!((contact.phone, contact.opted_in_at), (Some(phone(0)), Some(Timestamp(NOON))));
}

#[test]
fn the_same_key_answers_the_same_session_and_another_body_is_refused() {
    let mut stage = Stage::new();
    let first = stage.start_as(TEAM, to(0), key("k", "a")).unwrap();
    let again = stage.start_as(TEAM, to(0), key("k", "a")).unwrap();
    assert_eq!((again.session, again.already_running), (first.session, false));
    let other = stage.start_as(TEAM, to(0), key("k", "b")).err().unwrap();
    assert!(matches!(other, TriggerError::Turn(TurnError::KeyReused)));
    let unkeyed = stage.start(0).unwrap();
    assert_eq!((unkeyed.session, unkeyed.already_running), (first.session, true));
}

#[test]
fn another_teams_workflow_contact_and_account_are_not_found() {
    let mut stage = Stage::new();
    stage.offer(0);
    let contact = conversation::identity::contact(TEAM, &phone(0));
    let theirs = stage.start_as("other", to(0), None).err().unwrap();
    assert!(matches!(theirs, TriggerError::WorkflowNotFound));
    let foreign = Contact::new("other", "+14155550199", "api", Timestamp(NOON));
    setup::create(&stage.store(), &keys::contact(&foreign.id.to_string()), &foreign);
    let theirs = stage.start_as(TEAM, ContactRef::Id(foreign.id), None).err().unwrap();
    assert!(matches!(theirs, TriggerError::ContactNotFound));
    assert!(stage.start_as(TEAM, ContactRef::Id(contact), None).is_ok(), "ours is");
    change_account(&stage, |account| account.team = "other".to_owned());
    let theirs = stage.start(1).err().unwrap();
    assert!(matches!(theirs, TriggerError::NoAccount));
}

#[test]
fn a_contact_who_opted_out_is_neither_triggered_nor_sent_what_waits() {
    let mut stage = Stage::new();
    let started = stage.start(0).unwrap();
    let key = keys::contact(&started.contact.to_string());
    let store = stage.store();
    let opt_out = async |json: Option<Vec<u8>>| {
        let mut contact: Contact = store::from_json(&key, &json.unwrap())?;
        contact.opted_out_at = Some(Timestamp(NOON));
        Ok::<_, store::StoreError>(store::Change::Write(store::to_json(&key, &contact)?, ()))
    };
    block_on(store.update(&key, opt_out)).unwrap();
    stage.deliver(started.committed);
    assert!(stage.received(0).is_empty());
    let conversation = stage.conversation(0);
    assert_eq!(conversation.log[0].error.as_ref().unwrap().code, "opted_out");
    assert!(matches!(stage.start(0).err().unwrap(), TriggerError::OptedOut));
}

#[test]
fn after_publishing_what_runs_stays_and_what_starts_is_new() {
    let mut stage = Stage::new();
    stage.offer(0);
    let (store, graph) = (stage.store(), setup::offer_graph(2));
    assert!(block_on(setup::publish(&store, setup::offer(), &graph, "v2")));
    stage.hear(0, "wamid.1", "a");
    stage.offer(1);
    assert_eq!(stage.received(0), ["v1 open", "v1 got a", "v1 more?"]);
    assert_eq!(stage.received(1), ["v2 open"]);
}

#[test]
fn an_unpublished_workflow_is_not_started_and_goes_on_where_it_runs() {
    let mut stage = Stage::new();
    stage.offer(0);
    let store = stage.store();
    let key = keys::workflow(&setup::offer().to_string());
    let unpublish = async |json: Option<Vec<u8>>| {
        let mut workflow: workflows::Workflow = store::from_json(&key, &json.unwrap())?;
        workflow.published = false;
        workflow.draft.graph = None;
        Ok::<_, store::StoreError>(store::Change::Write(store::to_json(&key, &workflow)?, ()))
    };
    block_on(store.update(&key, unpublish)).unwrap();
    assert!(matches!(stage.start(1).err().unwrap(), TriggerError::WorkflowNotFound));
    stage.pass(MINUTE);
    stage.hear(0, "wamid.1", "a");
    assert_eq!(stage.received(0), ["v1 open", "v1 got a", "v1 more?"]);
}
