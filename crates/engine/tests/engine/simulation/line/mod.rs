//! A run of phone calls and of a web chat: contacts that call, backends that have them called, a provider that asks for a
//! call's next step, also twice and late, and says how far calls came; hang-ups; a visitor who writes; and sweeps.

pub mod exchange;
mod requests;
mod verdict;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use channels::telephony::CallStatus;
use conversation::{Channel, identity};
use serde_json::{Value, json};
use store::memory::{Random, Scheduler, Task};
use teams::{Account, Credentials, Kind, Secrets};
use uuid::Uuid;

use super::host::{SECRETS_KEY, SimHost, World};
use super::phone;
use super::provider::Provider;
use super::run::Run;
use super::setup::{self, NOON, TEAM};
use super::shop::Shop;
use super::weather::{CALM, Weather};
use super::workflows::SHOP;
use exchange::How;
use requests::Record;

/// The number that is called, and calls.
pub const LINE: &str = "+15550001111";

/// What answers calls, and is triggered.
fn menu() -> Uuid {
    Uuid::from_u128(5)
}

/// Something that is to happen.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A contact calls.
    Dial(usize),
    Trigger(usize),
    /// A request of a call.
    Ask(usize, usize),
    Status(usize, CallStatus),
    /// The visitor writes.
    Visit(usize),
    Sweep,
}

pub struct Line {
    pub world: Rc<World>,
    record: Rc<RefCell<Record>>,
    random: Random,
    scheduler: Scheduler,
    weather: Weather,
    account: Account,
    tasks: BTreeMap<Task, usize>,
    statuses: Vec<(usize, CallStatus)>,
    deliveries: u64,
    /// What was brought to us: of which call, and what.
    delivered: BTreeSet<(usize, String)>,
}

pub fn conversation_of(contact: usize) -> Uuid {
    identity::conversation(TEAM, Channel::Telephony, LINE, &phone(contact))
}

/// A question, an address that is called, and an echo, over and over.
fn graph() -> Value {
    json!({"entry": "open", "nodes": [
        {"id": "open", "type": "ask", "text": "open {{context.cart}}", "timeout": 15},
        {"id": "call", "type": "http", "method": "POST", "url": SHOP, "timeout": 5, "save_as": "served",
            "body": {"text": "{{input.text}}"}},
        {"id": "got", "type": "message", "text": "got {{input.text}}"},
        {"id": "more", "type": "ask", "text": "more?", "timeout": 15},
        {"id": "bye", "type": "message", "text": "bye"},
    ], "edges": [
        {"from": "open", "to": "call"}, {"from": "more", "to": "call"},
        {"from": "call", "to": "got"}, {"from": "call", "port": "error", "to": "got"},
        {"from": "got", "to": "more"},
        {"from": "open", "port": "timeout", "to": "bye"}, {"from": "more", "port": "timeout", "to": "bye"},
    ]})
}

/// The site that the visitor is on, and who that is.
pub const SITE: &str = "shop";
pub const VISITOR: Uuid = Uuid::from_u128(0x0197_aef0_0000_4000_8000_0000_0000_0001);

fn site() -> Account {
    let (kind, workflow_id) = (Kind::Webchat, Some(menu()));
    Account { kind, workflow_id, business_account_id: None, ..setup::new_account(SITE, TEAM) }
}

fn account() -> Account {
    let secrets = Secrets::new(SECRETS_KEY).expect("a key");
    let credentials =
        Credentials::Telephony { account_sid: "AC1".to_owned(), auth_token: "token".to_owned() };
    let sealed = Account::seal(Kind::Telephony, LINE, &credentials, &secrets, [1; 24]);
    Account {
        kind: Kind::Telephony,
        credentials: sealed.ok(),
        workflow_id: Some(menu()),
        business_account_id: None,
        ..setup::new_account(LINE, TEAM)
    }
}

