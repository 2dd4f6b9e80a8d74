//! Lists that are changed from all sides at once, over a store that fails, under tasks that die: nothing that was
//! acknowledged is lost, nothing is listed twice.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod list;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use list::{Line, index, line, open, pages};
use store::memory::{Backend, Fault, MemoryKv, Random, Scheduler, Task, block_on};
use store::{Listed, Order, Store};

const MOST: usize = 10_000;

/// Entries of 4,000 bytes: a dozen fill the head, eight a page, sixteen split one.
const BYTES: usize = 4_000;

/// How rough a run is. 0 = never.
#[derive(Clone, Copy, Debug)]
struct Weather {
    /// An operation fails once in this many.
    faults: u64,
    /// A task dies once in this many steps.
    crashes: u64,
}

const CALM: Weather = Weather { faults: 0, crashes: 0 };
const ROUGH: Weather = Weather { faults: 40, crashes: 150 };
const STORM: Weather = Weather { faults: 8, crashes: 40 };

impl Weather {
    fn begin(self, kv: &MemoryKv, mut failing: Random) {
        kv.faults(move |_| {
            failing.once_in(self.faults).then(|| match failing.below(3) {
                0 => Fault::Before,
                1 => Fault::After,
                _ => Fault::Late(failing.below(40)),
            })
        });
    }

    fn is_calm(self) -> bool {
        self.faults == 0 && self.crashes == 0
    }
}

/// What a task does.
#[derive(Clone, Debug)]
enum Deed {
    Enlist(Line),
    Amend(Line),
    Remove(Line),
}

impl Deed {
    fn line(&self) -> &Line {
        let (Deed::Enlist(line) | Deed::Amend(line) | Deed::Remove(line)) = self;
        line
    }

    /// Asks again after an error, for a while.
    async fn is_done_in(&self, store: &Store<MemoryKv>) -> bool {
        let index = index(store);
        for _ in 0..20 {
            let acknowledged = match self {
                Deed::Enlist(line) => index.enlist(line, MOST).await.is_ok(),
                Deed::Amend(line) => index.amend(line).await.is_ok(),
                Deed::Remove(line) => index.remove(line.id, line.created_at).await.is_ok(),
            };
            if acknowledged {
                return true;
            }
        }
        false
    }
}

/// What is there before, by [`begin`].
const BEFORE: u64 = 34;

fn begin(kv: &MemoryKv, random: &mut Random) {
    let store = open(kv, random);
    for n in 1..=BEFORE {
        block_on(index(&store).enlist(&line(n, 10 * n, BYTES), MOST)).unwrap();
    }
}

/// One deed for each entry, so that it is known what must be there at the end.
fn deeds(random: &mut Random) -> Vec<Deed> {
    let mut deeds = Vec::new();
    for n in 1..=BEFORE {
        let mut line = line(n, 10 * n, BYTES);
        match random.below(6) {
            0 | 1 => deeds.push(Deed::Remove(line)),
            2 => {
                line.updated_at += 1;
                line.marked = !line.marked;
                line.text = "amended".repeat(random.below(2_000) as usize);
                deeds.push(Deed::Amend(line));
            }
            _ => {}
        }
    }
    for n in 0..random.below(20) {
        // New ones, and such as are public now and were created long ago.
        let at = if random.once_in(3) { random.below(400) } else { 10_000 + n };
        deeds.push(Deed::Enlist(line(100 + n, at, BYTES)));
    }
    deeds
}

