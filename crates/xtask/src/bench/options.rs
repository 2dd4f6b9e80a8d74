//! What a bench is told on its command line.

use std::path::PathBuf;
use std::time::Duration;

/// Connections of the redis run, of the botbuilder run and of the growth run, unless others are given.
pub const BUSY: usize = 16;
/// Seconds of a round. Many short rounds, so that a disk that is slow for a while is so for both sides.
const ROUND_SECONDS: f64 = 0.4;
/// Seconds of the redis run: twice as long as Linux keeps a closed connection's port (60 s, `TCP_TIMEWAIT_LEN`).
const REDIS_SECONDS: f64 = 120.0;

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Connections at the same time. [default: 1,16,64; 16 with --growth, --redis and --botbuilder]
    #[arg(long, value_delimiter = ',', value_parser = at_least_one)]
    connections: Vec<usize>,
    /// Seconds of each round, 0.4 unless given; with --redis, seconds in all, 120 unless given.
    #[arg(long, value_parser = seconds)]
    seconds: Option<f64>,
    /// Rounds in which a request and its floor take turns.
    #[arg(long, default_value_t = 6)]
    pub rounds: u32,
    /// Conversations that are written in turns, so that two requests seldom meet.
    #[arg(long, default_value_t = 512)]
    pub conversations: u64,
    /// Only what has this in its name.
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
    /// Set TCP_NODELAY on the hosts' connections, which Spin does not.
    #[arg(long)]
    pub nodelay: bool,
    /// Measure the wasm files that are there, without building them.
    #[arg(long)]
    pub no_build: bool,
    /// Write what was measured to this file, to be compared.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Measure nothing: print the ratios of two such files, the second to the first.
    #[arg(long, num_args = 2, value_names = ["BEFORE", "AFTER"])]
    pub compare: Vec<PathBuf>,
    /// Measure a server that runs already, such as `spin up`, without floor and store counts. It is given a new team.
    #[arg(long, value_name = "URL", requires = "admin_key")]
    pub url: Option<String>,
    /// The admin key of that server.
    #[arg(long, value_name = "KEY")]
    pub admin_key: Option<String>,
    /// Play WhatsApp's API for that server on this port of 127.0.0.1, and wait for its deliveries.
    #[arg(long, value_name = "PORT", requires = "url")]
    pub provider_port: Option<u16>,
    /// Run on Redis for two minutes, and watch how many ports its connections take.
    #[arg(long, group = "what", conflicts_with = "url")]
    pub redis: bool,
    /// Compare a small set of conversations, workflows and messages with a large one.
    #[arg(long, group = "what", conflicts_with = "url")]
    pub growth: bool,
    /// Compare with Microsoft's Bot Framework: wants `node` and `npm`.
    #[arg(long, group = "what", conflicts_with = "url")]
    pub botbuilder: bool,
}

impl Options {
    /// Those to measure at, one after another.
    pub fn connections(&self) -> Vec<usize> {
        match (self.connections.as_slice(), self.redis || self.growth || self.botbuilder) {
            ([], true) => vec![BUSY],
            ([], false) => vec![1, BUSY, 64],
            (given, _) => given.to_vec(),
        }
    }

    /// A round's time.
    pub fn round(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.unwrap_or(ROUND_SECONDS))
    }

    /// The time of a run on Redis.
    pub fn redis_time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.unwrap_or(REDIS_SECONDS))
    }

    /// Whether something of this name is to be measured.
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|part| name.contains(part))
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("a number of connections is 1 or more".to_owned()),
        Ok(number) => Ok(number),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let wrong = || "a number of seconds above 0, below a day".to_owned();
    text.parse().ok().filter(|&seconds| seconds > 0.0 && seconds < 86_400.0).ok_or_else(wrong)
}
