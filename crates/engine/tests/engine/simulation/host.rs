//! The machine of one task: its own clock, randomness and instance of the store, in a world that all share.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use engine::{Answer, Engine, Host, Providers, SendError};
use flow::Timestamp;
use http::Request;
use store::Store;
use store::memory::{MemoryKv, Random};
use teams::Secrets;
use uuid::Uuid;

use super::provider::{Fate, Provider};

/// Where the simulated provider answers.
pub const API: &str = "http://provider.test";
/// What credentials are sealed with.
pub const SECRETS_KEY: &str = "a key of the test";
/// A request has this long (engine: 10 s to connect, 20 s to the first byte).
const PATIENCE: u64 = 30_000;
/// How long a sleeping task lets the others work before it looks at the clock again, in milliseconds.
const NAP: u64 = 40;

/// In how many steps the word of a sender that stood still may reach the store.
const BELATED: u64 = 1_000;

/// What all tasks share.
pub struct World {
    pub kv: MemoryKv,
    /// The true time.
    pub clock: Cell<u64>,
    pub provider: RefCell<Provider>,
    /// How often all machines stood still.
    pub freezes: Cell<u64>,
    /// Tasks that were ended, and tasks whose engine reported a failure.
    pub crashed: RefCell<BTreeSet<usize>>,
    pub failed: RefCell<BTreeSet<usize>>,
    /// Steps of tasks so far.
    pub steps: Cell<u64>,
    /// Tasks so far.
    pub next_task: Cell<usize>,
    /// What must not happen, and did.
    pub wrong: RefCell<Vec<String>>,
    /// Whether it prints what happens.
    pub talks: bool,
    /// The application's variables.
    pub variables: RefCell<BTreeMap<&'static str, String>>,
}

impl World {
    pub fn new(kv: MemoryKv, clock: u64, provider: Provider, talks: bool) -> Self {
        Self {
            kv,
            clock: Cell::new(clock),
            provider: RefCell::new(provider),
            freezes: Cell::default(),
            crashed: RefCell::default(),
            failed: RefCell::default(),
            steps: Cell::default(),
            next_task: Cell::default(),
            wrong: RefCell::default(),
            talks,
            variables: RefCell::default(),
        }
    }

    pub fn pass(&self, milliseconds: u64) {
        self.clock.set(self.clock.get() + milliseconds);
    }

    pub fn note(&self, line: impl FnOnce() -> String) {
        if self.talks {
            println!("{:>9} {}", self.clock.get() % 1_000_000_000, line());
        }
    }

    async fn sleep(&self, milliseconds: u64) {
        let until = self.clock.get() + milliseconds;
        poll_fn(|_| {
            if self.clock.get() >= until {
                return Poll::Ready(());
            }
            self.pass(NAP);
            Poll::Pending
        })
        .await;
    }
}

pub struct SimHost {
    pub world: Rc<World>,
    pub task: usize,
    store: Store<MemoryKv>,
    /// How far its time of day is off, in milliseconds.
    skew: i64,
    random: RefCell<Random>,
}

impl SimHost {
    pub fn new(world: &Rc<World>, task: usize, skew: i64, mut random: Random) -> Self {
        let mut jitter = random.fork();
        let store = Store::new(world.kv.clone(), move || jitter.number());
        Self { world: Rc::clone(world), task, store, skew, random: RefCell::new(random) }
    }

    pub fn engine(&self) -> Engine<'_, Self> {
        Engine::new(self, providers())
    }
}

pub fn providers() -> Providers {
    let secrets = Secrets::new(SECRETS_KEY).expect("a key");
    Providers { whatsapp_api_url: API.to_owned(), secrets: Some(secrets) }
}

impl Host for SimHost {
    type Kv = MemoryKv;

    fn store(&self) -> &Store<MemoryKv> {
        &self.store
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.world.clock.get().saturating_add_signed(self.skew))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.world.clock.get())
    }

    fn random(&self) -> Uuid {
        let mut random = self.random.borrow_mut();
        Uuid::from_u64_pair(random.number(), random.number())
    }

    async fn send(&self, request: Request<Vec<u8>>, _: Duration) -> Result<Answer, SendError> {
        let world = &self.world;
        let begun = world.clock.get();
        let order = world.provider.borrow_mut().order(&request);
        world.note(|| format!("task {} sends {}", self.task, order.message));
        let accepted_before = world.provider.borrow().accepted.len();
        self.assert_may_send(order.message);
        let fate = world.provider.borrow_mut().fate();
        let travel = self.random.borrow_mut().below(2_000);
        world.sleep(travel).await;
        if world.clock.get() > begun + PATIENCE {
            return Err(SendError::Unanswered("the host stood still".to_owned()));
        }
        if world.provider.borrow().accepted[accepted_before..]
            .iter()
            .any(|a| a.message == order.message)
        {
            self.wrong(format!(
                "task {} sends {} at the same time as another",
                self.task, order.message
            ));
        }
        let answer = world.provider.borrow_mut().take(&order, fate, world, self.task);
        let travel = match fate {
            Fate::Lost { .. } => PATIENCE - 5_000,
            _ => self.random.borrow_mut().below(2_000),
        };
        world.sleep(travel).await;
        world.note(|| format!("task {} gets {fate:?} for {}", self.task, order.message));
        world.provider.borrow_mut().answered(order.message, self.task, world.steps.get());
        answer
    }

    async fn variable(&self, name: &str) -> String {
        self.world.variables.borrow().get(name).cloned().unwrap_or_default()
    }

    fn log(&self, line: &str) {
        self.world.note(|| format!("task {}: {line}", self.task));
        self.world.failed.borrow_mut().insert(self.task);
    }
}

impl SimHost {
    fn wrong(&self, why: String) {
        self.world.wrong.borrow_mut().push(why);
    }

    /// G3: what was accepted is sent again only if that never reached the store.
    fn assert_may_send(&self, message: Uuid) {
        let world = &self.world;
        let provider = world.provider.borrow();
        for (nth, earlier) in provider.accepted.iter().enumerate() {
            if earlier.message != message {
                continue;
            }
            let stopped = world.crashed.borrow().contains(&earlier.task)
                || world.failed.borrow().contains(&earlier.task)
                || world.freezes.get() > earlier.freezes;
            let is_stored = || {
                world.kv.keys().iter().any(|key| {
                    key.starts_with("conversation:")
                        && world.kv.peek(key).is_some_and(|json| {
                            String::from_utf8_lossy(&json).contains(&earlier.provider_id)
                        })
                })
            };
            // A receipt, or the belated word of the first sender, may come between the commit that takes a message
            // and its sending.
            let is_told = provider.receipted.contains(&nth)
                || earlier.answered.is_some_and(|step| world.steps.get() < step + BELATED);
            if !(earlier.lost || stopped && (is_told || !is_stored())) {
                self.wrong(format!("task {} sends {message} again: {earlier:?}", self.task));
            }
        }
    }
}
