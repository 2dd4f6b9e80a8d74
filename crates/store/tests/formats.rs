//! Documents of a newer Parlance: an older host neither reads nor writes them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde::{Deserialize, Serialize};
use store::memory::{Backend, MemoryKv, Random, block_on};
use store::{Change, Store, StoreError, from_json, to_json};

const KEY: &str = "agent:7";
const NEWER: &[u8] = b"{\"format\":2,\"name\":\"Ada\",\"voice\":\"low\"}";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Agent {
    name: String,
}

fn refused() -> StoreError {
    StoreError::Newer { key: KEY.to_owned(), format: 2, known: 1 }
}

fn open(kv: &MemoryKv) -> Store<MemoryKv> {
    let mut random = Random::new(1);
    Store::new(kv.clone(), move || random.number())
}

/// As every change of a document is made.
async fn rename(store: &Store<MemoryKv>, name: &str) -> Result<(), StoreError> {
    store
        .update(KEY, async |current: Option<Vec<u8>>| {
            let agent: Option<Agent> = current.map(|json| from_json(KEY, &json)).transpose()?;
            let mut agent = agent.unwrap_or(Agent { name: String::new() });
            agent.name = name.to_owned();
            Ok::<_, StoreError>(Change::Write(to_json(KEY, &agent)?, ()))
        })
        .await
}

#[test]
fn a_newer_document_is_neither_read_nor_written_by_an_older_host() {
    for backend in Backend::ALL {
        let kv = MemoryKv::new(backend);
        let store = open(&kv);
        block_on(rename(&store, "Ada")).unwrap();
        // A newer host changes it.
        let place = kv.keys().into_iter().find(|key| key.starts_with("agent:7#")).unwrap();
        kv.poke(&place, NEWER);
        assert_eq!(block_on(store.read_json::<Agent>(KEY)), Err(refused()), "{backend:?}");
        assert_eq!(block_on(rename(&store, "Bob")), Err(refused()), "{backend:?}");
        assert_eq!(kv.peek(&place).as_deref(), Some(NEWER), "what it does not know is not lost");
    }
}

#[test]
fn what_every_version_wrote_so_far_is_format_1() {
    let agent = Agent { name: "Ada".to_owned() };
    assert_eq!(to_json(KEY, &agent).unwrap(), b"{\"name\":\"Ada\"}");
    assert_eq!(from_json::<Agent>(KEY, b"{\"name\":\"Ada\"}"), Ok(agent));
    // Formats count from 1, and this one says so.
    assert!(from_json::<Agent>(KEY, b"{\"format\":1,\"name\":\"Ada\"}").is_ok());
}
