//! A run of everything: backends that trigger, contacts that write, a provider that sometimes fails, a store that
//! sometimes fails, machines that stop or stand still, and sweeps. All that a run does follows from its seed.

pub mod callers;
pub mod host;
mod orders;
pub mod provider;
pub mod receiver;
mod record;
pub mod rules;
pub mod setup;
pub mod shop;
mod verdict;
pub mod workflows;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use conversation::identity;
use store::memory::{Backend, Fault, Random, Scheduler, Task};
use teams::Account;
use uuid::Uuid;

use callers::{message_webhook, receipt_webhook, receive, trigger};
use host::{SimHost, World};
use orders::order;
use provider::Provider;
use record::{Heard, Ordered, Record, Triggered};
use setup::{ACCOUNT, NOON, TEAM};
use shop::Shop;

/// How rough a run is: each goes wrong once in so many times; 0: never.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// A request to the provider.
    pub trouble: u64,
    /// A step, after which some task is ended.
    pub crashes: u64,
    /// An operation of the store.
    pub faults: u64,
    /// A step, after which all machines stand still for up to ten minutes.
    pub freezes: u64,
}

pub const CALM: Weather = Weather { trouble: 0, crashes: 0, faults: 0, freezes: 0 };
pub const TROUBLE: Weather = Weather { trouble: 3, ..CALM };
pub const CRASHES: Weather = Weather { trouble: 6, crashes: 250, ..CALM };
pub const FREEZES: Weather = Weather { trouble: 6, freezes: 400, ..CALM };
pub const STORM: Weather = Weather { trouble: 4, crashes: 300, faults: 60, freezes: 1_500 };

/// Something that is to happen.
#[derive(Clone, Debug)]
enum Event {
    Trigger(usize),
    Order(usize),
    /// Messages in one webhook.
    Webhook(Vec<usize>),
    Receipts(Vec<(usize, &'static str)>),
    Publish(u32),
    Sweep,
}

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
}

pub fn phone(contact: usize) -> String {
    format!("+1415555010{contact}")
}

pub fn conversation_of(contact: usize) -> Uuid {
    let whatsapp = conversation::Channel::Whatsapp;
    identity::conversation(TEAM, whatsapp, ACCOUNT, &phone(contact))
}

impl Simulation {
    pub fn new(backend: Backend, weather: Weather, seed: u64, talks: bool) -> Self {
        let mut random = Random::new(seed);
        let kv = setup::begin(backend, &workflows::all(1));
        setup::register_webhook(&kv, None);
        let account = setup::account(&kv);
        let mut failing = random.fork();
        kv.faults(move |_| {
            failing.once_in(weather.faults).then(|| match failing.below(3) {
                0 => Fault::Before,
                1 => Fault::After,
                _ => Fault::Late(failing.below(40)),
            })
        });
        let clock = NOON + random.below(60_000);
        let provider = Provider::new(random.fork(), weather.trouble);
        let shop = Shop::new(random.fork(), weather.trouble);
        let world = World::new(kv, clock, provider, shop, talks);
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
        }
    }

    /// Plays the run of a seed; what went wrong, if anything.
    pub fn play(backend: Backend, weather: Weather, seed: u64, talks: bool) -> Result<(), String> {
        let mut simulation = Self::new(backend, weather, seed, talks);
        let events = simulation.draw_events();
        simulation.happen(events);
        simulation.drain().and_then(|()| simulation.judge())
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.below(bound as u64)).expect("small")
    }

    fn draw_events(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let campaigns = [self.random.once_in(3), self.random.once_in(2)];
        for n in 0..=self.below(3) {
            let contact = self.below(self.contacts);
            let key = (!self.random.once_in(3)).then(|| format!("key-{}-{contact}", n / 2));
            let cart = format!("cart-{}-{contact}", key.clone().unwrap_or_else(|| n.to_string()));
            let is_campaign = campaigns[n / 2];
            let (answers, refused) = (Vec::new(), false);
            let trigger = Triggered { contact, key, cart, is_campaign, answers, refused };
            self.record.borrow_mut().triggers.push(trigger);
            // Some callers are impatient.
            for _ in 0..=u64::from(self.random.once_in(3)) {
                events.push(Event::Trigger(n));
            }
        }
        for n in 0..self.below(3) {
            let (contact, is_text) = (self.below(self.contacts), self.random.once_in(2));
            let key = (!self.random.once_in(4)).then(|| format!("order-{n}"));
            self.record.borrow_mut().orders.push(Ordered::new(n, contact, key, is_text));
            for _ in 0..=u64::from(self.random.once_in(2)) {
                events.push(Event::Order(n));
            }
        }
        let mut webhook = Vec::new();
        for n in 0..1 + self.below(7) {
            let contact = self.below(self.contacts);
            let (id, text) = (format!("wamid.in.{n}"), self.draw_text(n));
            let heard = Heard { contact, id, text, acknowledged: false };
            self.record.borrow_mut().heard.push(heard);
            webhook.push(n);
            if !self.random.once_in(3) {
                let webhook = std::mem::take(&mut webhook);
                // Delivered to several at the same instant.
                for _ in 0..=self.random.below(3) / 2 {
                    events.push(Event::Webhook(webhook.clone()));
                }
            }
        }
        if !webhook.is_empty() {
            events.push(Event::Webhook(webhook));
        }
        if self.random.once_in(2) {
            events.push(Event::Publish(2));
        }
        for _ in 0..self.below(3) {
            events.push(Event::Sweep);
        }
        for at in (1..events.len()).rev() {
            let other = self.below(at + 1);
            events.swap(at, other);
        }
        events
    }

    /// Mostly something that is answered.
    fn draw_text(&mut self, n: usize) -> String {
        match self.below(12) {
            0 => "STOP".to_owned(),
            1 => "START".to_owned(),
            2 => format!("{}{n}", workflows::LEAVE),
            3 => format!("{}{n}", workflows::AGREE),
            _ => format!("e{n}"),
        }
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
        Err(format!("it does not come to an end: {:#?}", self.documents()))
    }

    /// What the callers and the provider deliver again; and some that was acknowledged.
    fn unacknowledged(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let record = Rc::clone(&self.record);
        let record = record.borrow();
        for (n, trigger) in record.triggers.iter().enumerate() {
            let wanting = trigger.answers.is_empty() && !trigger.refused;
            if trigger.key.is_some() && (wanting || self.random.once_in(10)) {
                events.push(Event::Trigger(n));
            }
        }
        for (n, order) in record.orders.iter().enumerate() {
            if order.key.is_some() && (order.is_wanting() || self.random.once_in(10)) {
                events.push(Event::Order(n));
            }
        }
        for (n, heard) in record.heard.iter().enumerate() {
            if !heard.acknowledged || self.random.once_in(10) {
                events.push(Event::Webhook(vec![n]));
            }
        }
        events
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
            }),
        };
        self.tasks.insert(task, number);
    }

    fn scheduler_count(&mut self) -> usize {
        let next = self.world.next_task.get();
        self.world.next_task.set(next + 1);
        next
    }
}
