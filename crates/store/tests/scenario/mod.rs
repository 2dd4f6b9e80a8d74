//! Events delivered to several writers at once, again and again until acknowledged, over a store that fails and
//! under tasks that die. At the end every event must be in its document once, or not at all if it was never
//! acknowledged.

#![allow(dead_code)] // Each test file uses a part.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use store::memory::{Backend, Fault, MemoryKv, Random, Scheduler, Task, block_on};
use store::{Change, Store, StoreError, from_json, to_json};

/// A document of the test: the events that it has seen, and how often it was changed.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub turns: u64,
    pub events: Vec<u64>,
}

/// One try to commit an event into a document.
pub trait Commit: Copy + 'static {
    async fn commit(
        self,
        store: &Store<MemoryKv>,
        document: &str,
        event: u64,
    ) -> Result<(), StoreError>;

    /// What a reader finds at the end.
    async fn read(self, store: &Store<MemoryKv>, document: &str) -> Option<Vec<u8>> {
        store.read(document).await.expect("no faults at the end")
    }
}

/// The change that an event makes.
pub fn turn(
    document: &str,
    current: Option<&[u8]>,
    event: u64,
    look_for_it: bool,
) -> Result<Change<()>, StoreError> {
    let mut tally = match current {
        Some(bytes) => from_json(document, bytes)?,
        None => Tally::default(),
    };
    if look_for_it && tally.events.contains(&event) {
        return Ok(Change::Keep(()));
    }
    tally.turns += 1;
    tally.events.push(event);
    Ok(Change::Write(to_json(document, &tally)?, ()))
}

/// `Store::update`, as meant.
#[derive(Clone, Copy)]
pub struct Update;

impl Commit for Update {
    async fn commit(
        self,
        store: &Store<MemoryKv>,
        document: &str,
        event: u64,
    ) -> Result<(), StoreError> {
        let apply =
            async |current: Option<Vec<u8>>| turn(document, current.as_deref(), event, true);
        store.update(document, apply).await
    }
}

/// How rough a run is. 0 = never.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// An operation fails once in this many.
    pub faults: u64,
    /// A task dies once in this many steps.
    pub crashes: u64,
}

pub const CALM: Weather = Weather { faults: 0, crashes: 0 };
pub const ROUGH: Weather = Weather { faults: 20, crashes: 60 };
pub const STORM: Weather = Weather { faults: 4, crashes: 15 };

/// What went wrong in a run.
#[derive(Debug, PartialEq, Eq)]
pub enum Wrong {
    Lost,
    Doubled,
    Unknown,
    Unacknowledged,
    Unreadable,
}

/// What happened in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub steps: u64,
    pub events: u64,
    /// Of events, those that came again included.
    pub deliveries: u64,
    pub crashes: u64,
    /// Operations that failed.
    pub faults: u64,
}

type Acknowledged = Rc<RefCell<BTreeSet<u64>>>;

/// Plays one run.
pub fn play(
    backend: Backend,
    weather: Weather,
    seed: u64,
    commit: impl Commit,
) -> Result<(), Wrong> {
    play_counting(backend, weather, seed, commit).1
}

