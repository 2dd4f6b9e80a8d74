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
use serde_json::json;
use store::Store;
use store::memory::{Fault, MemoryKv, Random};
use teams::Secrets;
use uuid::Uuid;

use super::flawed::{Flaw, SimKv};
use super::line::exchange::{self, Exchange};
use super::provider::{self, Accepted, Fate, Order, Provider, answer};
use super::receiver::{RECEIVER, Receiver};
use super::rules::Silenced;
use super::shop::{self, Shop};

/// Where the simulated provider answers.
pub const API: &str = "http://provider.test";
/// What credentials are sealed with.
pub const SECRETS_KEY: &str = "a key of the test";
/// A request has this long (engine: 10 s to connect, 20 s to the first byte).
const PATIENCE: u64 = 30_000;
/// How long a sleeping task lets the others work before it looks at the clock again, in milliseconds.
const NAP: u64 = 40;

/// What all tasks share.
pub struct World {
    pub kv: MemoryKv,
    /// The true time.
    pub clock: Cell<u64>,
    pub provider: RefCell<Provider>,
    pub shop: RefCell<Shop>,
    pub receiver: RefCell<Receiver>,
    pub exchange: RefCell<Exchange>,
    /// Contacts whose STOP was acknowledged.
    pub silenced: RefCell<Vec<Silenced>>,
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
    /// The host's log.
    pub lines: RefCell<Vec<String>>,
    /// Operations of the store that failed.
    pub faults: Rc<Cell<u64>>,
    /// How often something was sent again that must not have been.
    pub sent_wrongly: Cell<u64>,
    /// What is wrong with the machines.
    pub flaw: Option<Flaw>,
    /// Whether it prints what happens.
    pub talks: bool,
    /// The application's variables.
    pub variables: RefCell<BTreeMap<&'static str, String>>,
}

impl World {
    pub fn new(kv: MemoryKv, clock: u64, provider: Provider, shop: Shop, talks: bool) -> Self {
        Self {
            kv,
            clock: Cell::new(clock),
            provider: RefCell::new(provider),
            shop: RefCell::new(shop),
            receiver: RefCell::new(Receiver::new(Random::new(clock), 0)),
            exchange: RefCell::default(),
            faults: Rc::default(),
            silenced: RefCell::default(),
            freezes: Cell::default(),
            crashed: RefCell::default(),
            failed: RefCell::default(),
            steps: Cell::default(),
            next_task: Cell::default(),
            wrong: RefCell::default(),
            lines: RefCell::default(),
            sent_wrongly: Cell::default(),
            flaw: None,
            talks,
            variables: RefCell::default(),
        }
    }

    /// From now on an operation of the store fails once in `times`; never, if that is 0.
    pub fn suffer(&self, mut failing: Random, times: u64) {
        let counted = Rc::clone(&self.faults);
        self.kv.faults(move |_| {
            failing.once_in(times).then(|| {
                counted.set(counted.get() + 1);
                match failing.below(3) {
                    0 => Fault::Before,
                    1 => Fault::After,
                    _ => Fault::Late(failing.below(40)),
                }
            })
        });
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
    store: Store<SimKv>,
    /// What was recorded as sent, and is still to be sent: where that is the flaw.
    marked: RefCell<Vec<Order>>,
    /// How far its time of day is off, in milliseconds.
    skew: i64,
    random: RefCell<Random>,
}

impl SimHost {
    pub fn new(world: &Rc<World>, task: usize, skew: i64, mut random: Random) -> Self {
        let mut jitter = random.fork();
        let kv = SimKv::new(world.kv.clone(), world.flaw);
        let store = Store::new(kv, move || jitter.number());
        let (marked, random) = (RefCell::default(), RefCell::new(random));
        Self { world: Rc::clone(world), task, store, marked, skew, random }
    }

    pub fn engine(&self) -> Engine<'_, Self> {
        Engine::new(self, Rc::new(providers()))
    }
}

pub fn providers() -> Providers {
    let secrets = Secrets::new(SECRETS_KEY).expect("a key");
    Providers {
        whatsapp_api_url: API.to_owned(),
        telephony_api_url: API.to_owned(),
        public_url: "https://parlance.example.com".to_owned(),
        secrets: Some(secrets),
    }
}

impl Host for SimHost {
    type Kv = SimKv;