/// Plays one run; what is wrong at its end.
fn play(backend: Backend, weather: Weather, seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed);
    let kv = MemoryKv::new(backend);
    begin(&kv, &mut random);
    weather.begin(&kv, random.fork());
    let deeds = deeds(&mut random);
    let done = Rc::new(RefCell::new(BTreeSet::new()));
    let mut scheduler = Scheduler::new(random.number());
    let mut doing: BTreeMap<Task, usize> = BTreeMap::new();
    let act = |scheduler: &mut Scheduler, random: &mut Random, at: usize| {
        let (deed, done, store) = (deeds[at].clone(), done.clone(), open(&kv, random));
        scheduler.spawn(async move {
            if deed.is_done_in(&store).await {
                done.borrow_mut().insert(at);
            }
        })
    };
    for at in 0..deeds.len() {
        // Some are asked for twice at the same instant.
        for _ in 0..=u64::from(random.once_in(4)) {
            doing.insert(act(&mut scheduler, &mut random, at), at);
        }
    }
    // Somebody reads all the while.
    let (reading, reader) = (Rc::new(RefCell::new(Vec::new())), open(&kv, &mut random));
    let seen = reading.clone();
    scheduler.spawn(async move {
        for _ in 0..5 {
            if let Ok(read) = index(&reader).scan(Order::OldestFirst).await {
                seen.borrow_mut().push(read);
            }
        }
    });
    while scheduler.step() {
        if random.once_in(weather.crashes) {
            let tasks = scheduler.tasks();
            let Some(task) = tasks.get(random.below(tasks.len().max(1) as u64) as usize) else {
                continue;
            };
            scheduler.crash(*task);
            if let (Some(at), false) = (doing.get(task).copied(), random.once_in(4)) {
                doing.insert(act(&mut scheduler, &mut random, at), at);
            }
        }
    }
    kv.settle();
    for read in reading.take() {
        twice(&read)?;
        untouched(&read, &deeds)?;
    }
    let done = done.take();
    if weather.is_calm() && done.len() != deeds.len() {
        return Err(format!("{} of {} are acknowledged", done.len(), deeds.len()));
    }
    let store = open(&kv, &mut random);
    let list = block_on(index(&store).scan(Order::OldestFirst)).map_err(|e| e.to_string())?;
    twice(&list)?;
    untouched(&list, &deeds)?;
    done.into_iter().try_for_each(|at| kept(&list, &deeds[at]))?;
    if weather.is_calm() { counted(&list, &kv) } else { Ok(()) }
}

fn twice(list: &Listed<Line>) -> Result<(), String> {
    let ids: BTreeSet<_> = list.entries.iter().map(|line| line.id).collect();
    let ordered = list.entries.is_sorted_by_key(|line| (line.created_at, line.id));
    if ids.len() != list.entries.len() || !ordered {
        return Err("an entry is listed twice, or out of order".to_owned());
    }
    Ok(())
}

/// What nobody changes is always there.
fn untouched(list: &Listed<Line>, deeds: &[Deed]) -> Result<(), String> {
    for n in 1..=BEFORE {
        let line = line(n, 10 * n, BYTES);
        if !deeds.iter().any(|deed| deed.line().id == line.id) && !list.entries.contains(&line) {
            return Err(format!("{n} is lost"));
        }
    }
    Ok(())
}

/// What was acknowledged holds.
fn kept(list: &Listed<Line>, deed: &Deed) -> Result<(), String> {
    let there = list.entries.iter().find(|line| line.id == deed.line().id);
    let holds = match deed {
        Deed::Enlist(line) | Deed::Amend(line) => there == Some(line),
        Deed::Remove(_) => there.is_none(),
    };
    let (id, created_at) = (deed.line().id, deed.line().created_at);
    if holds { Ok(()) } else { Err(format!("{id} of {created_at}: what was done is undone")) }
}

/// Counts are exact, and nothing lies about, if all came to their end.
fn counted(list: &Listed<Line>, kv: &MemoryKv) -> Result<(), String> {
    let marked = list.entries.iter().filter(|line| line.marked).count();
    if (list.total, list.marked) != (list.entries.len(), marked) {
        return Err(format!("{} entries, counted {}", list.entries.len(), list.total));
    }
    let bytes: usize = pages(kv).iter().map(|page| kv.peek(page).unwrap().len()).sum();
    let listed: usize =
        list.entries.iter().map(|line| serde_json::to_vec(line).unwrap().len()).sum();
    if bytes > listed + 10_000 {
        return Err(format!("pages take {bytes} bytes, entries {listed}"));
    }
    Ok(())
}

fn assert_all(backend: Backend) {
    for weather in [CALM, ROUGH, STORM] {
        for seed in 0..100 {
            let wrong = play(backend, weather, seed);
            assert_eq!(wrong, Ok(()), "{backend:?}, {weather:?}, seed {seed}");
        }
    }
}

#[test]
fn racing_changes_of_a_list_are_kept_once_on_sqlite() {
    assert_all(Backend::Sqlite);
}

#[test]
fn racing_changes_of_a_list_are_kept_once_on_redis() {
    assert_all(Backend::Redis);
}

#[test]
fn racing_changes_of_a_list_are_kept_once_on_dynamodb() {
    assert_all(Backend::DynamoDb);
}
