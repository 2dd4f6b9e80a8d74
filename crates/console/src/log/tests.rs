//! Messages in the document and in pages, and what waited so long that it came to a later page.

use conversation::{Body, Channel, MessageStatus};
use serde_json::json;
use store::memory::{Backend, MemoryKv, block_on};

use super::*;

const BEGUN: u64 = 1_763_726_412_000;

fn at(sequence: u64) -> Timestamp {
    Timestamp(BEGUN + sequence * 1_000)
}

fn message(sequence: u64) -> Message {
    Message {
        id: conversation::Ids::new(Uuid::from_u128(sequence.into())).next(at(sequence)),
        sequence,
        at: at(sequence),
        body: Body::Inbound {
            kind: "text".to_owned(),
            content: json!({"body": format!("Word {sequence}")}),
        },
        status: MessageStatus::Received,
        provider_id: None,
        error: None,
        session: None,
        request: None,
        resent_as: None,
        outside_window: None,
        reply_to: None,
    }
}

/// A conversation with these pages, and the rest in the document.
fn written(pages: &[Vec<u64>], log: impl IntoIterator<Item = u64>) -> (MemoryKv, Conversation) {
    let kv = MemoryKv::new(Backend::Sqlite);
    let id = Uuid::from_u128(9);
    let mut conversation =
        Conversation::new("acme", Channel::Webchat, "test:a", "ann", id, Timestamp(BEGUN));
    conversation.log = log.into_iter().map(message).collect();
    conversation.sequence = conversation.log.iter().map(|m| m.sequence).max().unwrap_or(0);
    for (n, page) in (1..).zip(pages) {
        let page: Vec<Message> = page.iter().copied().map(message).collect();
        let key = keys::conversation_log(&conversation.id.to_string(), n);
        kv.poke(&key, &serde_json::to_vec(&page).unwrap());
        conversation.log_pages = n;
        conversation.spilled = page.last().map_or(0, |message| message.sequence);
    }
    (kv, conversation)
}

/// 40 pages of 25, and 50 in the document.
fn long() -> (MemoryKv, Conversation) {
    let pages: Vec<Vec<u64>> = (0..40).map(|n| (n * 25 + 1..=n * 25 + 25).collect()).collect();
    written(&pages, 1_001..=1_050)
}

