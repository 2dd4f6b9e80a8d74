//! Protocols that are known to be wrong: each takes one mechanism out of the machine that the engine runs on, so that the
//! engine itself stays as it is. The runs must show it, or they would prove nothing (`known_wrong.rs`).

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use serde_json::Value;
use store::memory::{MemoryKv, MemoryWatch};
use store::{Kv, KvError, Swap};

/// What a short list of applied turns keeps at least, in characters of the stored list: three events, of 16 bytes each in
/// base64. It is cut by as much, so that it stays base64.
const SHORT: usize = 64;
/// What the birth key says to whom it does not decide anything: the first creator's claim.
const FIRST_CLAIM: &[u8] = b"1";

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A swap is believed to have written, whatever the store says of it.
    TrustedSwap,
    /// Each creator of a document takes itself for the only one.
    NoBirthKey,
    /// Of the applied events only the newest are remembered.
    ShortSeen,
    /// A turn heeds no other's lease: what another one is sending looks as if it were still to be sent.
    NoLease,
    /// A message is recorded as sent, and is sent then.
    MarkBeforeSend,
    /// The due slot that announces a document is written after it.
    DocumentBeforeSlot,
    /// An event is acknowledged, and is committed then.
    AcknowledgedFirst,
    /// The steps of a call are not remembered from one request to the next.
    NoSteps,
}

/// The store of one machine: the simulated one, through a flaw.
pub struct SimKv {
    kv: MemoryKv,
    flaw: Option<Flaw>,
    /// The turns of this machine that took something.
    mine: RefCell<BTreeSet<String>>,
    /// Whether it wrote a conversation: what it reads then may be its own.
    has_written: Cell<bool>,
    /// Due slots that wait for their document.
    slots: RefCell<Vec<(String, Vec<u8>)>>,
}

impl SimKv {
    pub fn new(kv: MemoryKv, flaw: Option<Flaw>) -> Self {
        let (mine, has_written, slots) = Default::default();
        Self { kv, flaw, mine, has_written, slots }
    }

    fn is(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// What is read in place of a value.
    fn shown(&self, key: &str, value: Vec<u8>) -> Vec<u8> {
        if self.is(Flaw::NoBirthKey) && key.starts_with("birth:") {
            return FIRST_CLAIM.to_vec();
        }
        if self.is(Flaw::NoSteps) && is_conversation(key) && !self.has_written.get() {
            return changed(value, forget_steps);
        }
        if !self.is(Flaw::NoLease) || !is_conversation(key) {
            return value;
        }
        let mine = self.mine.borrow();
        changed(value, |document| {
            for entry in entries(document, "outbox") {
                let holder = entry["turn"].as_str().unwrap_or_default();
                if entry["state"] == "sending" && !mine.contains(holder) {
                    entry["state"] = "queued".into();
                }
            }
        })
    }

    /// What is written in place of a value.
    fn kept(&self, key: &str, value: &[u8]) -> Vec<u8> {
        let value = value.to_vec();
        if !is_conversation(key) {
            return value;
        }
        self.has_written.set(true);
        match self.flaw {
            Some(Flaw::NoLease) => changed(value, |document| {
                let turns = entries(document, "outbox").filter_map(|entry| entry["turn"].as_str());
                self.mine.borrow_mut().extend(turns.map(str::to_owned));
            }),
            Some(Flaw::ShortSeen) => changed(value, shorten_seen),
            _ => value,
        }
    }

    /// A conversation was written: what announces it may follow.
    async fn announce(&self, key: &str) -> Result<(), KvError> {
        if !is_conversation(key) {
            return Ok(());
        }
        let slots = self.slots.take();
        for (slot, value) in slots {
            self.kv.set(&slot, &value).await?;
        }
        Ok(())
    }
}

/// Whether a document is a conversation's, not a page of it.
fn is_conversation(key: &str) -> bool {
    key.starts_with("conversation:") && key.contains('#')
}

fn is_due_slot(key: &str) -> bool {
    key.starts_with("due:") && key.contains('/')
}

fn changed(value: Vec<u8>, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let Ok(mut document) = serde_json::from_slice::<Value>(&value) else { return value };
    let before = document.clone();
    change(&mut document);
    if document == before { value } else { document.to_string().into_bytes() }
}

fn entries<'a>(document: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
    document.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
}

fn forget_steps(document: &mut Value) {
    for call in entries(document, "phone_calls") {
        call.as_object_mut().and_then(|call| call.remove("steps"));
    }
}

fn shorten_seen(document: &mut Value) {
    let Some(list) = document.pointer_mut("/seen/recent") else { return };
    let packed = list.as_str().unwrap_or_default();
    let forgotten = (packed.len() / SHORT).saturating_sub(1) * SHORT;
    *list = packed[forgotten..].into();
}

impl Kv for SimKv {
    type Watch = (String, MemoryWatch);

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        Ok(self.kv.get(key).await?.map(|value| self.shown(key, value)))
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        if self.is(Flaw::DocumentBeforeSlot) && is_due_slot(key) {
            self.slots.borrow_mut().push((key.to_owned(), value.to_vec()));
            return Ok(());
        }
        self.kv.set(key, &self.kept(key, value)).await?;
        self.announce(key).await
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.kv.delete(key).await
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        let number = self.kv.increment(key, delta).await?;
        let is_first = self.is(Flaw::NoBirthKey) && key.starts_with("birth:");
        Ok(if is_first { 1 } else { number })
    }

    async fn watch(&self, key: &str) -> Result<(Self::Watch, Option<Vec<u8>>), KvError> {
        let (watch, value) = self.kv.watch(key).await?;
        Ok(((key.to_owned(), watch), value.map(|value| self.shown(key, value))))
    }

    async fn swap(&self, (key, watch): Self::Watch, value: &[u8]) -> Result<Swap, KvError> {
        let swapped = self.kv.swap(watch, &self.kept(&key, value)).await?;
        self.announce(&key).await?;
        Ok(if self.is(Flaw::TrustedSwap) { Swap::Written } else { swapped })
    }

    async fn pause(&self, milliseconds: u64) {
        self.kv.pause(milliseconds).await;
    }
}
