//! The values, and what each of Spin's stores does with an operation.
//!
//! Behaviour read from Spin 4.1: `key-value-spin`, `key-value-redis`, `key-value-aws`, each `src/store.rs`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::fault::{Counts, Fault, Kind, Operation};
use crate::kv::{Kv, KvError, Swap, Value};

/// Whose behaviour to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Numbers are eight bytes; `increment` of anything else panics with the lock held, after which nothing works.
    /// A swap compares values; of a key that did not exist it writes in any case.
    Sqlite,
    /// Numbers are decimal. A swap writes if nobody wrote the key meanwhile, and always says that it failed.
    Redis,
    /// Numbers are decimal. A swap does what it says. (With `consistent_read`.)
    DynamoDb,
}

impl Backend {
    /// All of them.
    pub const ALL: [Backend; 3] = [Backend::Sqlite, Backend::Redis, Backend::DynamoDb];
}

/// A store in memory. Clones are handles of the same store.
#[derive(Clone)]
pub struct MemoryKv(Rc<RefCell<World>>);

type Faults = Box<dyn FnMut(&Operation) -> Option<Fault>>;

struct World {
    backend: Backend,
    values: BTreeMap<String, Vec<u8>>,
    /// How often each key was written; also by what left it as it was.
    written: BTreeMap<String, u64>,
    poisoned: bool,
    counts: Counts,
    batches: u64,
    faults: Faults,
    /// Given up, and still to be done once that many operations were counted.
    late: Vec<(u64, Effect)>,
}

/// A key as it was when it was watched.
#[derive(Clone, Debug)]
pub struct MemoryWatch {
    key: String,
    value: Option<Vec<u8>>,
    written: u64,
}

enum Effect {
    Set(String, Vec<u8>),
    Delete(String),
    Increment(String, i64),
    Swap(MemoryWatch, Vec<u8>),
}

/// What an effect answers: each operation reads its own part.
#[derive(Default)]
struct Answer {
    number: i64,
    swapped: bool,
}

impl MemoryKv {
    /// An empty store without faults.
    pub fn new(backend: Backend) -> Self {
        Self(Rc::new(RefCell::new(World {
            backend,
            values: BTreeMap::new(),
            written: BTreeMap::new(),
            poisoned: false,
            counts: Counts::default(),
            batches: 0,
            faults: Box::new(|_| None),
            late: Vec::new(),
        })))
    }

    /// From now on `faults` decides of each operation whether and how it fails.
    pub fn faults(&self, faults: impl FnMut(&Operation) -> Option<Fault> + 'static) {
        self.0.borrow_mut().faults = Box::new(faults);
    }

    /// The `nth` operation from now, from 0 up, fails; no other.
    pub fn fail_at(&self, nth: u64, fault: Fault) {
        let nth = self.counts().total() + nth;
        self.faults(move |operation| (operation.nth == nth).then_some(fault));
    }

    /// Ends all faults, and does what is still to be done late.
    pub fn settle(&self) {
        self.faults(|_| None);
        self.0.borrow_mut().arrive(u64::MAX);
    }

    /// Operations so far.
    pub fn counts(&self) -> Counts {
        self.0.borrow().counts
    }

    /// How often keys were read together, which [`counts`](Self::counts) counts as so many gets.
    pub fn batches(&self) -> u64 {
        self.0.borrow().batches
    }

    /// All keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        self.0.borrow().values.keys().cloned().collect()
    }

    /// The value of `key`: no operation, never a fault.
    pub fn peek(&self, key: &str) -> Option<Vec<u8>> {
        self.0.borrow().values.get(key).cloned()
    }

    /// Writes `key`: no operation, never a fault.
    pub fn poke(&self, key: &str, value: &[u8]) {
        self.0.borrow_mut().write(key, Some(value.to_vec()));
    }

    async fn operate<T>(
        &self,
        kind: Kind,
        key: &str,
        act: impl FnOnce(&mut World, Option<Fault>) -> Result<T, KvError>,
    ) -> Result<T, KvError> {
        yield_once().await;
        let answer = self.0.borrow_mut().operate(kind, key, act);
        // Here a task can be ended that has written, and does not know it.
        yield_once().await;
        answer
    }

    async fn read(&self, kind: Kind, key: &str) -> Result<MemoryWatch, KvError> {
        let read = |world: &mut World, fault| match fault {
            None => Ok(MemoryWatch {
                key: key.to_owned(),
                value: world.values.get(key).cloned(),
                written: world.written.get(key).copied().unwrap_or(0),
            }),
            Some(_) => Err(injected()),
        };
        self.operate(kind, key, read).await
    }

    async fn write(&self, kind: Kind, key: &str, effect: Effect) -> Result<Answer, KvError> {
        let write = |world: &mut World, fault| match fault {
            None => world.act(effect),
            Some(Fault::Before) => Err(injected()),
            Some(Fault::After) => world.act(effect).and(Err(injected())),
            Some(Fault::Late(operations)) => {
                let due = world.counts.total().saturating_add(operations);
                world.late.push((due, effect));
                Err(injected())
            }
        };
        self.operate(kind, key, write).await
    }
}