fn read<R>(
    (kv, conversation): &(MemoryKv, Conversation),
    act: impl AsyncFnOnce(&LogReader<'_, MemoryKv>) -> Result<R, StoreError>,
) -> (R, u64) {
    let store = Store::new(kv.clone(), || 0);
    let before = kv.counts().reads();
    let found = block_on(act(&LogReader::new(&store, conversation))).unwrap();
    (found, kv.counts().reads() - before)
}

fn range(of: &(MemoryKv, Conversation), first: u64, last: u64) -> (Vec<u64>, u64) {
    let (found, reads) = read(of, async |log| log.range(first, last).await);
    (found.iter().map(|message| message.sequence).collect(), reads)
}

#[test]
fn a_range_reads_the_pages_that_hold_it() {
    let long = long();
    for (first, last) in [(1, 20), (26, 50), (20, 31), (490, 520), (976, 1_000), (990, 1_010)] {
        let (found, reads) = range(&long, first, last);
        assert_eq!(found, (first..=last).collect::<Vec<_>>());
        assert!(reads <= 1 + 3, "it is known about where they are: {reads}");
    }
    assert_eq!(range(&long, 1_001, 1_050), ((1_001..=1_050).collect(), 0));
    assert_eq!(range(&long, 1_040, 1_100), ((1_040..=1_050).collect(), 0));
    assert_eq!(range(&long, 1_051, 1_100), (Vec::new(), 0));
    assert_eq!(range(&long, 9, 8), (Vec::new(), 0));
}

#[test]
fn a_range_is_found_in_pages_of_any_sizes() {
    for size in [|n: u64| n % 7 * n + 1, |n| 41 - n, |n| n * n, |n| if n == 40 { 900 } else { 1 }] {
        let mut last = 0;
        let pages: Vec<Vec<u64>> = (1..=40)
            .map(|n| {
                let first = last + 1;
                last += size(n);
                (first..=last).collect()
            })
            .collect();
        let uneven = written(&pages, last + 1..=last + 50);
        for number in (1..=last).step_by(usize::try_from(last / 200 + 1).unwrap()) {
            let (found, reads) = range(&uneven, number, number);
            assert_eq!(found, [number]);
            assert!(reads <= 2 * 6 + 1, "{reads}");
        }
    }
}

#[test]
fn every_message_is_found_by_its_id_in_few_reads() {
    let long = long();
    for sequence in 1..=1_050 {
        let wanted = message(sequence);
        let (found, reads) = read(&long, async |log| log.find(wanted.id).await);
        assert_eq!(found.map(|message| message.sequence), Some(sequence));
        assert!(reads <= 2 * (6 + 1), "bisecting 40 pages, and then for its number: {reads}");
    }
    for nobodys in [Uuid::from_u128(1), message(2_000).id, Uuid::nil()] {
        let (found, reads) = read(&long, async |log| log.find(nobodys).await);
        assert_eq!(found, None);
        assert!(reads <= 6 + 3, "{reads}");
    }
}

/// The same, of a request with an `Idempotency-Key`.
fn keyed(sequence: u64) -> Message {
    let id = conversation::identity::keyed("acme", "POST /sendMessage", &sequence.to_string());
    Message { id, ..message(sequence) }
}

#[test]
fn a_message_whose_id_has_no_time_is_found_in_the_ten_newest_pages() {
    let long = long();
    let id = long.1.id.to_string();
    let settled = Message { status: MessageStatus::Delivered, ..keyed(790) };
    for n in [30, 31, 32, 38, 40] {
        let mut page: Vec<Message> = (n * 25 - 24..=n * 25).map(message).collect();
        // It waited, and what became of it came to a later page.
        page[14] = if n == 38 { settled.clone() } else { keyed(n * 25 - 10) };
        long.0.poke(&keys::conversation_log(&id, n), &serde_json::to_vec(&page).unwrap());
    }
    for (wanted, pages) in [(keyed(990), 1), (settled, 3), (keyed(765), 10)] {
        let (found, reads) = read(&long, async |log| log.find(wanted.id).await);
        assert_eq!((found, reads), (Some(wanted), pages));
    }
    for gone in [keyed(740), keyed(1)] {
        let (found, reads) = read(&long, async |log| log.find(gone.id).await);
        assert_eq!((found, reads), (None, 10));
    }
}

#[test]
fn one_reader_reads_each_page_once() {
    let long = long();
    let all = async |log: &LogReader<'_, MemoryKv>| {
        for sequence in (1..=1_000).rev() {
            assert!(log.find(message(sequence).id).await?.is_some());
        }
        Ok(())
    };
    assert_eq!(read(&long, all).1, 40);
}

#[test]
fn a_time_is_the_last_message_by_then() {
    let long = long();
    for sequence in [1, 24, 25, 26, 500, 1_000, 1_001, 1_049, 1_050] {
        let by = |time: Timestamp| read(&long, async |log| log.number_at(time).await).0;
        assert_eq!(by(at(sequence)), sequence);
        assert_eq!(by(Timestamp(at(sequence).0 + 999)), sequence);
        assert_eq!(by(Timestamp(at(sequence).0 - 1)), sequence - 1);
    }
    let (number, _) = read(&long, async |log| log.number_at(Timestamp(0)).await);
    assert_eq!(number, 0);
    let (number, _) = read(&long, async |log| log.number_at(Timestamp(u64::MAX)).await);
    assert_eq!(number, 1_050);
}

