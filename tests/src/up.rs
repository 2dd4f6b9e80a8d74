//! `cargo xtask up` as a process of its own, which can be killed.

use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use stand_in::SentMessage;

use crate::{Client, Request, workspace};

/// How it is started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Holds the keys, the log, and the store where that is SQLite.
    pub state_dir: PathBuf,
    /// By their names in spin.toml.
    pub variables: Vec<(String, String)>,
    /// How far the components' clock is ahead of the machine's.
    pub clock_ahead_seconds: u64,
    /// Spin's `--runtime-config-file`.
    pub runtime_config: Option<PathBuf>,
    /// Whether it plays WhatsApp's API itself, and dies with it. If not, `whatsapp_api_url` says who does.
    pub stand_in: bool,
    /// Whether it sees to it that the components are built. If not, it is there seconds sooner.
    pub build: bool,
}

impl Launch {
    /// With its state here, and a stand-in.
    pub fn at(state_dir: &Path) -> Self {
        Self {
            state_dir: state_dir.to_owned(),
            variables: Vec::new(),
            clock_ahead_seconds: 0,
            runtime_config: None,
            stand_in: true,
            build: true,
        }
    }

    fn command(&self) -> Command {
        let mut up = Command::new(xtask());
        up.args(["up", "--listen", "127.0.0.1:0", "--state-dir"]).arg(&self.state_dir);
        up.args(["--clock-ahead-seconds", &self.clock_ahead_seconds.to_string()]);
        if let Some(file) = &self.runtime_config {
            up.arg("--runtime-config-file").arg(file);
        }
        up.args(self.stand_in.then_some("--stand-in"));
        up.args((!self.build).then_some("--no-build"));
        for variable in ["ADMIN_KEY", "SECRETS_KEY", "WHATSAPP_API_URL"] {
            up.env_remove(format!("SPIN_VARIABLE_{variable}"));
        }
        for (name, value) in &self.variables {
            up.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
        }
        let log = OpenOptions::new().create(true).append(true).open(self.log());
        up.stdout(Stdio::piped()).stderr(log.expect("a file for the log"));
        up.current_dir(workspace());
        up
    }

    fn log(&self) -> PathBuf {
        self.state_dir.join("host.log")
    }
}

/// A running `cargo xtask up`. It ends, killed, when it is dropped.
pub struct Up {
    /// Sends requests to it.
    pub client: Client,
    launch: Launch,
    child: Child,
}

impl Up {
    /// Starts it on a free port, with its state in `state_dir`, and waits until it serves.
    ///
    /// # Panics
    /// When it ends before.
    #[track_caller]
    pub fn start(state_dir: &Path) -> Self {
        Self::launch(Launch::at(state_dir))
    }

    /// The same, with these variables set, and with the components' clock so many seconds ahead.
    ///
    /// # Panics
    /// When it ends before.
    #[track_caller]
    pub fn start_with(state_dir: &Path, variables: &[(String, String)], seconds: u64) -> Self {
        let at = Launch::at(state_dir);
        Self::launch(Launch { variables: variables.to_vec(), clock_ahead_seconds: seconds, ..at })
    }

    /// Starts it on a free port, and waits until it serves.
    ///
    /// # Panics
    /// When it ends before.
    #[track_caller]
    pub fn launch(launch: Launch) -> Self {
        let mut child = launch.command().spawn().expect("xtask starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut url = None;
        while url.is_none() {
            let line = lines.next().expect("xtask up says where it serves").expect("text");
            url = line.strip_prefix("Serving ").map(str::to_owned);
        }
        // What it prints is read on, or it would stop at a full pipe.
        std::thread::spawn(move || lines.count());
        let client = Client::new(&url.unwrap_or_default());
        Self { client, launch, child }
    }

    /// Kills it as `kill -9` does, and starts another on the same state.
    ///
    /// # Panics
    /// When that one does not come up.
    #[track_caller]
    pub fn killed_and_started_again(self) -> Self {
        self.killed_and_started_ahead(0)
    }

    /// The same, with the components' clock so many seconds ahead.
    ///
    /// # Panics
    /// When that one does not come up.
    #[track_caller]
    pub fn killed_and_started_ahead(self, seconds: u64) -> Self {
        let launch = Launch { clock_ahead_seconds: seconds, ..self.launch.clone() };
        drop(self);
        Self::launch(launch)
    }

    /// The operator's key.
    ///
    /// # Panics
    /// When there is none in the state folder.
    pub fn admin_key(&self) -> String {
        let key = std::fs::read_to_string(self.launch.state_dir.join("admin_key"));
        key.expect("the admin key").trim().to_owned()
    }

    /// A request of the operator.
    ///
    /// # Panics
    /// When there is no admin key in the state folder.
    pub fn ops(&self, method: &str, path: &str) -> Request {
        self.client.request(method, path).bearer(&self.admin_key())
    }

    /// What was sent to WhatsApp since the state folder is there, over all restarts.
    pub fn sent(&self) -> Vec<SentMessage> {
        let lines = std::fs::read_to_string(self.launch.state_dir.join("stand-in.jsonl"));
        let lines = lines.unwrap_or_default();
        lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// What the hosts of this state folder have logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.launch.log()).unwrap_or_default()
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // SIGKILL; it may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The xtask binary, built from what is there now.
///
/// # Panics
/// When it cannot be built.
pub fn xtask() -> &'static Path {
    static XTASK: OnceLock<PathBuf> = OnceLock::new();
    XTASK.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        // Not `--package xtask`: with the features of all default members, as this test was built.
        cargo.args(["build", "--quiet", "--bin", "xtask", "--target-dir", "target"]);
        // What cargo says of this test would have build scripts run anew (ring's), here and in the next `cargo test`.
        let of_this =
            |name: &String| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|of| name.starts_with(of));
        for name in std::env::vars().map(|(name, _)| name).filter(of_this) {
            cargo.env_remove(name);
        }
        let built = cargo.current_dir(workspace()).status().expect("cargo runs");
        assert!(built.success(), "xtask could not be built");
        workspace().join("target/debug/xtask").canonicalize().expect("the binary")
    })
}
