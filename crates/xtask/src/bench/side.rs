//! A server that is measured, and the provider that its messages go to: a round is over when both have become quiet.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use host::{Clock, Config, Event, Instantiations, LogSink, Operations, Running};

use super::Place;
use super::load::{Load, Measured, load};
use super::provider::Provider;
use super::requests::Requests;

/// The hosts' `admin_key` and `secrets_key`.
pub const SECRET: &str = "bench";

/// Without a store operation or a message for so long, a host has become quiet.
const QUIET: Duration = Duration::from_millis(200);
/// The same where nothing is sent after an answer.
const QUIET_UNSENT: Duration = Duration::from_millis(30);
/// Between two looks at it.
const STEP: Duration = Duration::from_millis(5);
/// How long it may go on after the last answer.
const LIMIT: Duration = Duration::from_secs(20);

/// A server.
pub struct Side {
    addr: SocketAddr,
    /// Where it is in this process: only then is it known what it does in its store.
    host: Option<Running>,
    clock: Clock,
    /// Where what it sends is known.
    provider: Option<Arc<Provider>>,
}

impl Side {
    /// A host in this process that serves the application of `manifest`, with a store of its own in the folder `state`.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(
        place: &Place,
        manifest: PathBuf,
        state: PathBuf,
        provider: &Arc<Provider>,
        nodelay: bool,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&state)?;
        let mut config = Config::new(&manifest);
        config.state_dir = state;
        config.cache_dir = Some(place.workspace.compile_cache());
        config.nodelay = nodelay;
        config.log = LogSink::Callback(Arc::new(|event| {
            if !matches!(event, Event::Request { .. }) {
                eprintln!("{event}");
            }
        }));
        config.variables = BTreeMap::from([
            ("admin_key".to_owned(), SECRET.to_owned()),
            ("secrets_key".to_owned(), SECRET.to_owned()),
            ("whatsapp_api_url".to_owned(), provider.origin()),
        ]);
        // A variable that a manifest does not declare is an error.
        let declared = std::fs::read_to_string(&manifest)?;
        config.variables.retain(|name, _| declared.contains(&format!("{name} =")));
        let clock = config.clock.clone();
        let host = host::start(config).await.context("cannot start the host")?;
        let provider = Some(Arc::clone(provider));
        Ok(Self { addr: host.addr(), host: Some(host), clock, provider })
    }

    /// A server that runs already.
    pub fn at(addr: SocketAddr, provider: Option<Arc<Provider>>) -> Self {
        Self { addr, host: None, clock: Clock::default(), provider }
    }

    /// Lets time pass for the components of a host in this process.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The message that was sent last; nothing where that is not known.
    pub fn last_message(&self) -> Vec<u8> {
        self.provider.as_ref().map(|provider| provider.last_message()).unwrap_or_default()
    }

    /// How often its components were instantiated; nothing where that is not known.
    pub fn instantiations(&self) -> BTreeMap<String, Instantiations> {
        self.host.as_ref().map(Running::instantiations).unwrap_or_default()
    }

    /// Whether it is known what it does in its store.
    pub fn is_counted(&self) -> bool {
        self.host.is_some()
    }

    /// Ends it, if it was started here.
    pub async fn stop(self) {
        if let Some(host) = self.host {
            host.stop().await;
        }
    }

    fn operations(&self) -> Operations {
        self.host.as_ref().map(Running::operations).unwrap_or_default()
    }

    /// Messages that were sent so far.
    pub fn taken(&self) -> u64 {
        self.provider.as_ref().map_or(0, |provider| provider.taken())
    }

    /// Sends requests for `time`, and waits until what they brought about has ended; that counts, too.
    ///
    /// # Errors
    /// An answer that is no success, or none; a message that is not sent. Then what was measured is not what was
    /// meant.
    pub async fn round(
        &self,
        requests: &Requests,
        amount: Load,
        time: Duration,
    ) -> anyhow::Result<Measured> {
        let operations = self.operations().total;
        let taken = self.taken();
        let begun = Instant::now();
        let mut measured = load(self.addr, requests, amount, time).await?;
        let sent = measured.requests() * requests.sends;
        measured.time = self.settle(taken, sent).await? - begun;
        measured.operations = self.operations().total - operations;
        measured.sent = self.taken() - taken;
        Ok(measured)
    }

    /// Waits until so many messages were `sent` after those that were `taken`, and nothing goes on any more; returns when
    /// the last of it was.
    ///
    /// # Errors
    /// When it is not over in time, with what goes on.
    pub async fn settle(&self, taken: u64, sent: u64) -> anyhow::Result<Instant> {
        let begun = Instant::now();
        let unseen = self.provider.is_none() || sent == 0;
        if unseen && !self.is_counted() {
            return Ok(begun);
        }
        let wanted = taken + if unseen { 0 } else { sent };
        let quiet_for = if unseen { QUIET_UNSENT } else { QUIET };
        let mut seen = (self.operations(), self.taken());
        let mut changed = begun;
        loop {
            tokio::time::sleep(STEP).await;
            let now = (self.operations(), self.taken());
            if now != seen {
                (seen, changed) = (now, Instant::now());
            }
            let quiet = changed.elapsed();
            match seen.1.cmp(&wanted) {
                std::cmp::Ordering::Equal if quiet >= quiet_for => return Ok(changed),
                std::cmp::Ordering::Greater => {
                    bail!("{} messages more were sent than there should be", seen.1 - wanted)
                }
                _ if begun.elapsed() < LIMIT => {}
                _ => bail!(
                    "not over {LIMIT:?} after the last answer: {} messages are missing, the last operation was \
                     {quiet:?} ago; in all {:?}",
                    wanted.saturating_sub(seen.1),
                    seen.0.total
                ),
            }
        }
    }
}