impl Line {
    pub fn new(run: Run) -> Self {
        let weather = run.weather;
        let mut random = Random::new(run.seed);
        let kv = setup::begin(run.backend, &[(menu(), graph())]);
        let account = account();
        let key = store::keys::channel("telephony", LINE);
        setup::create(&setup::open(&kv), &key, &account);
        let clock = NOON + random.below(60_000);
        let provider = Provider::new(random.fork(), weather.trouble);
        let shop = Shop::new(random.fork(), weather.trouble);
        let world = World::new(kv, clock, provider, shop, run.talks);
        let world = World { flaw: run.flaw, ..world };
        world.suffer(random.fork(), weather.faults);
        Self {
            world: Rc::new(world),
            record: Rc::default(),
            scheduler: Scheduler::new(random.number()),
            random,
            weather,
            account,
            tasks: BTreeMap::new(),
            statuses: Vec::new(),
            deliveries: 0,
            delivered: BTreeSet::new(),
        }
    }

    /// A visitor writes a few times, and is impatient.
    fn draw_visits(&mut self, events: &mut Vec<Event>) {
        for n in 0..self.below(10) {
            self.record.borrow_mut().visits.push(false);
            for _ in 0..=self.below(2) {
                let at = self.below(events.len() + 1);
                events.insert(at, Event::Visit(n));
            }
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.below(bound as u64)).expect("small")
    }

    /// Plays it: contacts call and are called, until all is over.
    pub fn play(&mut self) -> Result<(), String> {
        let mut events = Vec::new();
        for n in 0..1 + self.below(2) {
            let contact = self.below(2);
            self.record.borrow_mut().trigger(contact, n);
            (0..=self.below(2)).for_each(|_| events.push(Event::Trigger(n)));
        }
        for _ in 0..self.below(3) {
            let contact = self.below(2);
            let at = self.below(events.len() + 1);
            events.insert(at, Event::Dial(contact));
        }
        self.draw_visits(&mut events);
        self.happen(events);
        self.drain()?;
        self.judge()
    }

    fn happen(&mut self, mut events: Vec<Event>) {
        let pace = 1 + self.random.below(40);
        loop {
            if !events.is_empty() && (self.tasks.is_empty() || self.random.once_in(pace)) {
                let event = events.remove(0);
                self.spawn(event);
            }
            let has_more = self.draw_request().map(|event| self.spawn(event)).is_some();
            if !self.scheduler.step() && events.is_empty() && !has_more {
                return;
            }
            self.world.steps.set(self.scheduler.steps());
            let tick = self.random.below(10);
            self.world.pass(tick);
            self.let_weather_in();
            let alive = self.scheduler.tasks();
            self.tasks.retain(|task, _| alive.contains(task));
        }
    }

