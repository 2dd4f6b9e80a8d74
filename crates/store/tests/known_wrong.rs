//! Protocols that lose or double turns: the runs of `interleavings.rs` must show it, or they would prove nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scenario;

use std::cell::Cell;

use scenario::{CALM, Commit, ROUGH, Weather, Wrong, first_wrong, turn};
use store::memory::{Backend, MemoryKv, block_on};
use store::{Change, Kv, Store, StoreError, Swap};

const SEEDS: u64 = 1_000;

#[track_caller]
fn assert_caught(backend: Backend, weather: Weather, commit: impl Commit, wrong: Wrong) {
    let found = first_wrong(backend, weather, SEEDS, commit);
    assert_eq!(found.map(|(_, wrong)| wrong), Some(wrong), "{backend:?}");
}

/// Swaps the document itself, which may not exist, and believes an Ok.
#[derive(Clone, Copy)]
struct WithoutBirthKey {
    /// Reads what it wrote before it believes it.
    reads_back: bool,
}

impl Commit for WithoutBirthKey {
    async fn commit(
        self,
        store: &Store<MemoryKv>,
        document: &str,
        event: u64,
    ) -> Result<(), StoreError> {
        for _ in 0..30 {
            let (watch, current) = store.kv().watch(document).await?;
            let value = match turn(document, current.as_deref(), event, true)? {
                Change::Keep(()) => return Ok(()),
                Change::Write(value, ()) => value,
            };
            let written = store.kv().swap(watch, &value).await? == Swap::Written;
            if written && (!self.reads_back || store.get(document).await? == Some(value)) {
                return Ok(());
            }
        }
        Err(StoreError::Contention { key: document.into() })
    }

    async fn read(self, store: &Store<MemoryKv>, document: &str) -> Option<Vec<u8>> {
        store.get(document).await.expect("no faults at the end")
    }
}

#[test]
fn a_creation_without_a_birth_key_is_lost_on_sqlite() {
    let wrong = WithoutBirthKey { reads_back: false };
    assert_caught(Backend::Sqlite, CALM, wrong, Wrong::Lost);
}

#[test]
fn a_creation_that_is_read_back_is_still_lost_on_sqlite() {
    let wrong = WithoutBirthKey { reads_back: true };
    assert_caught(Backend::Sqlite, CALM, wrong, Wrong::Lost);
}

/// Does not look for its event in the document: takes an unclear swap for one that did not write.
#[derive(Clone, Copy)]
struct WithoutEventIds;

impl Commit for WithoutEventIds {
    async fn commit(
        self,
        store: &Store<MemoryKv>,
        document: &str,
        event: u64,
    ) -> Result<(), StoreError> {
        let apply =
            async |current: Option<Vec<u8>>| turn(document, current.as_deref(), event, false);
        store.update(document, apply).await
    }
}

#[test]
fn a_turn_that_is_not_looked_for_is_doubled() {
    for backend in Backend::ALL {
        assert_caught(backend, ROUGH, WithoutEventIds, Wrong::Doubled);
    }
    // Redis needs no fault for it: it says of every swap that it failed.
    assert_caught(Backend::Redis, CALM, WithoutEventIds, Wrong::Doubled);
}

/// Takes a swap that reports a failure for one that has written.
#[derive(Clone, Copy)]
struct TrustingUnclear;

impl Commit for TrustingUnclear {
    async fn commit(
        self,
        store: &Store<MemoryKv>,
        document: &str,
        event: u64,
    ) -> Result<(), StoreError> {
        let (watch, current) = store.kv().watch(document).await?;
        if let Change::Write(value, ()) = turn(document, current.as_deref(), event, true)? {
            store.kv().swap(watch, &value).await?;
        }
        Ok(())
    }

    async fn read(self, store: &Store<MemoryKv>, document: &str) -> Option<Vec<u8>> {
        store.get(document).await.expect("no faults at the end")
    }
}

#[test]
fn a_turn_whose_swap_was_unclear_is_lost_if_it_is_not_read_again() {
    for backend in Backend::ALL {
        assert_caught(backend, CALM, TrustingUnclear, Wrong::Lost);
    }
}

/// Draws the document's place at random instead of counting it, from few numbers, so that two creators meet: the later
/// one writes its first version over a document in use. (From 90 million it is rare, not impossible.)
#[derive(Clone, Copy)]
struct DrawnPlace;

thread_local! {
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

impl Commit for DrawnPlace {
    async fn commit(
        self,
        store: &Store<MemoryKv>,
        document: &str,
        event: u64,
    ) -> Result<(), StoreError> {
        let birth = format!("birth:{document}");
        for _ in 0..30 {
            store.kv().increment(&birth, 0).await?;
            let (watch, value) = store.kv().watch(&birth).await?;
            let born = value.filter(|value| value.starts_with(b"1000000"));
            let place = |g: &[u8]| format!("{document}#{}", String::from_utf8_lossy(g));
            if let Some(g) = born {
                let (watch, current) = store.kv().watch(&place(&g)).await?;
                match turn(document, current.as_deref(), event, true)? {
                    Change::Keep(()) => return Ok(()),
                    Change::Write(value, ()) => store.kv().swap(watch, &value).await?,
                };
                continue;
            }
            let g = DRAWN.replace(DRAWN.get() + 1) % 2;
            let g = format!("1000000{g}").into_bytes();
            if let Change::Write(value, ()) = turn(document, None, event, true)? {
                store.put(&place(&g), &value).await?;
            }
            store.kv().swap(watch, &g).await?;
            match store.get(&birth).await? {
                Some(won) if won == g => return Ok(()),
                _ => store.remove(&place(&g)).await?,
            }
        }
        Err(StoreError::Contention { key: document.into() })
    }

    async fn read(self, store: &Store<MemoryKv>, document: &str) -> Option<Vec<u8>> {
        let g = store.get(&format!("birth:{document}")).await.expect("no faults at the end")?;
        let place = format!("{document}#{}", String::from_utf8_lossy(&g));
        store.get(&place).await.expect("no faults at the end")
    }
}

#[test]
fn a_creation_at_a_place_that_another_drew_is_lost() {
    for backend in Backend::ALL {
        assert_caught(backend, CALM, DrawnPlace, Wrong::Lost);
    }
}

/// The birth of a document as it is meant, but for one of its rules, perhaps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Birth {
    /// The first creator believes that it is alone.
    WithoutLookingForOthers,
    /// Who comes later does not look for the first version.
    WithoutLookingForTheFirst,
    /// None of them.
    Whole,
}

