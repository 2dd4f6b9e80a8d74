//! A running application: the host on `spin.toml`, and WhatsApp's API as the stand-in plays it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use host::{Clock, LogSink, Running, StoreOperations};
use serde_json::Value;
use stand_in::{Answer as Provided, SentMessage, StandIn};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Client, Request, Team, wait_for, workspace};

/// How an application is started.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Empty: none is set.
    pub admin_key: String,
    /// Empty: none is set.
    pub secrets_key: String,
    /// Where WhatsApp's API is, instead of at the stand-in.
    pub whatsapp_api_url: Option<String>,
    /// The state of an earlier one.
    pub state_dir: Option<PathBuf>,
    /// Spin's `--runtime-config-file`.
    pub runtime_config: Option<PathBuf>,
    /// How far its clock is ahead.
    pub ahead: Duration,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            admin_key: "the-operators-admin-key".to_owned(),
            secrets_key: "the-operators-secrets-key".to_owned(),
            whatsapp_api_url: None,
            state_dir: None,
            runtime_config: None,
            ahead: Duration::ZERO,
        }
    }
}

type Programmed = Arc<Mutex<HashMap<String, VecDeque<Provided>>>>;

/// A running application. It ends when it is dropped.
pub struct App {
    /// Sends requests to it.
    pub client: Client,
    /// WhatsApp's API.
    pub stand_in: StandIn,
    /// The components' time of day.
    pub clock: Clock,
    setup: Setup,
    log: Arc<Mutex<Vec<String>>>,
    programmed: Programmed,
    running: Option<Running>,
    runtime: Runtime,
    _state: Option<TempDir>,
}

impl App {
    /// The one that tests share while they run at the same time. Each uses teams, accounts and phones of its own.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<App>> = Mutex::new(Weak::new());
        let mut shared = lock(&SHARED);
        if let Some(app) = shared.upgrade() {
            return app;
        }
        let app = Arc::new(Self::start(Setup::default()));
        *shared = Arc::downgrade(&app);
        app
    }

    /// One of its own.
    pub fn start(setup: Setup) -> Self {
        let runtime = Runtime::new().expect("a Tokio runtime");
        let programmed = Programmed::default();
        let stand_in = runtime.block_on(StandIn::start(stand_in::Config::default()));
        let stand_in = stand_in.expect("the stand-in starts");
        let answers = Arc::clone(&programmed);
        stand_in.answer_with(move |message| {
            let mut answers = lock(&answers);
            let answer = answers.get_mut(message.to()).and_then(VecDeque::pop_front);
            answer.unwrap_or_default()
        });
        let log = Arc::new(Mutex::new(Vec::new()));
        let clock = Clock::default();
        clock.advance(setup.ahead);
        let (state_dir, state) = match &setup.state_dir {
            Some(given) => (given.clone(), None),
            None => {
                let made = TempDir::new().expect("a temporary folder");
                (made.path().to_owned(), Some(made))
            }
        };
        let mut config = host::Config::new(workspace().join("spin.toml"));
        config.state_dir = state_dir;
        config.cache_dir = Some(workspace().join("target/wasmtime-cache"));
        config.grace = Duration::from_secs(5);
        config.clock = clock.clone();
        config.runtime_config = setup.runtime_config.clone();
        config.variables = BTreeMap::from([
            ("admin_key".to_owned(), setup.admin_key.clone()),
            ("secrets_key".to_owned(), setup.secrets_key.clone()),
            (
                "whatsapp_api_url".to_owned(),
                setup.whatsapp_api_url.clone().unwrap_or_else(|| stand_in.origin()),
            ),
        ]);
        let lines = Arc::clone(&log);
        config.log = LogSink::Callback(Arc::new(move |event| lock(&lines).push(event.to_string())));
        let running = runtime.block_on(host::start(config));
        let running =
            running.expect("the host starts; are the components built? cargo xtask build");
        let client = Client::new(&format!("http://{}", running.addr()));
        let running = Some(running);
        Self { client, stand_in, clock, setup, log, programmed, running, runtime, _state: state }
    }

    /// What the operator calls himself by.
    pub fn admin_key(&self) -> &str {
        &self.setup.admin_key
    }

    /// A request of the operator.
    pub fn ops(&self, method: &str, path: &str) -> Request {
        self.client.request(method, path).bearer(self.admin_key())
    }

    /// A team that nobody else has, with a key for everything.
    #[track_caller]
    pub fn team(self: &Arc<Self>) -> Team {
        Team::with_a_key(self)
    }

    /// What was sent to a contact, in the order of arrival, refused requests included.
    pub fn sent_to(&self, phone: &str) -> Vec<SentMessage> {
        let mut sent = self.stand_in.sent();
        sent.retain(|message| message.to() == phone);
        sent
    }

    /// Waits until so many requests for a contact have come, and gives them.
    #[track_caller]
    pub fn wait_for_sent_to(&self, phone: &str, count: usize) -> Vec<SentMessage> {
        wait_for(&format!("message {count} to {phone}"), || {
            let sent = self.sent_to(phone);
            (sent.len() >= count).then_some(sent)
        })
    }

    /// WhatsApp answers so when it is next sent something for this contact.
    pub fn provider_answers(&self, phone: &str, answers: impl IntoIterator<Item = Provided>) {
        lock(&self.programmed).entry(phone.to_owned()).or_default().extend(answers);
    }

    /// What is stored of a conversation.
    #[track_caller]
    pub fn conversation(&self, id: &str) -> Value {
        self.ops("GET", &format!("/ops/conversations/{id}")).send().expect(200)
    }

    /// Waits until a conversation looks like this, and gives it.
    #[track_caller]
    pub fn wait_for_conversation(
        &self,
        id: &str,
        what: &str,
        is: impl Fn(&Value) -> bool,
    ) -> Value {
        let path = format!("/ops/conversations/{id}");
        wait_for(what, || {
            let answer = self.ops("GET", &path).send();
            (answer.status == 200).then(|| answer.json()).filter(|found| is(found))
        })
    }

    /// Waits until nothing of a conversation is left to be sent, and gives it.
    #[track_caller]
    pub fn settled(&self, id: &str) -> Value {
        self.wait_for_conversation(id, "an empty outbox", |c| c["outbox"] == serde_json::json!([]))
    }

    /// The operations on the store since the start.
    pub fn operations(&self) -> StoreOperations {
        let running = self.running.as_ref();
        running.map(|running| running.operations().total).unwrap_or_default()
    }

    /// Sweeps until nothing more is due; how many timers fired.
    #[track_caller]
    pub fn sweep(&self) -> u64 {
        let mut fired = 0;
        loop {
            let swept = self.ops("POST", "/ops/sweep").send().expect(200);
            assert_eq!(swept["failed"], 0, "{swept} {:#?}", self.log());
            fired += swept["fired"].as_u64().expect("a number");
            if swept["more"] == false {
                return fired;
            }
        }
    }

    /// Ends it at once, whatever it is doing: as a crash does.
    pub fn crash(mut self) {
        drop(self.running.take());
    }

    /// What the host and the components have logged.
    pub fn log(&self) -> Vec<String> {
        lock(&self.log).clone()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

/// A number that no other call gives.
pub(crate) fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Relaxed)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