#[test]
fn a_search_reads_the_ten_newest_pages() {
    let long = long();
    let (found, reads) = read(&long, async |log| log.search("word 9").await);
    let expected: Vec<u64> = (900..=999).collect();
    assert_eq!(found.iter().map(|m| m.sequence).collect::<Vec<_>>(), expected);
    assert_eq!(reads, 10);
    let (found, _) = read(&long, async |log| log.search("word 6").await);
    assert_eq!(found.len(), 0, "too old");
}

#[test]
fn an_empty_conversation_has_nothing() {
    let empty = written(&[], []);
    assert_eq!(range(&empty, 1, 20), (Vec::new(), 0));
    assert_eq!(read(&empty, async |log| log.number_at(at(1)).await).0, 0);
    assert_eq!(read(&empty, async |log| log.find(message(1).id).await).0, None);
}

/// The same with what became of a message.
fn settled(sequence: u64) -> Message {
    Message { status: MessageStatus::Delivered, ..message(sequence) }
}

#[test]
fn what_became_of_a_message_that_waited_is_read_from_the_later_page_it_came_to() {
    // The second waited on a channel that was stopped, while the contact went on writing.
    let mut pages: Vec<Vec<u64>> = (0..8).map(|n| (n * 3 + 1..=n * 3 + 3).collect()).collect();
    pages.push(vec![25, 26]);
    let (kv, mut conversation) = written(&pages, 27..=29);
    let id = conversation.id.to_string();
    let last: Vec<Message> = vec![settled(2), message(25), message(26)];
    kv.poke(&keys::conversation_log(&id, 9), &serde_json::to_vec(&last).unwrap());
    conversation.strays.push_back((2, 9));
    let waited = (kv, conversation);
    let (found, _) = read(&waited, async |log| log.range(1, 4).await);
    assert_eq!(found, [message(1), settled(2), message(3), message(4)]);
    assert_eq!(read(&waited, async |log| log.find(message(2).id).await).0, Some(settled(2)));
    assert_eq!(range(&waited, 24, 27).0, [24, 25, 26, 27]);
}

#[test]
fn what_waits_is_read_from_the_document_and_not_twice() {
    let pages: Vec<Vec<u64>> = (0..8).map(|n| (n * 3 + 1..=n * 3 + 3).collect()).collect();
    let (kv, mut conversation) = written(&pages, 25..=27);
    conversation.log.push_front(settled(2));
    let waits = (kv, conversation);
    let (found, _) = read(&waits, async |log| log.range(1, 100).await);
    assert_eq!(found.len(), 27);
    assert_eq!(found[1], settled(2));
    let (found, _) = read(&waits, async |log| log.search("word 2").await);
    assert_eq!(found[0], settled(2));
    assert_eq!(found.iter().filter(|message| message.sequence == 2).count(), 1);
    assert_eq!(read(&waits, async |log| log.number_at(at(10)).await).0, 10);
}

#[test]
fn every_message_is_found_though_its_time_is_that_of_the_page_before() {
    // What a turn hears and says has one time.
    let (kv, conversation) = written(&[], 76..=90);
    let id = conversation.id.to_string();
    let paired = |sequence: u64| {
        let time = at(sequence.div_ceil(2));
        let id = conversation::Ids::new(Uuid::from_u128(sequence.into())).next(time);
        Message { id, at: time, ..message(sequence) }
    };
    let mut conversation = conversation;
    for n in 0..3 {
        let page: Vec<Message> = (n * 25 + 1..=n * 25 + 25).map(paired).collect();
        kv.poke(&keys::conversation_log(&id, n + 1), &serde_json::to_vec(&page).unwrap());
    }
    (conversation.log_pages, conversation.spilled) = (3, 75);
    let pairs = (kv, conversation);
    for sequence in 1..=75 {
        let wanted = paired(sequence);
        let (found, _) = read(&pairs, async |log| log.find(wanted.id).await);
        assert_eq!(found, Some(wanted));
    }
}