/// Plays one run, and counts.
pub fn play_counting(
    backend: Backend,
    weather: Weather,
    seed: u64,
    commit: impl Commit,
) -> (Counts, Result<(), Wrong>) {
    let mut random = Random::new(seed);
    let kv = MemoryKv::new(backend);
    let mut failing = random.fork();
    let faults = Rc::new(Cell::new(0));
    let counted = Rc::clone(&faults);
    kv.faults(move |_| {
        failing.once_in(weather.faults).then(|| {
            counted.set(counted.get() + 1);
            match failing.below(3) {
                0 => Fault::Before,
                1 => Fault::After,
                _ => Fault::Late(failing.below(40)),
            }
        })
    });
    // One or two instances, each with its cache of births, each serving several requests.
    let instances: Vec<_> =
        (0..=random.below(2)).map(|_| Rc::new(open(&kv, &mut random))).collect();
    // Some know already how this host writes numbers, and so whether it reads keys together.
    let known = match backend {
        Backend::Sqlite => 1_i64.to_le_bytes().to_vec(),
        Backend::Redis | Backend::DynamoDb => b"1".to_vec(),
    };
    kv.poke("number", &known);
    for instance in instances.iter().filter(|_| random.once_in(2)) {
        let _ = block_on(instance.count("number"));
    }
    let documents = 1 + random.below(2);
    let events = 2 + random.below(5);
    let acknowledged = Acknowledged::default();

    let mut scheduler = Scheduler::new(random.number());
    let mut delivered: BTreeMap<Task, u64> = BTreeMap::new();
    let deliver = |scheduler: &mut Scheduler, random: &mut Random, event: u64| {
        let instance = instances[random.below(instances.len() as u64) as usize].clone();
        let document = name(event % documents);
        let acknowledged = acknowledged.clone();
        scheduler.spawn(async move {
            // A provider that got an error asks again, for a while.
            for _ in 0..20 {
                if commit.commit(&instance, &document, event).await.is_ok() {
                    acknowledged.borrow_mut().insert(event);
                    return;
                }
            }
        })
    };
    for event in 0..events {
        // Some events are delivered twice at the same instant.
        for _ in 0..=u64::from(random.once_in(4)) {
            delivered.insert(deliver(&mut scheduler, &mut random, event), event);
        }
    }
    let mut crashes = 0;
    while scheduler.step() {
        if random.once_in(weather.crashes) {
            let tasks = scheduler.tasks();
            let Some(task) = tasks.get(random.below(tasks.len().max(1) as u64) as usize) else {
                continue;
            };
            scheduler.crash(*task);
            crashes += 1;
            // What was not acknowledged comes again, mostly.
            if !random.once_in(4) {
                let event = delivered[task];
                delivered.insert(deliver(&mut scheduler, &mut random, event), event);
            }
        }
    }
    kv.settle();
    let acknowledged = acknowledged.take();
    let counts = Counts {
        steps: scheduler.steps(),
        events,
        deliveries: delivered.len() as u64,
        crashes,
        faults: faults.get(),
    };
    if weather.faults == 0 && weather.crashes == 0 && acknowledged.len() as u64 != events {
        return (counts, Err(Wrong::Unacknowledged));
    }
    let reader = open(&kv, &mut random);
    let verdict = (0..documents).try_for_each(|document| {
        let events = (0..events).filter(|event| event % documents == document);
        let found = block_on(commit.read(&reader, &name(document)));
        check(found, &events.collect(), &acknowledged)
    });
    (counts, verdict)
}

fn check(
    found: Option<Vec<u8>>,
    events: &BTreeSet<u64>,
    acknowledged: &BTreeSet<u64>,
) -> Result<(), Wrong> {
    let tally: Tally = match found {
        Some(bytes) => serde_json::from_slice(&bytes).map_err(|_| Wrong::Unreadable)?,
        None => Tally::default(),
    };
    let seen: BTreeSet<u64> = tally.events.iter().copied().collect();
    if tally.turns != seen.len() as u64 || tally.events.len() != seen.len() {
        return Err(Wrong::Doubled);
    }
    if !seen.is_subset(events) {
        return Err(Wrong::Unknown);
    }
    if events.intersection(acknowledged).any(|event| !seen.contains(event)) {
        return Err(Wrong::Lost);
    }
    Ok(())
}

/// Plays the seeds from 0 up; the first that goes wrong, and how.
pub fn first_wrong(
    backend: Backend,
    weather: Weather,
    seeds: u64,
    commit: impl Commit,
) -> Option<(u64, Wrong)> {
    (0..seeds)
        .find_map(|seed| play(backend, weather, seed, commit).err().map(|wrong| (seed, wrong)))
}

pub fn open(kv: &MemoryKv, random: &mut Random) -> Store<MemoryKv> {
    let mut random = random.fork();
    Store::new(kv.clone(), move || random.number())
}

pub fn name(document: u64) -> String {
    format!("conversation:{document}")
}
