//! What is listed, and what it costs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod desk;

use conversation::Conversation;
use desk::{NOON, SEQUENCES, TEAM, Turn, conversation, open, phone};
use flow::Timestamp;
use polling::{OfFlow, OfSequence, SHOWN, SLOTS, SessionView};
use store::memory::{Backend, MemoryKv, block_on};
use store::{Change, StoreError, keys};
use uuid::Uuid;

const FLOW: u128 = 1;
const RARE: u128 = 2;

fn at(n: usize) -> Timestamp {
    NOON.plus_millis(n as u64)
}

fn sessions(kv: &MemoryKv, flow: Option<u128>) -> Vec<SessionView<OfFlow>> {
    block_on(polling::sessions(&open(kv), TEAM, flow.map(Uuid::from_u128), NOON)).unwrap()
}

fn of_sequences(kv: &MemoryKv) -> Vec<SessionView<OfSequence>> {
    block_on(polling::sessions(&open(kv), TEAM, None, NOON)).unwrap()
}

fn phones(views: &[SessionView<OfFlow>]) -> Vec<String> {
    views.iter().map(|view| view.contact_phone.clone().unwrap()).collect()
}

fn start(kv: &MemoryKv, contact: usize, flow: u128) {
    block_on(Turn::trigger(contact, flow, at(contact)).commit(&open(kv), 1)).unwrap();
}

fn change(kv: &MemoryKv, contact: usize, change: impl Fn(&mut Conversation)) {
    let key = keys::conversation(&conversation(contact).id.to_string());
    let changed = async |json: Option<Vec<u8>>| {
        let mut document = store::from_json(&key, &json.unwrap())?;
        change(&mut document);
        Ok::<_, StoreError>(Change::Write(store::to_json(&key, &document)?, ()))
    };
    block_on(open(kv).update(&key, changed)).unwrap();
}

#[test]
fn a_list_reads_what_it_shows_however_many_there_were_and_writes_nothing() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let slots = usize::try_from(SLOTS).unwrap();
    for contact in 0..slots + 300 {
        start(&kv, contact, FLOW);
    }
    let before = kv.counts();
    let newest = sessions(&kv, None);
    let after = kv.counts();
    let expected: Vec<String> = (0..slots + 300).rev().take(SHOWN).map(phone).collect();
    assert_eq!(phones(&newest), expected);
    // The counter; of each an entry, the conversation and its birth, and the two keys of a contact, of which the test has
    // none.
    assert_eq!(after.reads() - before.reads(), 1 + 5 * SHOWN as u64);
    assert_eq!(after.writes(), before.writes());
    let slots = kv.keys().into_iter().filter(|key| key.starts_with("recent:acme/")).count();
    assert_eq!(slots as u64, SLOTS, "slots are written again");
}

#[test]
fn a_filter_finds_what_is_among_the_entries_of_the_ring() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let slots = usize::try_from(SLOTS).unwrap();
    for contact in 0..slots + 5 {
        start(&kv, contact, if contact % 400 == 4 { RARE } else { FLOW });
    }
    // The fifth has lost its slot.
    assert_eq!(phones(&sessions(&kv, Some(RARE))), [phone(804), phone(404)]);
    let before = kv.counts();
    assert!(sessions(&kv, Some(7)).is_empty());
    assert_eq!(kv.counts().reads() - before.reads(), 1 + SLOTS);
}

#[test]
fn a_thousand_sessions_of_a_sequence_leave_the_flows_in_their_list_and_the_other_way_round() {
    for (rare, often) in [(FLOW, SEQUENCES), (SEQUENCES, FLOW)] {
        let kv = MemoryKv::new(Backend::Sqlite);
        start(&kv, 0, rare);
        let slots = usize::try_from(SLOTS).unwrap();
        for contact in 1..slots + 5 {
            start(&kv, contact, often);
        }
        let (flows, sequences) = (sessions(&kv, None), of_sequences(&kv));
        let counts = if rare == FLOW { (1, SHOWN) } else { (SHOWN, 1) };
        assert_eq!((flows.len(), sequences.len()), counts);
        assert_eq!(flows[0].of.flow_id, Uuid::from_u128(FLOW));
        assert_eq!(sequences[0].of.sequence_id, Uuid::from_u128(SEQUENCES));
    }
}

#[test]
fn a_flow_and_a_sequence_with_the_same_number_in_their_lists_are_two_also_when_they_are_past() {
    let kv = MemoryKv::new(Backend::Sqlite);
    for workflow in [FLOW, SEQUENCES] {
        block_on(Turn::trigger(0, workflow, at(workflow as usize)).commit(&open(&kv), 1)).unwrap();
    }
    let check = || {
        let (flows, sequences) = (sessions(&kv, None), of_sequences(&kv));
        let ended = |at: Timestamp| at.to_rfc3339();
        assert_eq!([flows.len(), sequences.len()], [1, 1]);
        assert_eq!(flows[0].expires_at, ended(at(FLOW as usize)));
        assert_eq!(sequences[0].expires_at, ended(at(SEQUENCES as usize)));
    };
    check();
    change(&kv, 0, |conversation| {
        for session in std::mem::take(&mut conversation.sessions) {
            let json = serde_json::json!([
                session.listed,
                "completed",
                session.created_at,
                session.expires_at,
                session.completed_at,
                session.kind
            ]);
            conversation.past.push(serde_json::from_value(json).unwrap());
        }
    });
    check();
    for workflow in [FLOW, SEQUENCES] {
        let counter = keys::recent_flow(TEAM, &Uuid::from_u128(workflow).to_string());
        assert_eq!(block_on(open(&kv).count(&counter)), Ok(1), "counted once each");
    }
}

