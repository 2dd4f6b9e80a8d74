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
        assert!(reads <= 6 + 3, "bisecting 40 pages, and reading: {reads}");
    }
    assert_eq!(range(&long, 1_001, 1_050), ((1_001..=1_050).collect(), 0));
    assert_eq!(range(&long, 1_040, 1_100), ((1_040..=1_050).collect(), 0));
    assert_eq!(range(&long, 1_051, 1_100), (Vec::new(), 0));
    assert_eq!(range(&long, 9, 8), (Vec::new(), 0));
}

#[test]
fn every_message_is_found_by_its_id_in_few_reads() {
    let long = long();
    for sequence in 1..=1_050 {
        let wanted = message(sequence);
        let (found, reads) = read(&long, async |log| log.find(wanted.id).await);
        assert_eq!(found.map(|message| message.sequence), Some(sequence));
        assert!(reads <= 6 + 1, "{reads}");
    }
    for nobodys in [Uuid::from_u128(1), message(2_000).id, Uuid::nil()] {
        let (found, reads) = read(&long, async |log| log.find(nobodys).await);
        assert_eq!(found, None);
        assert!(reads <= 6 + 3, "{reads}");
    }
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

#[test]
fn a_message_that_waited_a_little_is_found_in_the_page_it_came_to() {
    // The third waited to be sent while the first page was written.
    let page = |numbers: [u64; 3]| numbers.to_vec();
    let waited = written(&[page([1, 2, 4]), page([3, 5, 6]), page([7, 8, 9])], 10..=12);
    assert_eq!(range(&waited, 1, 4).0, [1, 2, 3, 4]);
    assert_eq!(range(&waited, 3, 3).0, [3]);
    assert_eq!(read(&waited, async |log| log.find(message(3).id).await).0, Some(message(3)));
}

#[test]
fn a_message_that_waited_long_is_found_in_the_page_it_came_to() {
    // The second waited for hours, on a channel that was stopped, while the contact went on writing.
    let mut pages: Vec<Vec<u64>> = vec![vec![1, 3, 4]];
    pages.extend((0..6).map(|n| (n * 3 + 5..n * 3 + 8).collect()));
    pages.push(vec![2, 23, 24]);
    let waited = written(&pages, 25..=27);
    assert_eq!(range(&waited, 1, 4).0, [1, 2, 3, 4]);
    assert_eq!(read(&waited, async |log| log.find(message(2).id).await).0, Some(message(2)));
}