const CLAIMS: u64 = 1 << 20;

/// What a birth key says.
fn number(value: &[u8]) -> u64 {
    match std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()) {
        Some(decimal) => decimal,
        None => u64::from_le_bytes(value.try_into().expect("eight bytes")),
    }
}

/// A birth by `claim`, in the form of what is there.
fn birth(claim: u64, there: &[u8]) -> Vec<u8> {
    let number = claim * CLAIMS;
    let is_decimal = there.iter().all(u8::is_ascii_digit);
    if is_decimal { number.to_string().into_bytes() } else { number.to_le_bytes().to_vec() }
}

impl Birth {
    async fn find(kv: &MemoryKv, document: &str) -> Result<Option<u64>, StoreError> {
        let first = kv.get(&format!("{document}#1")).await?;
        let value = kv.get(&format!("birth:{document}")).await?;
        Ok(match (value.map(|value| number(&value)), first) {
            (None, _) => None,
            (Some(number), _) if number >= CLAIMS => Some(number / CLAIMS),
            (Some(_), None) => None,
            (Some(1), Some(_)) => Some(1),
            (Some(_), Some(_)) => Some(Self::bear(kv, document, 1).await?),
        })
    }

    async fn bear(kv: &MemoryKv, document: &str, claim: u64) -> Result<u64, StoreError> {
        let key = format!("birth:{document}");
        loop {
            let (watch, value) = kv.watch(&key).await?;
            let value = value.expect("it was incremented");
            if number(&value) >= CLAIMS {
                return Ok(number(&value) / CLAIMS);
            }
            kv.swap(watch, &birth(claim, &value)).await?;
        }
    }

    async fn create(self, kv: &MemoryKv, document: &str, value: &[u8]) -> Result<bool, StoreError> {
        let key = format!("birth:{document}");
        let claim = u64::try_from(kv.increment(&key, 1).await?).expect("a claim");
        if claim >= CLAIMS {
            return Ok(false);
        }
        let looks = self != Self::WithoutLookingForTheFirst;
        if claim != 1 && looks && kv.get(&format!("{document}#1")).await?.is_some() {
            Self::bear(kv, document, 1).await?;
            return Ok(false);
        }
        kv.set(&format!("{document}#{claim}"), value).await?;
        let is_alone = match self {
            Self::WithoutLookingForOthers => true,
            _ => kv.get(&key).await?.is_some_and(|value| number(&value) == 1),
        };
        let won = match claim == 1 && is_alone {
            true => 1,
            false => Self::bear(kv, document, claim).await?,
        };
        Ok(won == claim)
    }
}

impl Commit for Birth {
    async fn commit(
        self,
        store: &Store<MemoryKv>,
        document: &str,
        event: u64,
    ) -> Result<(), StoreError> {
        for _ in 0..30 {
            let Some(claim) = Self::find(store.kv(), document).await? else {
                if let Change::Write(value, ()) = turn(document, None, event, true)?
                    && self.create(store.kv(), document, &value).await?
                {
                    return Ok(());
                }
                continue;
            };
            let (watch, current) = store.kv().watch(&format!("{document}#{claim}")).await?;
            match turn(document, current.as_deref(), event, true)? {
                Change::Keep(()) => return Ok(()),
                Change::Write(value, ()) => store.kv().swap(watch, &value).await?,
            };
        }
        Err(StoreError::Contention { key: document.into() })
    }
}

#[test]
fn a_birth_without_looking_for_others_loses_turns() {
    for backend in Backend::ALL {
        for rule in [Birth::WithoutLookingForOthers, Birth::WithoutLookingForTheFirst] {
            assert_caught(backend, CALM, rule, Wrong::Lost);
        }
    }
}

/// Too rare for the runs above: once in some 50,000.
#[test]
fn a_birth_key_that_is_read_before_the_first_place_leads_astray() {
    for backend in Backend::ALL {
        let kv = MemoryKv::new(backend);
        block_on(async {
            let claim = kv.increment("birth:d", 1).await.unwrap();
            assert_eq!(claim, 1, "the first creator is slow");
            let read_first = kv.get("birth:d").await.unwrap().map(|value| number(&value));
            // Meanwhile a second creator begins and ends, and only then the first one writes.
            assert!(Birth::Whole.create(&kv, "d", b"{}").await.unwrap());
            kv.set("d#1", b"{}").await.unwrap();
            let found = kv.get("d#1").await.unwrap();
            assert_eq!(
                (read_first, found.is_some()),
                (Some(1), true),
                "it looks like the document"
            );
            assert_eq!(Birth::find(&kv, "d").await, Ok(Some(2)));
        });
    }
}