    fn store(&self) -> &Store<SimKv> {
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

    async fn send(
        &self,
        request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<Answer, SendError> {
        if request.uri().path().ends_with("/message_templates") {
            return self.world.provider.borrow_mut().list(&request);
        }
        if let Some(shown) = provider::reading(&request) {
            self.world.provider.borrow_mut().shown.push(shown);
            // It takes its time, for which nobody waits.
            self.world.sleep(5 * u64::try_from(patience.as_millis()).expect("small")).await;
            return Err(SendError::Unanswered("no first byte".to_owned()));
        }
        match request.uri().host() {
            Some("provider.test") if request.uri().path().ends_with("/Calls.json") => {
                self.place_call(&request).await
            }
            Some("provider.test") => self.send_message(&request).await,
            Some(RECEIVER) => self.tell(request, patience).await,
            _ => self.call(request, patience).await,
        }
    }

    async fn variable(&self, name: &str) -> String {
        self.world.variables.borrow().get(name).cloned().unwrap_or_default()
    }

    fn log(&self, line: &str) {
        self.world.note(|| format!("task {}: {line}", self.task));
        self.world.failed.borrow_mut().insert(self.task);
        self.world.lines.borrow_mut().push(line.to_owned());
    }
}

impl SimHost {
    async fn send_message(&self, request: &Request<Vec<u8>>) -> Result<Answer, SendError> {
        let order = self.world.provider.borrow_mut().order(request);
        if self.world.flaw == Some(Flaw::MarkBeforeSend) {
            let id = format!("wamid.marked.{}", order.message);
            self.marked.borrow_mut().push(order);
            return Ok(answer(200, &json!({"messages": [{"id": id}]})));
        }
        self.bring(&order).await
    }

    /// Sends what was recorded as sent.
    pub async fn send_marked(&self) {
        let marked = self.marked.take();
        for order in marked {
            // Nobody hears what comes of it.
            let _ = self.bring(&order).await;
        }
    }

    /// Brings a message to the provider.
    async fn bring(&self, order: &Order) -> Result<Answer, SendError> {
        let world = &self.world;
        let begun = world.clock.get();
        world.note(|| format!("task {} sends {}", self.task, order.message));
        let accepted_before = world.provider.borrow().accepted.len();
        world.assert_may_send(self.task, order);
        let fate = world.provider.borrow_mut().fate();
        self.travel().await;
        if world.clock.get() > begun + PATIENCE {
            return Err(SendError::Unanswered("the host stood still".to_owned()));
        }
        let again = |accepted: &Accepted| accepted.message == order.message;
        if world.provider.borrow().accepted[accepted_before..].iter().any(again) {
            world.sent_wrongly(format!("{} is sent by two at the same time", order.message));
        }
        let answer = world.provider.borrow_mut().take(order, fate, world, self.task);
        match fate {
            Fate::Lost { .. } => world.sleep(PATIENCE - 5_000).await,
            _ => self.travel().await,
        }
        world.note(|| format!("task {} gets {fate:?} for {}", self.task, order.message));
        world.provider.borrow_mut().answered(order.message, self.task, world.steps.get());
        answer
    }

    /// A phone call is to be placed.
    async fn place_call(&self, request: &Request<Vec<u8>>) -> Result<Answer, SendError> {
        let world = &self.world;
        let (begun, order) = (world.clock.get(), exchange::order(request));
        world.note(|| format!("task {} places {}", self.task, order.0));
        let placed_before = world.exchange.borrow().placed.len();
        world.assert_may_place(self.task, order.0);
        let fate = world.provider.borrow_mut().fate();
        self.travel().await;
        if world.clock.get() > begun + PATIENCE {
            return Err(SendError::Unanswered("the host stood still".to_owned()));
        }
        if world.exchange.borrow().placed[placed_before..].iter().any(|p| p.call == order.0) {
            world.sent_wrongly(format!("{} is placed by two at the same time", order.0));
        }
        let answer = world.exchange.borrow_mut().take(order, fate, world, self.task);
        match fate {
            Fate::Lost { .. } => world.sleep(PATIENCE - 5_000).await,
            _ => self.travel().await,
        }
        world.exchange.borrow_mut().answered(order.0, self.task, world.steps.get());
        answer
    }

    /// A call of an address.
    async fn call(
        &self,
        request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<Answer, SendError> {
        let world = &self.world;
        let key = shop::key(&request);
        let begun = world.clock.get();
        world.note(|| format!("task {} calls {key}", self.task));
        let called_before = world.shop.borrow().called.len();
        world.assert_may_call(self.task, key);
        self.travel().await;
        if world.clock.get() > begun + PATIENCE {
            return Err(SendError::Unanswered("the host stood still".to_owned()));
        }
        if world.shop.borrow().called[called_before..].iter().any(|called| called.key == key) {
            world.wrong(format!("{key} is called by two at the same time"));
        }
        let answer = world.shop.borrow_mut().take(request, world, self.task);
        match answer {
            Err(SendError::Unanswered(_)) => {
                world.sleep(u64::try_from(patience.as_millis()).expect("small")).await;
            }
            _ => self.travel().await,
        }
        world.note(|| format!("task {} gets {answer:?} for {key}", self.task));
        world.shop.borrow_mut().answered(key, self.task, world.steps.get());
        answer
    }

    /// A webhook is told something.
    async fn tell(
        &self,
        request: Request<Vec<u8>>,
        patience: Duration,
    ) -> Result<Answer, SendError> {
        let world = &self.world;
        self.travel().await;
        let answer = world.receiver.borrow_mut().take(request);
        world.note(|| format!("task {} tells the receiver: {answer:?}", self.task));
        match answer {
            Err(SendError::Unanswered(_)) => {
                world.sleep(u64::try_from(patience.as_millis()).expect("small")).await;
            }
            _ => self.travel().await,
        }
        answer
    }

    async fn travel(&self) {
        let travel = self.random.borrow_mut().below(2_000);
        self.world.sleep(travel).await;
    }
}
