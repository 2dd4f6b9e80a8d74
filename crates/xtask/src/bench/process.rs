//! A server as a process of its own: `cargo xtask up`, or another that says `Serving URL` once it answers. It is killed
//! when it is dropped.

use std::fs::File;
use std::io::BufReader;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use http::Uri;

use super::side::SECRET;
use crate::clients::served_at;

/// The port of a URL that names none.
const HTTP: u16 = 80;

/// A running server.
pub struct Process {
    child: Child,
    addr: SocketAddr,
    /// From its start until it said that it serves.
    pub took: Duration,
}

impl Process {
    /// Starts `command`, and waits until it serves. What it writes to standard error goes to the file `log`.
    ///
    /// # Errors
    /// When it ends before.
    pub fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let begun = Instant::now();
        command.stdout(Stdio::piped()).stderr(File::create(log)?);
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let printed = child.stdout.take().map(BufReader::new);
        let mut process =
            Self { child, addr: SocketAddr::from(([0, 0, 0, 0], 0)), took: Duration::ZERO };
        let url = printed.and_then(served_at);
        let url = url.with_context(|| format!("no server came up: see {}", log.display()))?;
        process.took = begun.elapsed();
        process.addr = address(&url)?;
        Ok(process)
    }

    /// `cargo xtask up` on a state of its own, without sweeps, sending to `provider`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn up(state: &Path, provider: &str, more: &[&str]) -> anyhow::Result<Self> {
        let mut up = Command::new(std::env::current_exe()?);
        up.args(["up", "--no-build", "--listen", "127.0.0.1:0", "--sweep-seconds", "0"]);
        up.args(more).arg("--state-dir").arg(state);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SPIN_VARIABLE_") {
                up.env_remove(name);
            }
        }
        for name in ["ADMIN_KEY", "SECRETS_KEY"] {
            up.env(format!("SPIN_VARIABLE_{name}"), SECRET);
        }
        up.env("SPIN_VARIABLE_WHATSAPP_API_URL", provider);
        Self::start(&mut up, &state.join("log"))
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where `http://HOST[:PORT]` is.
///
/// # Errors
/// Another scheme, a path, a name that nobody has.
pub fn address(url: &str) -> anyhow::Result<SocketAddr> {
    let wrong = || format!("{url} is not of the form http://HOST[:PORT]");
    let uri: Uri = url.trim_end_matches('/').parse().with_context(wrong)?;
    let plain = uri.scheme_str() == Some("http") && uri.path() == "/";
    let authority = uri.authority().filter(|_| plain).with_context(wrong)?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let mut found = (host, authority.port_u16().unwrap_or(HTTP)).to_socket_addrs()?;
    found.next().with_context(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_without_tls_is_a_server() {
        assert_eq!(address("http://127.0.0.1:3000/").unwrap().to_string(), "127.0.0.1:3000");
        assert_eq!(address("http://[::1]").unwrap().to_string(), "[::1]:80");
        for wrong in ["https://127.0.0.1", "127.0.0.1:3000", "http://127.0.0.1/api"] {
            let error = address(wrong).unwrap_err().to_string();
            assert!(error.contains("http://HOST[:PORT]"), "{error}");
        }
    }
}
