//! A running application: the host on `spin.toml`, and WhatsApp's API as the stand-in plays it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use host::{Clock, LogSink, Running, StoreOperations};
use serde_json::Value;
use stand_in::{Answer as Provided, Called, SentMessage, StandIn};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Account, Client, Request, Team, wait_for, workspace};

/// The language model's path, key and name, where there is one.
pub const MODEL_PATH: &str = "/models/v1/chat/completions";
/// See [`MODEL_PATH`].
pub const MODEL_KEY: &str = "the-operators-key-of-the-model";
/// See [`MODEL_PATH`].
pub const MODEL_NAME: &str = "stand-in-1";

/// How an application is started.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Empty: none is set.
    pub admin_key: String,
    /// Empty: none is set.
    pub secrets_key: String,
    /// The key before. Empty: none is set.
    pub secrets_key_previous: String,
    /// Where WhatsApp's API is, instead of at the stand-in.
    pub whatsapp_api_url: Option<String>,
    /// Whether there is a language model: at the stand-in, at [`MODEL_PATH`], with [`MODEL_KEY`].
    pub model: bool,
    /// What `http` nodes may call besides the stand-in: up to three origins.
    pub outbound: Vec<String>,
    /// The state of an earlier one.
    pub state_dir: Option<PathBuf>,
    /// Spin's `--runtime-config-file`.
    pub runtime_config: Option<PathBuf>,
    /// How far its clock is ahead.
    pub ahead: Duration,
    /// Whether webhooks may be at the stand-in: by plain `http`, on this machine.
    pub private_webhooks: bool,
    /// After how many seconds a stream of events ends, instead of the default.
    pub stream_seconds: Option<u64>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            admin_key: "the-operators-admin-key".to_owned(),
            secrets_key: "the-operators-secrets-key".to_owned(),
            secrets_key_previous: String::new(),
            whatsapp_api_url: None,
            model: false,
            outbound: Vec::new(),
            state_dir: None,
            runtime_config: None,
            ahead: Duration::ZERO,
            private_webhooks: false,
            stream_seconds: None,
        }
    }
}

/// Where the application is for the world: what Twilio signs, not where tests reach it.
pub const PUBLIC_URL: &str = "https://parlance.example.com";

type Programmed = Arc<Mutex<HashMap<String, VecDeque<Provided>>>>;

/// A running application. It ends when it is dropped.
pub struct App {
    /// Sends requests to it.
    pub client: Client,
    /// WhatsApp's API.
    pub stand_in: StandIn,
    /// The components' time of day.
    clock: Clock,
    setup: Setup,
    log: Arc<Mutex<Vec<String>>>,
    programmed: Programmed,
    programmed_calls: Programmed,
    running: Option<Running>,
    runtime: Runtime,
    _state: Option<TempDir>,
}

