//! Clients that others have written, on a server of their own: the console vendor's SDK, and schemathesis, which makes up
//! requests from the OpenAPI documents, both in tests/sdk; the requests that the vendors publish, in tests/published; and
//! of the web chat, Chromium, in tests/browser.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::python::Python;
use crate::workspace::Workspace;

/// Seconds after which the server ends a stream, so that the SDK has to connect again.
const STREAM_SECONDS: &str = "2";

/// What Chromium is called, on Debian, on Ubuntu, and where it is Google's.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// The vendor's SDK: tests/sdk/test_*.py.
    Sdk,
    /// The published requests: tests/published.
    Published,
    /// schemathesis: tests/sdk/fuzz.py.
    Schemathesis,
    /// Chromium, with the chat bubble on a page: tests/browser.
    Browser,
}

impl Suite {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sdk, Self::Published, Self::Schemathesis, Self::Browser];

    /// That of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sdk => "sdk",
            Self::Published => "published",
            Self::Schemathesis => "schemathesis",
            Self::Browser => "browser",
        }
    }

    /// The folder of its tests, under tests/.
    fn folder(self) -> &'static str {
        match self {
            Self::Sdk | Self::Schemathesis => "sdk",
            Self::Published => "published",
            Self::Browser => "browser",
        }
    }

    /// The folder, under tests/, that says which packages it needs.
    fn requirements(self) -> &'static str {
        match self {
            Self::Sdk | Self::Published | Self::Schemathesis => "sdk",
            Self::Browser => "browser",
        }
    }

    fn command(self, python: &Python, tests: &Path) -> Command {
        let mut command = python.command();
        match self {
            Self::Sdk | Self::Published | Self::Browser => {
                command.args(["-m", "pytest", "--quiet"]).arg(tests)
            }
            Self::Schemathesis => command.arg(tests.join("fuzz.py")),
        };
        command
    }
}

/// Clients with what they need: made before anything that takes long.
#[derive(Debug)]
pub struct Clients {
    clients: Vec<Client>,
    folder: PathBuf,
    /// This program, by its path: `cargo test` may put another build of it there, and then the one that runs has none.
    xtask: PathBuf,
}

#[derive(Debug)]
struct Client {
    suite: Suite,
    python: Python,
    tests: PathBuf,
    chromium: Option<PathBuf>,
}

impl Client {
    fn install(suite: Suite, workspace: &Workspace, folder: &Path) -> anyhow::Result<Self> {
        let chromium = (suite == Suite::Browser).then(chromium).transpose()?;
        let tests = workspace.tests(suite.folder());
        let environment = folder.join(format!("venv-{}", suite.requirements()));
        let packages = workspace.tests(suite.requirements()).join("requirements.txt");
        let python = Python::with_packages(&packages, &environment)?;
        Ok(Self { suite, python, tests, chromium })
    }
}

impl Clients {
    /// Installs them, unless they are there.
    ///
    /// # Errors
    /// See [`Python::with_packages`]; also when there is no Chromium for those that need it.
    pub fn install(workspace: &Workspace, suites: &[Suite]) -> anyhow::Result<Self> {
        let folder = workspace.clients_folder();
        std::fs::create_dir_all(&folder)?;
        let install = |suite: &Suite| Client::install(*suite, workspace, &folder);
        let clients = suites.iter().map(install).collect::<anyhow::Result<_>>()?;
        Ok(Self { clients, folder, xtask: std::env::current_exe()? })
    }

    /// Runs them, all even if one fails. The components must have been built.
    ///
    /// # Errors
    /// When the server does not come up, or Python cannot be run.
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let log = self.folder.join("server.log");
        let mut server = None;
        let mut ended = ExitCode::SUCCESS;
        for Client { suite, python, tests, chromium } in &self.clients {
            let name = suite.name();
            let mut command = suite.command(python, tests);
            command.env("NO_PROXY", "127.0.0.1");
            if let Some(chromium) = chromium {
                // It stops its server and starts it again.
                println!("Running {name}");
                command.env("XTASK", &self.xtask).env("CHROMIUM", chromium);
            } else {
                let server = match &mut server {
                    Some(server) => server,
                    none => none.insert(Server::start(&self.xtask, &log)?),
                };
                println!("Running {name} on {}", server.url);
                command.env("BASE_URL", &server.url).env("ADMIN_KEY", server.admin_key.trim());
            }
            // They leave things where they run.
            let status = command.current_dir(&self.folder).status().context("cannot run Python")?;
            if !status.success() {
                eprintln!("{name} failed: {status}. Logs are in {}", self.folder.display());
                ended = ExitCode::FAILURE;
            }
        }
        Ok(ended)
    }
}

/// The Chromium of this machine.
fn chromium() -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let named =
        CHROMIUM.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    match named.into_iter().find(|program| program.is_file()) {
        Some(program) => Ok(program),
        None => bail!("there is no Chromium, which tests the web chat (apt-get install chromium)"),
    }
}

/// `cargo xtask up --stand-in` on a free port, with a state that nobody else has. It is killed when it is dropped.
struct Server {
    url: String,
    admin_key: String,
    child: Child,
    state: TempDir,
}

impl Server {
    fn start(xtask: &Path, log: &Path) -> anyhow::Result<Self> {
        let state = TempDir::new()?;
        let mut up = Command::new(xtask);
        // Without --nodelay, some of the thousands of answers wait 40 ms for an acknowledgement, as on Spin.
        up.args(["up", "--stand-in", "--nodelay", "--listen", "127.0.0.1:0", "--state-dir"]);
        up.arg(state.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SPIN_VARIABLE_") {
                up.env_remove(name);
            }
        }
        up.env("SPIN_VARIABLE_STREAM_SECONDS", STREAM_SECONDS);
        up.stdout(Stdio::piped()).stderr(File::create(log)?);
        let mut child = up.spawn().context("cannot start the server")?;
        let printed = child.stdout.take().map(BufReader::new);
        // From here on it is killed when anything fails.
        let mut server = Self { url: String::new(), admin_key: String::new(), child, state };
        let url = printed.and_then(served_at);
        server.url = url.with_context(|| format!("no server came up: see {}", log.display()))?;
        server.admin_key = std::fs::read_to_string(server.state.path().join("admin_key"))?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the server says once it answers. The rest is read on, or it would stop at a full pipe.
pub(crate) fn served_at(printed: impl BufRead + Send + 'static) -> Option<String> {
    let mut lines = printed.lines().map_while(Result::ok);
    let url = lines.by_ref().find_map(|line| line.strip_prefix("Serving ").map(str::to_owned));
    std::thread::spawn(move || lines.count());
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_is_asked_for_by_its_whole_name() {
        assert_eq!(Suite::named("sdk"), Some(Suite::Sdk));
        assert_eq!(Suite::named("published"), Some(Suite::Published));
        assert_eq!(Suite::named("schemathesis"), Some(Suite::Schemathesis));
        assert_eq!(Suite::named("browser"), Some(Suite::Browser));
        assert_eq!(Suite::named("webhook"), None);
    }

    #[test]
    fn a_server_that_ends_before_it_serves_has_no_address() {
        let printed =
            "WhatsApp is played by http://127.0.0.1:1\nServing http://127.0.0.1:2\nmore\n";
        assert_eq!(served_at(printed.as_bytes()).as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(served_at("Building\n".as_bytes()), None);
    }
}
