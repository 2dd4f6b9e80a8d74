//! One of the two hosts, and the provider that messages go to: a round is over when both have become quiet.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use host::{Config, Event, LogSink, Running};
use stand_in::StandIn;

use super::load::{Measured, load};
use super::scenario::Requests;
use crate::workspace::Workspace;

/// The hosts' `admin_key` and `secrets_key`.
pub const SECRET: &str = "bench";

/// Without a store operation or a message for so long, a host has become quiet.
const QUIET: Duration = Duration::from_millis(200);
/// Between two looks at it.
const STEP: Duration = Duration::from_millis(10);
/// How long it may go on after the last answer.
const LIMIT: Duration = Duration::from_secs(20);

/// The stand-in for WhatsApp, and how many messages it took.
pub struct Provider {
    stand_in: StandIn,
    taken: Arc<AtomicU64>,
}

impl Provider {
    /// Starts it on a port of its own.
    pub async fn start() -> anyhow::Result<Self> {
        let taken = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&taken);
        let config = stand_in::Config {
            on_sent: Some(Arc::new(move |message| {
                count.fetch_add(u64::from(message.id.is_some()), Ordering::Relaxed);
            })),
            ..stand_in::Config::default()
        };
        Ok(Self { stand_in: StandIn::start(config).await?, taken })
    }

    /// The body of the message that came last.
    pub fn last_message(&self) -> Option<Vec<u8>> {
        Some(self.stand_in.sent().last()?.body.to_string().into_bytes())
    }

    fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

/// A host that serves one of the two applications.
pub struct Side {
    host: Running,
    provider: Arc<Provider>,
}

impl Side {
    /// Starts it, with a store of its own in the folder `state`.
    pub async fn start(
        workspace: &Workspace,
        manifest: PathBuf,
        state: PathBuf,
        provider: &Arc<Provider>,
        nodelay: bool,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&state)?;
        let mut config = Config::new(&manifest);
        config.state_dir = state;
        config.cache_dir = Some(workspace.compile_cache());
        config.nodelay = nodelay;
        config.log = LogSink::Callback(Arc::new(|event| {
            if !matches!(event, Event::Request { .. }) {
                eprintln!("{event}");
            }
        }));
        config.variables = BTreeMap::from([
            ("admin_key".to_owned(), SECRET.to_owned()),
            ("secrets_key".to_owned(), SECRET.to_owned()),
            ("whatsapp_api_url".to_owned(), provider.stand_in.origin()),
        ]);
        // A variable that a manifest does not declare is an error.
        let declared = std::fs::read_to_string(&manifest)?;
        config.variables.retain(|name, _| declared.contains(&format!("{name} =")));
        let host = host::start(config).await.context("cannot start the host")?;
        Ok(Self { host, provider: Arc::clone(provider) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.host.addr()
    }

    /// Ends it.
    pub async fn stop(self) {
        self.host.stop().await;
    }

    /// Sends requests for `time`, and waits until what they brought about has ended; that counts, too.
    ///
    /// # Errors
    /// An answer that is no success, or none; a message that is not sent. Then what was measured is not what was
    /// meant.
    pub async fn round(
        &self,
        requests: &Requests,
        connections: usize,
        time: Duration,
    ) -> anyhow::Result<Measured> {
        let operations = self.host.operations().total;
        let taken = self.provider.taken();
        let begun = Instant::now();
        let mut measured = load(self.addr(), requests, connections, time).await?;
        let wanted = measured.requests() * requests.sends;
        measured.time = self.settle(taken + wanted).await? - begun;
        measured.operations = self.host.operations().total - operations;
        measured.sent = self.provider.taken() - taken;
        Ok(measured)
    }

    /// Waits until `wanted` messages were taken in all and nothing goes on any more; returns when the last of it was.
    ///
    /// # Errors
    /// When it is not over in time, with what goes on.
    pub async fn settle(&self, wanted: u64) -> anyhow::Result<Instant> {
        let begun = Instant::now();
        let look = || (self.host.operations(), self.provider.taken());
        let mut seen = look();
        let mut changed = begun;
        loop {
            tokio::time::sleep(STEP).await;
            let now = look();
            if now != seen {
                (seen, changed) = (now, Instant::now());
            }
            let (operations, taken) = &seen;
            let quiet = changed.elapsed();
            match taken.cmp(&wanted) {
                std::cmp::Ordering::Equal if quiet >= QUIET => return Ok(changed),
                std::cmp::Ordering::Greater => {
                    bail!("{} messages more were sent than there should be", taken - wanted)
                }
                _ if begun.elapsed() < LIMIT => {}
                _ => bail!(
                    "not over {LIMIT:?} after the last answer: {} messages are missing, the last operation was \
                     {quiet:?} ago; in all {:?}",
                    wanted - taken,
                    operations.components
                ),
            }
        }
    }
}
