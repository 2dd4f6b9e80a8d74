//! An embedded stand-in for Spin 4.1: runs the application of a `spin.toml` and its wasm files
//! unchanged, on machines without the `spin` binary and in tests. Where Spin does something, it
//! does the same, the defects of Spin's stores included, or nothing at all.
//!
//! It serves `spin-sdk` 7 components (WASI P3 `wasi:http@0.3`) with `spin:key-value@3`,
//! `spin:variables@3`, `wasi:keyvalue@0.2.0-draft2`, WASI 0.2 and 0.3, outbound HTTP.

mod bindings;
mod clock;
mod compiled;
mod engine;
mod guest_output;
mod instance;
mod key_value;
mod lifetime;
mod log;
pub mod manifest;
mod memory;
mod outbound;
mod request;
mod routes;
mod runtime_config;
mod server;
mod start;
mod template;
mod variables;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use clock::Clock;
pub use instance::Instantiations;
pub use key_value::{Operations, StoreOperations};
pub use log::{Event, LogSink};
pub use manifest::Manifest;
pub use start::{Running, start};

/// What to run and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// The `spin.toml`.
    pub manifest: PathBuf,
    /// Where to listen; port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// Holds `sqlite_key_value.db`, Spin's own file of the store `default`.
    pub state_dir: PathBuf,
    /// Spin's `--runtime-config-file`.
    pub runtime_config: Option<PathBuf>,
    /// Values of application variables; they win over `SPIN_VARIABLE_<NAME>`.
    pub variables: BTreeMap<String, String>,
    /// Where compiled components are kept, for this process's user alone to write to; without it everything is compiled at each
    /// start.
    pub cache_dir: Option<PathBuf>,
    /// Sets `TCP_NODELAY`, which Spin does not: for benchmarks.
    pub nodelay: bool,
    /// The guests' time of day.
    pub clock: Clock,
    /// Where request lines, guests' output and failures go.
    pub log: LogSink,
    /// How long [`Running::stop`] waits for requests and for what instances do after them.
    pub grace: Duration,
}

impl Config {
    /// Runs `manifest` on a free port of 127.0.0.1, with the state where Spin has it, in
    /// `.spin` beside the manifest; no compile cache, log to standard error, 30 s of grace.
    pub fn new(manifest: impl Into<PathBuf>) -> Self {
        let manifest = manifest.into();
        let folder = manifest.parent().map(PathBuf::from).unwrap_or_default();
        Self {
            manifest,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state_dir: folder.join(".spin"),
            runtime_config: None,
            variables: BTreeMap::new(),
            cache_dir: None,
            nodelay: false,
            clock: Clock::default(),
            log: LogSink::Stderr,
            grace: Duration::from_secs(30),
        }
    }
}