    /// What the provider asks or tells now: the next step of a call, one that was asked before, or how far a call came.
    fn draw_request(&mut self) -> Option<Event> {
        let idle = self.tasks.is_empty();
        if !self.statuses.is_empty() && (idle || self.random.once_in(60)) {
            let at = self.below(self.statuses.len());
            // Seldom it is told again, later.
            let told = match self.random.once_in(4) {
                true => self.statuses[at],
                false => self.statuses.swap_remove(at),
            };
            return Some(Event::Status(told.0, told.1));
        }
        let calls = self.world.exchange.borrow().calls.len();
        if calls == 0 {
            return None;
        }
        let nth = self.below(calls);
        let (asked, is_new, is_over) = {
            let call = &self.world.exchange.borrow().calls[nth];
            (call.asked.len(), call.waits, call.is_over)
        };
        if is_new && !is_over {
            self.world.exchange.borrow_mut().calls[nth].waits = false;
            return Some(Event::Ask(nth, asked - 1));
        }
        // Again, or late.
        if !idle && self.random.once_in(150) {
            return Some(Event::Ask(nth, asked - 1 - self.below(asked.min(3))));
        }
        None
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
            let time = self.random.below(600_000);
            self.world.note(|| format!("all stand still for {time} ms"));
            self.world.freezes.set(self.world.freezes.get() + 1);
            self.world.pass(time);
        }
        if self.random.once_in(400) {
            self.hang_up();
        }
    }

    /// A contact hangs up, or does not answer.
    fn hang_up(&mut self) {
        let live: Vec<usize> = {
            let exchange = self.world.exchange.borrow();
            (0..exchange.calls.len()).filter(|nth| !exchange.calls[*nth].is_over).collect()
        };
        if live.is_empty() {
            return;
        }
        let nth = live[self.below(live.len())];
        let mut exchange = self.world.exchange.borrow_mut();
        let call = &mut exchange.calls[nth];
        call.is_over = true;
        let was_taken = call.placed.is_none() || call.is_told;
        let last = if was_taken { CallStatus::Completed } else { CallStatus::NoAnswer };
        self.world.note(|| format!("{} is over: {last:?}", call.sid));
        if call.placed.is_some() {
            self.statuses.push((nth, CallStatus::Ringing));
        }
        // Seldom nobody tells.
        if !self.random.once_in(8) {
            self.statuses.push((nth, last));
        }
    }

    fn drain(&mut self) -> Result<(), String> {
        for round in 0..80 {
            if round == 3 {
                self.weather = CALM;
                self.world.kv.settle();
                self.world.provider.borrow_mut().trouble = 0;
                self.world.shop.borrow_mut().trouble = 0;
            }
            let minutes = [0, 1, 2, 3, 6, 20][self.below(6)];
            let milliseconds = 5_000 + self.random.below(30_000);
            self.world.pass(minutes * 60_000 + milliseconds);
            if round > 3 || self.random.once_in(2) {
                self.hang_up();
            }
            let mut events = self.unanswered();
            events.push(Event::Sweep);
            self.ask_again();
            self.happen(events);
            if round >= 4 && self.is_drained() {
                return Ok(());
            }
        }
        Err(format!("G4: calls do not come to an end: {:#?}", self.documents()))
    }

    fn unanswered(&self) -> Vec<Event> {
        let record = self.record.borrow();
        let visits = (0..record.visits.len()).filter(|n| !record.visits[*n]).map(Event::Visit);
        record.unanswered().map(Event::Trigger).chain(visits).collect()
    }

    /// Whoever had no answer to a step asks again.
    fn ask_again(&mut self) {
        for call in &mut self.world.exchange.borrow_mut().calls {
            let n = call.asked.last().map_or(0, |asked| asked.n);
            call.waits |= !call.is_over && !call.answers.contains_key(&n);
        }
    }

    fn spawn(&mut self, event: Event) {
        let number = self.world.next_task.get();
        self.world.next_task.set(number + 1);
        let host = SimHost::new(&self.world, number, 0, self.random.fork());
        self.world.note(|| format!("task {number}: {event:?}"));
        self.count(event);
        let (record, account) = (Rc::clone(&self.record), self.account.clone());
        let chance = self.random.below(10);
        let task = match event {
            Event::Dial(contact) => {
                self.world.exchange.borrow_mut().begin(contact, None);
                return;
            }
            Event::Trigger(n) => self.scheduler.spawn(requests::trigger(host, record, n)),
            Event::Ask(nth, which) => {
                self.scheduler.spawn(requests::ask(host, record, account, (nth, which), chance))
            }
            Event::Status(nth, status) => {
                self.scheduler.spawn(requests::tell(host, account, nth, status))
            }
            Event::Visit(n) => self.scheduler.spawn(requests::visit(host, record, n)),
            Event::Sweep => self.scheduler.spawn(async move {
                let engine = host.engine();
                if let Ok((_, delivered)) = engine.sweep().await {
                    engine.notify_all(delivered).await;
                }
            }),
        };
        self.tasks.insert(task, number);
    }

    fn count(&mut self, event: Event) {
        let (of, what) = match event {
            Event::Trigger(n) => (n, "trigger".to_owned()),
            Event::Ask(nth, which) => (nth, which.to_string()),
            Event::Status(nth, status) => (nth, format!("{status:?}")),
            Event::Visit(n) => (n, "visit".to_owned()),
            Event::Dial(_) | Event::Sweep => return,
        };
        self.deliveries += 1;
        self.delivered.insert((of, what));
    }
}

impl How {
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Said(words) => Some(words),
            _ => None,
        }
    }
}
