//! A run of everything: backends that trigger, contacts that write, a provider that sometimes fails, a store that
//! sometimes fails, machines that stop or stand still, and sweeps. All that a run does follows from its seed.

pub mod callers;
mod events;
pub mod flawed;
pub mod host;
pub mod line;
mod orders;
pub mod provider;
pub mod receiver;
mod record;
pub mod rules;
pub mod run;
pub mod setup;
pub mod shop;
pub mod tally;
mod verdict;
pub mod weather;
pub mod workflows;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use conversation::identity;
use store::memory::{Random, Scheduler, Task};
use teams::Account;
use uuid::Uuid;

use callers::{message_webhook, receipt_webhook, receive, trigger};
use events::Event;
use host::{SimHost, World};
use orders::order;
use provider::Provider;
use record::Record;
use run::Run;
use setup::{ACCOUNT, NOON, TEAM};
use shop::Shop;
#[allow(unused_imports)] // `examples/simulate.rs` takes them by name.
pub use weather::{CALM, CRASHES, FREEZES, STORM, TROUBLE, Weather};

pub struct Simulation {
    pub world: Rc<World>,
    pub record: Rc<RefCell<Record>>,
    pub contacts: usize,
    random: Random,
    scheduler: Scheduler,
    weather: Weather,
    account: Account,
    tasks: BTreeMap<Task, usize>,
    /// The machines' clocks are off by so much.
    skews: [i64; 2],
    /// Whether the store may have failed.
    store_failed: bool,
    /// Events given to the engine, those that came again included.
    deliveries: u64,
    /// Receipts that were given to it: of which acceptance, and which of its statuses.
    receipts_delivered: BTreeSet<(usize, &'static str)>,
    /// Whether what was acknowledged comes again at the end. Else only sweeps look after what is left.
    repeats: bool,
}

pub fn phone(contact: usize) -> String {
    format!("+1415555010{contact}")
}

pub fn conversation_of(contact: usize) -> Uuid {
    let whatsapp = conversation::Channel::Whatsapp;
    identity::conversation(TEAM, whatsapp, ACCOUNT, &phone(contact))
}

impl Simulation {
    pub fn new(run: Run) -> Self {
        let weather = run.weather;
        let mut random = Random::new(run.seed);
        let kv = setup::begin(run.backend, &workflows::all(1));
        setup::register_webhook(&kv, None);
        let account = setup::account(&kv);
        let failing = random.fork();
        let clock = NOON + random.below(60_000);
        let provider = Provider::new(random.fork(), weather.trouble);
        let shop = Shop::new(random.fork(), weather.trouble);
        let world = World::new(kv, clock, provider, shop, run.talks);
        let world = World { flaw: run.flaw, ..world };
        world.suffer(failing, weather.faults);
        world.receiver.borrow_mut().trouble = weather.trouble;
        let skew = i64::try_from(random.below(30_000)).expect("small");
        Self {
            world: Rc::new(world),
            record: Rc::default(),
            contacts: 1 + usize::from(random.once_in(3)),
            scheduler: Scheduler::new(random.number()),
            random,
            weather,
            account,
            tasks: BTreeMap::new(),
            skews: [skew, -skew],
            store_failed: weather.faults > 0,
            deliveries: 0,
            receipts_delivered: BTreeSet::new(),
            repeats: false,
        }
    }

    /// Plays it: what went wrong, if anything.
    pub fn play(&mut self) -> Result<(), String> {
        let events = self.draw_events();
        self.happen(events);
        self.drain().and_then(|()| self.judge())
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.below(bound as u64)).expect("small")
    }

    /// Lets events happen, and everything run until nothing is left to do.
    fn happen(&mut self, mut events: Vec<Event>) {
        let pace = 1 + self.random.below(60);
        loop {
            if !events.is_empty() && (self.tasks.is_empty() || self.random.once_in(pace)) {
                let event = events.remove(0);
                self.spawn(event);
            }
            if !self.scheduler.step() && events.is_empty() {
                return;
            }
            self.world.steps.set(self.scheduler.steps());
            let tick = self.random.below(10);
            self.world.pass(tick);
            self.let_weather_in();
            if self.random.once_in(150) {
                self.deliver_receipts();
            }
            let alive = self.scheduler.tasks();
            if alive.len() < self.tasks.len() {
                self.tasks.retain(|task, _| alive.contains(task));
            }
        }
    }

    fn let_weather_in(&mut self) {
        if self.random.once_in(self.weather.crashes) && !self.tasks.is_empty() {
            let at = self.below(self.tasks.len());
            if let Some((task, number)) = self.tasks.iter().nth(at)
                && self.scheduler.crash(*task)
            {
                self.world.note(|| format!("task {number} is ended"));
                self.world.crashed.borrow_mut().insert(*number);
            }
        }
        if self.random.once_in(self.weather.freezes) {
            let for_ = self.random.below(600_000);
            self.world.note(|| format!("all stand still for {for_} ms"));
            self.world.freezes.set(self.world.freezes.get() + 1);
            self.world.pass(for_);
        }
    }

