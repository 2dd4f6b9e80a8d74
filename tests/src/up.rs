//! `cargo xtask up --stand-in` as a process of its own, which can be killed.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use stand_in::SentMessage;

use crate::{Client, Request, workspace};

/// A running `cargo xtask up --stand-in`. It ends, killed, when it is dropped.
pub struct Up {
    /// Sends requests to it.
    pub client: Client,
    state_dir: PathBuf,
    variables: Vec<(String, String)>,
    child: Child,
}

impl Up {
    /// Starts it on a free port, with its state in `state_dir`, and waits until it serves.
    ///
    /// # Panics
    /// When it ends before.
    #[track_caller]
    pub fn start(state_dir: &Path) -> Self {
        Self::start_with(state_dir, &[], 0)
    }

    /// The same, with these variables set, and with the components' clock so many seconds ahead.
    ///
    /// # Panics
    /// When it ends before.
    #[track_caller]
    pub fn start_with(state_dir: &Path, variables: &[(String, String)], seconds: u64) -> Self {
        let mut up = Command::new(xtask());
        up.args(["up", "--stand-in", "--listen", "127.0.0.1:0", "--state-dir"]).arg(state_dir);
        up.args(["--clock-ahead-seconds", &seconds.to_string()]);
        for variable in ["ADMIN_KEY", "SECRETS_KEY", "WHATSAPP_API_URL"] {
            up.env_remove(format!("SPIN_VARIABLE_{variable}"));
        }
        for (name, value) in variables {
            up.env(format!("SPIN_VARIABLE_{}", name.to_uppercase()), value);
        }
        up.current_dir(workspace()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = up.spawn().expect("xtask starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut url = None;
        while url.is_none() {
            let line = lines.next().expect("xtask up says where it serves").expect("text");
            url = line.strip_prefix("Serving ").map(str::to_owned);
        }
        // What it prints is read on, or it would stop at a full pipe.
        std::thread::spawn(move || lines.count());
        let client = Client::new(&url.unwrap_or_default());
        Self { client, state_dir: state_dir.to_owned(), variables: variables.to_vec(), child }
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
        let (state_dir, variables) = (self.state_dir.clone(), self.variables.clone());
        drop(self);
        Self::start_with(&state_dir, &variables, seconds)
    }

    /// A request of the operator.
    ///
    /// # Panics
    /// When there is no admin key in the state folder.
    pub fn ops(&self, method: &str, path: &str) -> Request {
        let key = std::fs::read_to_string(self.state_dir.join("admin_key"));
        self.client.request(method, path).bearer(key.expect("the admin key").trim())
    }

    /// What was sent to WhatsApp since the state folder is there, over all restarts.
    pub fn sent(&self) -> Vec<SentMessage> {
        let lines = std::fs::read_to_string(self.state_dir.join("stand-in.jsonl"));
        let lines = lines.unwrap_or_default();
        lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
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
        let built = cargo.current_dir(workspace()).status().expect("cargo runs");
        assert!(built.success(), "xtask could not be built");
        workspace().join("target/debug/xtask").canonicalize().expect("the binary")
    })
}