#[test]
fn an_entry_without_its_commit_is_passed_over() {
    let kv = MemoryKv::new(Backend::Sqlite);
    start(&kv, 0, FLOW);
    let lost = MemoryKv::new(Backend::Sqlite);
    start(&lost, 1, FLOW);
    // Another host's entry, of a commit that never was.
    let slot = keys::slot(&keys::recent(TEAM), 1);
    let entry = String::from_utf8(lost.peek(&slot).unwrap()).unwrap().replacen("[1,", "[2,", 1);
    kv.poke(&keys::slot(&keys::recent(TEAM), 2), entry.as_bytes());
    kv.poke(&keys::recent(TEAM), &3_u64.to_le_bytes());
    assert_eq!(phones(&sessions(&kv, None)), [phone(0)]);
    for broken in ["", "null", "[2]", "[2,{}]"] {
        kv.poke(&keys::slot(&keys::recent(TEAM), 2), broken.as_bytes());
        assert_eq!(phones(&sessions(&kv, None)), [phone(0)], "{broken}");
    }
}

#[test]
fn a_conversation_of_another_team_is_not_shown_whatever_an_entry_says() {
    let kv = MemoryKv::new(Backend::Sqlite);
    start(&kv, 0, FLOW);
    change(&kv, 0, |conversation| conversation.team = "other".to_owned());
    assert!(sessions(&kv, None).is_empty());
}

#[test]
fn what_happens_in_a_test_conversation_is_not_announced() {
    let kv = MemoryKv::new(Backend::Sqlite);
    start(&kv, 0, FLOW);
    change(&kv, 0, |conversation| conversation.test = true);
    block_on(Turn::trigger(0, FLOW, at(9)).commit(&open(&kv), 1)).unwrap();
    assert_eq!(sessions(&kv, None).len(), 1);
    let counter = keys::recent_flow(TEAM, &Uuid::from_u128(FLOW).to_string());
    assert_eq!(block_on(open(&kv).count(&counter)), Ok(1));
}

#[test]
fn a_commit_writes_two_for_a_session_and_one_to_count_it() {
    let kv = MemoryKv::new(Backend::Sqlite);
    start(&kv, 0, FLOW);
    let store = open(&kv);
    let before = kv.counts();
    block_on(Turn::trigger(0, FLOW, at(1)).commit(&store, 1)).unwrap();
    assert_eq!(kv.counts().writes() - before.writes(), 1 + 3);
}

#[test]
fn a_poll_is_noted_once_a_day() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let store = open(&kv);
    let day = 24 * 60 * 60 * 1000;
    for (passed, writes) in [(0, 1), (1, 1), (day - 1, 1), (day, 2), (day + 5, 2)] {
        block_on(polling::note_poll(&store, TEAM, NOON.plus_millis(passed))).unwrap();
        assert_eq!(kv.counts().writes(), writes, "{passed}");
    }
}

#[test]
fn messages_of_a_team_that_never_polled_cost_one_read() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let heard = |n| Turn { kind: Some("text"), ..Turn::trigger(0, FLOW, at(n)) };
    let store = open(&kv);
    block_on(heard(0).commit(&store, 1)).unwrap();
    let before = kv.counts();
    block_on(heard(1).commit(&store, 1)).unwrap();
    let after = kv.counts();
    // The conversation, and whether the team has polled.
    assert_eq!((after.reads() - before.reads(), after.writes() - before.writes()), (2, 1));
    assert_eq!(block_on(polling::messages(&store, TEAM, None)), Ok(vec![]));
    block_on(polling::note_poll(&store, TEAM, NOON)).unwrap();
    block_on(heard(2).commit(&store, 1)).unwrap();
    let listed = block_on(polling::messages(&store, TEAM, None)).unwrap();
    assert_eq!(
        listed.iter().map(|view| &view.created_at).collect::<Vec<_>>(),
        [&at(2).to_rfc3339()]
    );
}

#[test]
fn messages_of_one_page_of_a_log_cost_one_read_of_it() {
    let kv = MemoryKv::new(Backend::Sqlite);
    let store = open(&kv);
    block_on(polling::note_poll(&store, TEAM, NOON)).unwrap();
    for n in 0..30 {
        let heard = Turn { kind: Some("text"), ..Turn::trigger(0, FLOW, at(n)) };
        block_on(heard.commit(&store, 1)).unwrap();
    }
    let reads = || {
        let before = kv.counts().reads();
        assert_eq!(block_on(polling::messages(&open(&kv), TEAM, None)).unwrap().len(), 30);
        kv.counts().reads() - before
    };
    let in_the_document = reads();
    change(&kv, 0, |conversation| {
        let page = std::mem::take(&mut conversation.log);
        let key = keys::conversation_log(&conversation.id.to_string(), 1);
        kv.poke(&key, &serde_json::to_vec(&page).unwrap());
        (conversation.log_pages, conversation.spilled, conversation.sequence) = (1, 1, 1);
    });
    assert_eq!(reads(), in_the_document + 1);
}
