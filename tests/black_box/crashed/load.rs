//! Clients that bring events while hosts die, and repeat what was not answered, as backends and WhatsApp do.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{Scope, sleep};
use std::time::Duration;

use black_box::Answer;
use serde_json::Value;

use super::hosts::Door;
use super::now;
use super::provider::Provider;
use super::scene::{Event, Kind, Scene};

/// Who brings new events.
const CLIENTS: [Kind; 10] = [
    Kind::Trigger,
    Kind::Message,
    Kind::Console,
    Kind::Message,
    Kind::Trigger,
    Kind::Message,
    Kind::Console,
    Kind::Message,
    Kind::Trigger,
    Kind::Receipt,
];
/// Who repeats events: apart from those, since what has an `Idempotency-Key` and was broken off is answered only 5 s
/// after it first came.
const REPEATERS: usize = 8;
/// Before an event is repeated.
const PAUSE: Duration = Duration::from_millis(20);

/// An event, and what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub event: Event,
    /// How often it was sent.
    pub sent: usize,
    /// When it was first sent, in milliseconds since 1970.
    pub begun: u64,
    /// When it was acknowledged, and with what.
    pub acknowledged: Option<(u64, Value)>,
}

impl Entry {
    /// With the same session, or the same reply. An answer that a kill kept from being kept is put together anew, and may
    /// then have what was said later, too.
    fn is_answered_again(&self, again: &Answer) -> bool {
        let before = self.acknowledged.as_ref().map(|(_, answer)| answer);
        (200..300).contains(&again.status)
            && match self.event.kind {
                Kind::Trigger => before.is_some_and(|before| before["id"] == again.json()["id"]),
                Kind::Console => again.json()["replies"].to_string().contains(&self.event.name),
                Kind::Message | Kind::Receipt => true,
            }
    }
}

/// Events under way.
pub struct Load<'s> {
    pub scene: &'s Scene,
    provider: &'s Provider,
    door: Arc<Door>,
    ledger: Mutex<Vec<Entry>>,
    repeated: Mutex<VecDeque<usize>>,
    /// What was neither acknowledged nor to be repeated.
    pub wrong: Mutex<Vec<String>>,
    over: AtomicBool,
    done: AtomicBool,
}

impl<'s> Load<'s> {
    pub fn new(scene: &'s Scene, provider: &'s Provider, door: Arc<Door>) -> Self {
        let (ledger, repeated, wrong, over, done) = Default::default();
        Self { scene, provider, door, ledger, repeated, wrong, over, done }
    }

    /// Lets all clients go.
    pub fn begin<'e>(&'e self, scope: &'e Scope<'e, '_>) {
        for (turn, kind) in CLIENTS.into_iter().enumerate() {
            scope.spawn(move || self.bring(turn, kind));
        }
        for turn in 0..REPEATERS {
            scope.spawn(move || self.repeat(turn));
        }
    }

    /// No new events; what was not answered is repeated until it is.
    pub fn end(&self) {
        self.over.store(true, Relaxed);
        super::wait_long("every event's acknowledgement", || {
            let ledger = self.ledger();
            ledger.iter().all(|entry| entry.acknowledged.is_some()).then_some(())
        });
    }

    /// Ends all clients when it is dropped, also by a panic, which else would wait for them.
    pub fn until_the_end(&self) -> impl Drop {
        Until(self)
    }

    /// Brings everything once more, as providers and backends may: it is taken for what it is.
    pub fn redeliver(&self) {
        let entries = self.ledger().clone();
        let next = AtomicUsize::new(0);
        let bring = || {
            while let Some(entry) = entries.get(next.fetch_add(1, Relaxed)) {
                let again = self.door.send(0, |client| entry.event.request(client));
                if !again.as_ref().is_some_and(|again| entry.is_answered_again(again)) {
                    let wrong = format!("{}: again {again:?}", entry.event.name);
                    self.wrong.lock().expect("a lock").push(wrong);
                }
            }
        };
        std::thread::scope(|scope| (0..REPEATERS).for_each(|_| drop(scope.spawn(bring))));
    }

    /// All events so far.
    pub fn ledger(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.ledger.lock().expect("a lock")
    }

    /// How many were acknowledged.
    pub fn acknowledged(&self) -> usize {
        self.ledger().iter().filter(|entry| entry.acknowledged.is_some()).count()
    }

    /// The conversations to which something came since then.
    pub fn conversations_since(&self, time: u64) -> BTreeSet<String> {
        let ledger = self.ledger();
        let since = |entry: &&Entry| entry.acknowledged.as_ref().is_none_or(|(at, _)| *at >= time);
        ledger.iter().filter(since).map(|entry| entry.event.conversation.clone()).collect()
    }

    fn bring(&self, turn: usize, kind: Kind) {
        let mut sent = turn;
        while !self.over.load(Relaxed) {
            let event = match kind {
                Kind::Receipt => {
                    self.provider.next_receipt().map(|message| self.scene.receipt(&message))
                }
                _ => Some(self.scene.next(kind)),
            };
            let Some(event) = event else {
                sleep(PAUSE);
                continue;
            };
            let number = {
                let mut ledger = self.ledger();
                ledger.push(Entry { event, sent: 0, begun: now(), acknowledged: None });
                ledger.len() - 1
            };
            self.deliver(number, sent);
            // To the hosts by turns.
            sent += 1;
        }
    }

    fn repeat(&self, turn: usize) {
        let mut sent = turn;
        while !self.done.load(Relaxed) {
            sleep(PAUSE);
            let next = self.repeated.lock().expect("a lock").pop_front();
            if let Some(number) = next {
                self.deliver(number, sent);
                sent += 1;
            }
        }
    }

    fn deliver(&self, number: usize, turn: usize) {
        let event = {
            let mut ledger = self.ledger();
            ledger[number].sent += 1;
            ledger[number].event.clone()
        };
        match self.door.send(turn, |client| event.request(client)) {
            Some(answer) if (200..300).contains(&answer.status) => {
                self.ledger()[number].acknowledged = Some((now(), answer.json()));
            }
            answer => {
                // No answer, or: try again.
                if let Some(answer) = answer.filter(|answer| answer.status != 503) {
                    self.wrong.lock().expect("a lock").push(format!("{}: {answer}", event.name));
                }
                self.repeated.lock().expect("a lock").push_back(number);
            }
        }
    }
}

struct Until<'l>(&'l Load<'l>);

impl Drop for Until<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Relaxed);
        self.0.done.store(true, Relaxed);
        self.0.door.close();
    }
}
