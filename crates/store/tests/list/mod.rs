//! A list of the tests: entries, and an index of them.

#![allow(dead_code)] // Each test file uses a part.

use serde::{Deserialize, Serialize};
use store::memory::{Backend, MemoryKv, Random};
use store::{Entry, Index, Store};
use uuid::Uuid;

pub const KEY: &str = "workflows:acme";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub id: Uuid,
    pub created_at: u64,
    pub updated_at: u64,
    #[serde(default)]
    pub marked: bool,
    pub text: String,
}

impl Entry for Line {
    fn id(&self) -> Uuid {
        self.id
    }

    fn created_at(&self) -> u64 {
        self.created_at
    }

    fn updated_at(&self) -> u64 {
        self.updated_at
    }

    fn is_marked(&self) -> bool {
        self.marked
    }
}

/// An entry of this number, created at `at`, of some `bytes` as JSON.
pub fn line(n: u64, at: u64, bytes: usize) -> Line {
    let text = format!("{n:0>bytes$}");
    Line {
        id: Uuid::from_u128(n.into()),
        created_at: at,
        updated_at: at,
        marked: n.is_multiple_of(3),
        text,
    }
}

pub fn open(kv: &MemoryKv, random: &mut Random) -> Store<MemoryKv> {
    let mut random = random.fork();
    Store::new(kv.clone(), move || random.number())
}

pub fn store(backend: Backend) -> Store<MemoryKv> {
    open(&MemoryKv::new(backend), &mut Random::new(1))
}

pub fn index(store: &Store<MemoryKv>) -> Index<'_, MemoryKv, Line> {
    Index::new(store, KEY)
}

/// The pages there are, announced or not.
pub fn pages(kv: &MemoryKv) -> Vec<String> {
    kv.keys().into_iter().filter(|key| key.contains("/page/")).collect()
}