    /// Some of the receipts that the provider has for us, in any order, some of them twice.
    fn deliver_receipts(&mut self) {
        let mut waiting = std::mem::take(&mut self.world.provider.borrow_mut().receipts);
        waiting.append(&mut self.record.borrow_mut().receipts);
        let mut webhook = Vec::new();
        while !waiting.is_empty() && webhook.len() < 4 {
            let at = self.below(waiting.len());
            webhook.push(waiting.swap_remove(at));
        }
        self.record.borrow_mut().receipts = waiting;
        let nths = webhook.iter().map(|(nth, _)| *nth);
        self.world.provider.borrow_mut().receipted.extend(nths);
        if !webhook.is_empty() {
            for _ in 0..=u64::from(self.random.once_in(5)) {
                self.spawn(Event::Receipts(webhook.clone()));
            }
        }
    }

    /// Moves the clock on, lets what was not acknowledged come again, and sweeps, until there is nothing left.
    fn drain(&mut self) -> Result<(), String> {
        self.repeats = self.random.once_in(2);
        for round in 0..60 {
            if round == 3 {
                // From now on all is well.
                self.weather = CALM;
                self.world.kv.settle();
                self.world.provider.borrow_mut().trouble = 0;
                self.world.shop.borrow_mut().trouble = 0;
                self.world.receiver.borrow_mut().trouble = 0;
            }
            let minutes = [0, 1, 2, 3, 6, 20][self.below(6)];
            let milliseconds = 5_000 + self.random.below(30_000);
            self.world.pass(minutes * 60_000 + milliseconds);
            let mut events = self.unacknowledged();
            for _ in 0..=self.random.below(2) {
                events.push(Event::Sweep);
            }
            self.happen(events);
            self.deliver_receipts();
            self.happen(Vec::new());
            if round >= 4 && self.is_drained() {
                return Ok(());
            }
        }
        Err(format!("G4: it does not come to an end: {:#?}", self.documents()))
    }

    fn is_drained(&self) -> bool {
        let record = self.record.borrow();
        let keyed_answered =
            record.triggers.iter().all(|t| t.key.is_none() || t.refused || !t.answers.is_empty());
        let acknowledged = record.heard.iter().all(|heard| heard.acknowledged);
        let quiet = self.documents().iter().all(|document| {
            document.outbox.is_empty()
                && document.calls.is_empty()
                && document.notices.is_empty()
                && document.queue.is_empty()
                && document.changes.is_empty()
                && !document.sessions.iter().any(|s| s.is_running())
        });
        let receipts = self.world.provider.borrow().receipts.len() + record.receipts.len();
        let ordered = record.orders.iter().all(|o| o.key.is_none() || !o.is_wanting());
        keyed_answered && ordered && acknowledged && quiet && receipts == 0
    }

    fn spawn(&mut self, event: Event) {
        let number = self.scheduler_count();
        let skew = self.skews[self.below(2)];
        let host = SimHost::new(&self.world, number, skew, self.random.fork());
        self.world.note(|| format!("task {number}: {event:?}"));
        self.count(&event);
        let (record, account) = (Rc::clone(&self.record), self.account.clone());
        let task = match event {
            Event::Trigger(n) => self.scheduler.spawn(trigger(host, record, n)),
            Event::Order(n) => self.scheduler.spawn(order(host, record, account, n)),
            Event::Webhook(messages) => {
                let body = message_webhook(&record.borrow(), &messages, self.world.clock.get());
                let world = Rc::clone(&self.world);
                self.scheduler.spawn(receive(host, account, body, move |acknowledged| {
                    let taken = messages.into_iter().filter(|_| acknowledged);
                    taken.for_each(|n| record.borrow_mut().acknowledge(&world, n));
                }))
            }
            Event::Receipts(receipts) => {
                let body = receipt_webhook(&self.world.provider.borrow(), &receipts);
                self.scheduler.spawn(receive(host, account, body, move |acknowledged| {
                    if !acknowledged {
                        record.borrow_mut().receipts.extend(receipts);
                    }
                }))
            }
            Event::Publish(version) => self.scheduler.spawn(async move {
                use engine::Host as _;
                for (workflow, graph) in workflows::all(version) {
                    setup::publish(host.store(), workflow, &graph, &format!("v{version}")).await;
                }
            }),
            Event::Sweep => self.scheduler.spawn(async move {
                let engine = host.engine();
                if let Ok((_, delivered)) = engine.sweep().await {
                    engine.notify_all(delivered).await;
                }
                host.send_marked().await;
            }),
        };
        self.tasks.insert(task, number);
    }

    fn count(&mut self, event: &Event) {
        self.deliveries += match event {
            Event::Trigger(_) | Event::Order(_) => 1,
            Event::Webhook(messages) => messages.len() as u64,
            Event::Receipts(receipts) => {
                self.receipts_delivered.extend(receipts);
                receipts.len() as u64
            }
            Event::Publish(_) | Event::Sweep => 0,
        };
    }

    fn scheduler_count(&mut self) -> usize {
        let next = self.world.next_task.get();
        self.world.next_task.set(next + 1);
        next
    }
}