impl World {
    fn operate<T>(
        &mut self,
        kind: Kind,
        key: &str,
        act: impl FnOnce(&mut World, Option<Fault>) -> Result<T, KvError>,
    ) -> Result<T, KvError> {
        let nth = self.counts.total();
        self.counts.count(kind);
        self.arrive(nth);
        let fault = (self.faults)(&Operation { nth, kind, key });
        self.alive()?;
        act(self, fault)
    }

    /// Counts each key. What is late is done before the first is read.
    fn get_at_once(&mut self, keys: &[String]) -> Result<Vec<Value>, KvError> {
        self.batches += 1;
        for key in keys {
            let fails = |_: &mut World, fault: Option<Fault>| match fault {
                None => Ok(()),
                Some(_) => Err(injected()),
            };
            self.operate(Kind::Get, key, fails)?;
        }
        Ok(keys.iter().map(|key| self.values.get(key).cloned()).collect())
    }

    /// Does what is late, and due by now.
    fn arrive(&mut self, now: u64) {
        let (due, later) =
            std::mem::take(&mut self.late).into_iter().partition(|(due, _)| *due <= now);
        self.late = later;
        for (_, effect) in due {
            // Nobody waits for the answer any more.
            let _ = self.act(effect);
        }
    }

    fn act(&mut self, effect: Effect) -> Result<Answer, KvError> {
        self.alive()?;
        let mut answer = Answer::default();
        match effect {
            Effect::Set(key, value) => self.write(&key, Some(value)),
            Effect::Delete(key) => self.write(&key, None),
            Effect::Increment(key, delta) => answer.number = self.increment(&key, delta)?,
            Effect::Swap(watch, value) => answer.swapped = self.swap(watch, value),
        }
        Ok(answer)
    }

    fn alive(&self) -> Result<(), KvError> {
        match self.poisoned {
            false => Ok(()),
            true => Err(KvError("the host has panicked with the lock held".into())),
        }
    }

    fn write(&mut self, key: &str, value: Option<Vec<u8>>) {
        *self.written.entry(key.to_owned()).or_default() += 1;
        match value {
            Some(value) => self.values.insert(key.to_owned(), value),
            None => self.values.remove(key),
        };
    }

    fn increment(&mut self, key: &str, delta: i64) -> Result<i64, KvError> {
        let old = self.values.get(key);
        let number = match (self.backend, old) {
            (_, None) => Some(0),
            (Backend::Sqlite, Some(value)) => {
                let bytes = value.as_slice().try_into().ok();
                self.poisoned = bytes.is_none();
                bytes.map(i64::from_le_bytes)
            }
            (_, Some(value)) => str::from_utf8(value).ok().and_then(|text| text.parse().ok()),
        };
        self.alive()?;
        let number = number.and_then(|number: i64| number.checked_add(delta));
        let number = number.ok_or_else(|| KvError("value is not an integer".into()))?;
        let value = match self.backend {
            Backend::Sqlite => number.to_le_bytes().to_vec(),
            Backend::Redis | Backend::DynamoDb => number.to_string().into_bytes(),
        };
        self.write(key, Some(value));
        Ok(number)
    }

    /// Whether the host says that it has written.
    fn swap(&mut self, watch: MemoryWatch, value: Vec<u8>) -> bool {
        let same = self.values.get(&watch.key) == watch.value.as_ref();
        let untouched = self.written.get(&watch.key).copied().unwrap_or(0) == watch.written;
        let writes = match self.backend {
            Backend::Sqlite => same || watch.value.is_none(),
            Backend::Redis => untouched,
            Backend::DynamoDb => same,
        };
        if writes {
            self.write(&watch.key, Some(value));
        }
        writes && self.backend != Backend::Redis
    }
}

impl Kv for MemoryKv {
    type Watch = MemoryWatch;

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        Ok(self.read(Kind::Get, key).await?.value)
    }

    async fn get_at_once(&self, keys: &[String]) -> Result<Option<Vec<Value>>, KvError> {
        assert_eq!(self.0.borrow().backend, Backend::Sqlite, "no other store is asked");
        yield_once().await;
        let values = self.0.borrow_mut().get_at_once(keys);
        yield_once().await;
        values.map(Some)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        let effect = Effect::Set(key.to_owned(), value.to_vec());
        self.write(Kind::Set, key, effect).await.map(drop)
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        let effect = Effect::Delete(key.to_owned());
        self.write(Kind::Delete, key, effect).await.map(drop)
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        let effect = Effect::Increment(key.to_owned(), delta);
        Ok(self.write(Kind::Increment, key, effect).await?.number)
    }

    async fn watch(&self, key: &str) -> Result<(Self::Watch, Option<Vec<u8>>), KvError> {
        let watch = self.read(Kind::Watch, key).await?;
        let value = watch.value.clone();
        Ok((watch, value))
    }

    async fn swap(&self, watch: Self::Watch, value: &[u8]) -> Result<Swap, KvError> {
        let key = watch.key.clone();
        let effect = Effect::Swap(watch, value.to_vec());
        match self.write(Kind::Swap, &key, effect).await?.swapped {
            true => Ok(Swap::Written),
            false => Ok(Swap::Unclear),
        }
    }

    async fn pause(&self, _: u64) {
        yield_once().await;
    }
}

fn injected() -> KvError {
    KvError("a fault of the test".into())
}

/// Lets the scheduler choose who goes on.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| match std::mem::replace(&mut yielded, true) {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}