impl App {
    /// The one that tests share while they run at the same time. Each uses teams, accounts and phones of its own.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<App>> = Mutex::new(Weak::new());
        Self::share(&SHARED, Setup::default)
    }

    /// The same for those that need a language model.
    pub fn shared_with_a_model() -> Arc<Self> {
        static SHARED: Mutex<Weak<App>> = Mutex::new(Weak::new());
        Self::share(&SHARED, || Setup { model: true, ..Setup::default() })
    }

    /// The same for those that have webhooks, at the stand-in.
    pub fn shared_with_webhooks() -> Arc<Self> {
        static SHARED: Mutex<Weak<App>> = Mutex::new(Weak::new());
        Self::share(&SHARED, || Setup { private_webhooks: true, ..Setup::default() })
    }

    /// The same for those that show workflows to every team: what they show is in everybody's lists, which other tests count.
    pub fn shared_with_public_workflows() -> Arc<Self> {
        static SHARED: Mutex<Weak<App>> = Mutex::new(Weak::new());
        Self::share(&SHARED, Setup::default)
    }

    fn share(shared: &Mutex<Weak<Self>>, setup: fn() -> Setup) -> Arc<Self> {
        let mut shared = lock(shared);
        if let Some(app) = shared.upgrade() {
            return app;
        }
        let app = Arc::new(Self::start(setup()));
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
        let programmed_calls = Programmed::default();
        let answers = Arc::clone(&programmed_calls);
        stand_in.answer_calls_with(move |called| {
            let mut answers = lock(&answers);
            answers.get_mut(&what_of(called)).and_then(VecDeque::pop_front).unwrap_or_default()
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
        config.variables = variables(&setup, &stand_in.origin());
        let lines = Arc::clone(&log);
        config.log = LogSink::Callback(Arc::new(move |event| lock(&lines).push(event.to_string())));
        let running = runtime.block_on(host::start(config));
        let running =
            running.expect("the host starts; are the components built? cargo xtask build");
        let client = Client::new(&format!("http://{}", running.addr()));
        let running = Some(running);
        Self {
            client,
            stand_in,
            clock,
            setup,
            log,
            programmed,
            programmed_calls,
            running,
            runtime,
            _state: state,
        }
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

    /// A team that nobody else has, and its account, which this workflow answers.
    #[track_caller]
    pub fn account_answered_by(self: &Arc<Self>, definition: &Value) -> (Team, Account) {
        let team = self.team();
        let workflow = match definition["graph"].is_null() {
            // It publishes itself.
            true => team.creates(definition),
            false => team.has_published(definition),
        };
        let account = team.has_an_account_answered_by(&workflow);
        (team, account)
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

    /// Waits until so many messages to a contact have come, and gives what it reads: all that has come.
    #[track_caller]
    pub fn texts_to(&self, phone: &str, count: usize) -> Vec<String> {
        let sent = self.wait_for_sent_to(phone, count);
        sent.iter().map(|message| message.text().to_owned()).collect()
    }

    /// WhatsApp answers so when it is next sent something for this contact.
    pub fn provider_answers(&self, phone: &str, answers: impl IntoIterator<Item = Provided>) {
        lock(&self.programmed).entry(phone.to_owned()).or_default().extend(answers);
    }

    /// Where an `http` node finds the stand-in's address of this path, which begins with `/http/`.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.stand_in.origin())
    }

    /// The calls of an address, by its path; or of the language model, by what it was to answer.
    pub fn calls_of(&self, what: &str) -> Vec<Called> {
        let mut called = self.stand_in.called();
        called.retain(|called| what_of(called) == what);
        called
    }

    /// Waits until so many calls have come, and gives them.
    #[track_caller]
    pub fn wait_for_calls_of(&self, what: &str, count: usize) -> Vec<Called> {
        wait_for(&format!("call {count} of {what}"), || {
            Some(self.calls_of(what)).filter(|called| called.len() >= count)
        })
    }

    /// So the next calls are answered of the address with this path, or of the model that is to answer this.
    pub fn is_answered(&self, what: &str, answers: impl IntoIterator<Item = Provided>) {
        lock(&self.programmed_calls).entry(what.to_owned()).or_default().extend(answers);
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

    /// Waits until nothing of a conversation is left to be sent, called, changed or told, and gives it.
    #[track_caller]
    pub fn settled(&self, id: &str) -> Value {
        self.wait_for_conversation(id, "a conversation at rest", |conversation| {
            let waits = ["calls", "queue", "changes", "notices"]
                .iter()
                .any(|list| conversation.get(list).is_some());
            conversation["outbox"] == serde_json::json!([]) && !waits
        })
    }

    /// The operations on the store since the start.
    pub fn operations(&self) -> StoreOperations {
        let running = self.running.as_ref();
        running.map(|running| running.operations().total).unwrap_or_default()
    }

    /// The most linear memory, in bytes, that one instance of each component had since the start.
    pub fn peak_memory(&self) -> BTreeMap<String, usize> {
        self.running.as_ref().map(Running::peak_memory).unwrap_or_default()
    }

    /// Time passes for the components, after all that is under way: what is being sent when minutes pass at once is
    /// taken over, and sent again.
    #[track_caller]
    pub fn pass(&self, time: Duration) {
        let rest = async {
            let running = self.running.as_ref().expect("it runs");
            tokio::time::timeout(Duration::from_secs(20), running.at_rest()).await
        };
        self.runtime.block_on(rest).expect("what is under way ends");
        self.pass_amid(time);
    }

    /// Time passes in the middle of what is under way.
    pub fn pass_amid(&self, time: Duration) {
        self.clock.advance(time);
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

fn variables(setup: &Setup, stand_in: &str) -> BTreeMap<String, String> {
    let whatsapp = setup.whatsapp_api_url.as_deref().unwrap_or(stand_in);
    let mut variables = vec![
        ("admin_key", setup.admin_key.as_str()),
        ("secrets_key", &setup.secrets_key),
        ("secrets_key_previous", &setup.secrets_key_previous),
        ("whatsapp_api_url", whatsapp),
        ("telephony_api_url", stand_in),
        ("public_url", PUBLIC_URL),
        ("outbound1", stand_in),
    ];
    variables.extend(
        ["outbound2", "outbound3", "outbound4"]
            .into_iter()
            .zip(setup.outbound.iter().map(String::as_str)),
    );
    if setup.model {
        variables.extend([
            ("llm_url", stand_in),
            ("llm_path", MODEL_PATH),
            ("llm_key", MODEL_KEY),
            ("llm_model", MODEL_NAME),
        ]);
    }
    if setup.private_webhooks {
        variables.push(("allow_private_webhooks", "true"));
    }
    let seconds = setup.stream_seconds.map(|seconds| seconds.to_string());
    variables.extend(seconds.as_deref().map(|seconds| ("stream_seconds", seconds)));
    variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// By what a test knows its own calls.
fn what_of(called: &Called) -> String {
    if called.asks_the_model() {
        return called.question();
    }
    // The pages of a list are asked for at one address.
    let path = called.path.split('?').next().filter(|_| called.asks_for_templates());
    path.unwrap_or(&called.path).to_owned()
}

/// A number that no other call gives.
pub(crate) fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Relaxed)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
