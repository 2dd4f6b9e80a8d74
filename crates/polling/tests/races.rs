//! Hosts that start and hear the same at the same time, over a store that fails, and die: what was committed is listed
//! once, and nothing else is.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod desk;

use std::collections::{BTreeMap, BTreeSet};

use conversation::Conversation;
use desk::{NOON, TEAM, Turn, conversation, open};
use store::keys;
use store::memory::{Backend, Fault, MemoryKv, Random, Scheduler, block_on};
use uuid::Uuid;

const CONTACTS: usize = 3;
const FLOWS: u128 = 2;

/// How rough a run is: each goes wrong once in so many times; 0: never.
#[derive(Clone, Copy, Debug)]
struct Weather {
    faults: u64,
    crashes: u64,
}

fn draw(random: &mut Random) -> Turn {
    let contact = usize::try_from(random.below(CONTACTS as u64)).unwrap();
    let (flow, at) = (1 + u128::from(random.below(2)), NOON.plus_millis(random.below(6)));
    let kind = random.once_in(2).then_some("text");
    Turn { keyed: random.once_in(2), kind, flow, ..Turn::trigger(contact, 0, at) }
}

fn play(backend: Backend, weather: Weather, seed: u64) -> MemoryKv {
    let mut random = Random::new(seed);
    let kv = MemoryKv::new(backend);
    block_on(polling::note_poll(&open(&kv), TEAM, NOON)).unwrap();
    let mut failing = random.fork();
    kv.faults(move |_| {
        failing.once_in(weather.faults).then(|| match failing.below(3) {
            0 => Fault::Before,
            1 => Fault::After,
            _ => Fault::Late(failing.below(40)),
        })
    });
    let mut scheduler = Scheduler::new(random.number());
    for host in 0..10 {
        let (turn, store) = (draw(&mut random), open(&kv));
        scheduler.spawn(async move {
            // Whoever was told of a failure asks again.
            for again in 0..3 {
                if turn.commit(&store, host * 10 + again).await.is_ok() {
                    break;
                }
            }
        });
    }
    while scheduler.step() {
        let alive = scheduler.tasks();
        if random.once_in(weather.crashes) && !alive.is_empty() {
            let at = usize::try_from(random.below(alive.len() as u64)).unwrap();
            scheduler.crash(alive[at]);
        }
    }
    kv.settle();
    kv
}

fn there(kv: &MemoryKv) -> Vec<Conversation> {
    let key = |contact| keys::conversation(&conversation(contact).id.to_string());
    (0..CONTACTS)
        .filter_map(|contact| block_on(open(kv).read_json(&key(contact))).unwrap())
        .collect()
}

fn judge(kv: &MemoryKv, is_calm: bool) -> Result<(), String> {
    let (store, there) = (open(kv), there(kv));
    let once = |listed: Vec<Uuid>, there: Vec<Uuid>| {
        let distinct: BTreeSet<_> = listed.iter().collect();
        let right = distinct == there.iter().collect() && listed.len() == there.len();
        if right { Ok(()) } else { Err(format!("listed {listed:?}, there are {there:?}")) }
    };
    let listed =
        block_on(polling::sessions::<_, polling::OfFlow>(&store, TEAM, None, NOON)).unwrap();
    let started: Vec<_> = there.iter().flat_map(|conversation| &conversation.sessions).collect();
    once(
        listed.iter().map(|view| view.id).collect(),
        started.iter().map(|session| session.id).collect(),
    )?;
    let listed = block_on(polling::messages(&store, TEAM, None)).unwrap();
    let heard = there.iter().flat_map(|conversation| conversation.log.iter());
    once(listed.iter().map(|view| view.id).collect(), heard.map(|message| message.id).collect())?;
    let mut flows: BTreeMap<u128, u64> = BTreeMap::new();
    started.iter().for_each(|session| *flows.entry(session.workflow.as_u128()).or_default() += 1);
    for flow in 1..=FLOWS {
        let counter = keys::recent_flow(TEAM, &Uuid::from_u128(flow).to_string());
        let counted = block_on(store.count(&counter)).unwrap();
        let expected = flows.get(&flow).copied().unwrap_or(0);
        if counted > expected || is_calm && counted != expected {
            return Err(format!("{counted} sessions of flow {flow} are counted of {expected}"));
        }
    }
    Ok(())
}

fn assert_runs(weather: Weather) {
    for seed in 0..400 {
        for backend in Backend::ALL {
            let kv = play(backend, weather, seed);
            let is_calm = weather.faults == 0 && weather.crashes == 0;
            if let Err(why) = judge(&kv, is_calm) {
                panic!("seed {seed} on {backend:?}, {weather:?}: {why}");
            }
        }
    }
}

#[test]
fn what_hosts_that_race_have_committed_is_listed_once() {
    assert_runs(Weather { faults: 0, crashes: 0 });
}

#[test]
fn what_is_committed_by_hosts_that_die_is_listed_once() {
    assert_runs(Weather { faults: 0, crashes: 40 });
}

#[test]
fn what_is_committed_over_a_store_that_fails_is_listed_once() {
    assert_runs(Weather { faults: 12, crashes: 150 });
}
