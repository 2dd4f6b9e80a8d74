//! `cargo xtask up`: the host on spin.toml, with the keys it needs, the sweep, and a stand-in for WhatsApp.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use host::{Event, LogSink};
use http::Request;
use stand_in::{SentMessage, StandIn, TelephonyRequest, exchange};
use tokio::sync::watch;

use crate::keys::Key;
use crate::signals::Signals;
use crate::workspace::Workspace;
use crate::{build, sweep};

/// How long the store may take to answer after the start.
const HEALTHY_WITHIN: Duration = Duration::from_secs(30);
/// How long the end may take: what was answered is still to be sent.
const GRACE: Duration = Duration::from_secs(30);

/// How to serve.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Holds the store and the keys. [default: .spin in the workspace]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Spin's runtime configuration, for a store in Redis.
    #[arg(long, value_name = "FILE")]
    runtime_config_file: Option<PathBuf>,
    /// Also plays WhatsApp's API, and prints what is sent to it.
    #[arg(long)]
    stand_in: bool,
    /// Seconds between two sweeps; 0: none, to sweep by hand.
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    sweep_seconds: u64,
    /// Sets TCP_NODELAY, which Spin does not: for benchmarks.
    #[arg(long)]
    nodelay: bool,
    /// How far ahead of the machine's the guests' clock is: for tests, which do not wait.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide = true)]
    clock_ahead_seconds: u64,
    /// Takes the components as they are: for tests and benchmarks, which have built them and start often.
    #[arg(long, hide = true)]
    no_build: bool,
}

/// Serves until it is told to end.
pub fn run(options: Options) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    check_port(options.listen)?;
    if !options.no_build {
        build::components(&workspace)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(serve(&workspace, options));
    // A thread that still blocks is not worth waiting for.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}

/// Before the build, which may take minutes.
fn check_port(listen: SocketAddr) -> anyhow::Result<()> {
    match TcpListener::bind(listen) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            bail!("another program listens on {listen}: end it, or choose another with --listen")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {listen}")),
    }
}

/// A variable that was called `outbound_1`, of which Spin takes no manifest: who still sets it under that name keeps its value.
fn renamed(n: u8) -> Option<(String, String)> {
    let value = std::env::var(format!("SPIN_VARIABLE_OUTBOUND_{n}")).ok()?;
    println!("SPIN_VARIABLE_OUTBOUND_{n} is called SPIN_VARIABLE_OUTBOUND{n} now.");
    std::env::var_os(format!("SPIN_VARIABLE_OUTBOUND{n}"))
        .is_none()
        .then(|| (format!("outbound{n}"), value))
}

async fn serve(workspace: &Workspace, options: Options) -> anyhow::Result<ExitCode> {
    let state_dir = options.state_dir.unwrap_or_else(|| workspace.state_dir());
    make_private(&state_dir)
        .with_context(|| format!("cannot make the state folder {}", state_dir.display()))?;
    let admin_key = find_key("admin_key", &state_dir)?;
    let secrets_key = find_key("secrets_key", &state_dir)?;
    let mut variables = BTreeMap::new();
    for (name, key) in [("admin_key", &admin_key), ("secrets_key", &secrets_key)] {
        if let Key::Kept { value, .. } = key {
            variables.insert(name.to_owned(), value.clone());
        }
    }
    variables.extend((1..=4).filter_map(renamed));
    let stand_in = match options.stand_in {
        true => Some(start_stand_in(&state_dir).await?),
        false => None,
    };
    if let Some(stand_in) = &stand_in {
        variables.insert("whatsapp_api_url".to_owned(), stand_in.origin());
        variables.insert("telephony_api_url".to_owned(), stand_in.origin());
    }
    // Good enough for a stand-in that is here, too; a port that the host chooses is not known yet.
    if std::env::var_os("SPIN_VARIABLE_PUBLIC_URL").is_none() && options.listen.port() != 0 {
        variables.insert("public_url".to_owned(), own_origin(options.listen));
    }

    let mut config = host::Config::new(workspace.manifest());
    config.listen = options.listen;
    config.state_dir = state_dir;
    config.runtime_config = options.runtime_config_file;
    config.variables = variables;
    config.cache_dir = Some(workspace.compile_cache());
    config.nodelay = options.nodelay;
    config.log = LogSink::Callback(Arc::new(log));
    config.grace = GRACE;
    config.clock.advance(Duration::from_secs(options.clock_ahead_seconds));
    let running = host::start(config).await?;
    let mut signals = Signals::listen()?;

    let address = running.addr();
    let origin = own_origin(address);
    healthy(&origin).await?;
    print_keys(&admin_key, &secrets_key);
    if let Some(stand_in) = &stand_in {
        println!("WhatsApp and Twilio are played by {}", stand_in.origin());
    }
    println!("Serving http://{address}");

    let (end, ended) = watch::channel(false);
    let sweeping = options.sweep_seconds > 0 && !admin_key.value().is_empty();
    let sweeper = sweeping.then(|| {
        let interval = Duration::from_secs(options.sweep_seconds);
        tokio::spawn(sweep::every(interval, origin, admin_key.value().to_owned(), ended))
    });

    signals.next().await;
    eprintln!("Stopping; once more, to stop at once.");
    let stop = async {
        // The one under way may end; if it has panicked, it has ended, too.
        end.send_replace(true);
        if let Some(sweeper) = sweeper {
            let _ = sweeper.await;
        }
        running.stop().await;
    };
    tokio::select! {
        () = stop => Ok(ExitCode::SUCCESS),
        () = signals.next() => bail!("stopped before everything had ended"),
    }
}

/// The keys are in it, and everybody's messages.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn find_key(name: &str, state_dir: &Path) -> anyhow::Result<Key> {
    Key::find(name, state_dir, |variable| std::env::var(variable).ok())
}

/// On its own port, if that is free.
async fn start_stand_in(state_dir: &Path) -> anyhow::Result<StandIn> {
    let config = |port| stand_in::Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        record: Some(state_dir.join("stand-in.jsonl")),
        on_sent: Some(Arc::new(|message: &SentMessage| println!("{message}"))),
        on_telephony: Some(Arc::new(|request: &TelephonyRequest| println!("{request}"))),
    };
    let port = stand_in::PORT;
    match StandIn::start(config(port)).await {
        Err(error) if is_in_use(&error) => StandIn::start(config(0)).await,
        started => started,
    }
}

fn is_in_use(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|cause| cause.kind() == std::io::ErrorKind::AddrInUse)
}

/// Where this machine reaches the host.
fn own_origin(address: SocketAddr) -> String {
    let mut reached = address;
    if address.ip().is_unspecified() {
        reached.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{reached}")
}

/// Waits until the store answers.
async fn healthy(origin: &str) -> anyhow::Result<()> {
    let ask = async || {
        let request = Request::get(format!("{origin}/ops/health")).body(Vec::new())?;
        let response = exchange(request, HEALTHY_WITHIN).await?;
        let status = response.status();
        if status != 200 {
            bail!("{status} {}", String::from_utf8_lossy(response.body()).trim());
        }
        Ok(())
    };
    let start = std::time::Instant::now();
    loop {
        match ask().await {
            Err(_) if start.elapsed() < HEALTHY_WITHIN => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            asked => return asked.context("the host is up, but /ops/health does not answer 200"),
        }
    }
}

fn print_keys(admin_key: &Key, secrets_key: &Key) {
    match admin_key {
        Key::Kept { file, .. } => {
            println!("The admin key, for /ops: export ADMIN_KEY=\"$(cat {})\"", quoted(file));
        }
        Key::Environment(value) if value.is_empty() => {
            println!("SPIN_VARIABLE_ADMIN_KEY is empty: /ops is closed, and nothing is swept.");
        }
        Key::Environment(_) => println!("The admin key is that of SPIN_VARIABLE_ADMIN_KEY."),
    }
    if secrets_key.value().is_empty() {
        println!("SPIN_VARIABLE_SECRETS_KEY is empty: no channel can be used.");
    }
}

/// For a shell, inside of `$( )`.
fn quoted(file: &Path) -> String {
    let text = file.display().to_string();
    let plain = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A line for everything but our own sweeps, which would drown the rest.
fn log(event: &Event) {
    let sweep = matches!(event, Event::Request { route, status: 200, .. } if route == sweep::ROUTE);
    if !sweep {
        eprintln!("{event}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_told_before_anything_is_built() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = taken.local_addr().unwrap();
        let text = check_port(address).unwrap_err().to_string();
        assert!(text.contains(&address.to_string()) && text.contains("--listen"), "{text}");
        drop(taken);
        check_port(address).unwrap();
    }

    #[test]
    fn a_host_that_listens_everywhere_is_reached_on_loopback() {
        let origin = |address: &str| own_origin(address.parse().unwrap());
        assert_eq!(origin("0.0.0.0:3000"), "http://127.0.0.1:3000");
        assert_eq!(origin("[::]:3000"), "http://[::1]:3000");
        assert_eq!(origin("10.1.2.3:80"), "http://10.1.2.3:80");
    }

    #[test]
    fn the_line_for_the_shell_survives_any_path() {
        assert_eq!(quoted(Path::new("/w/.spin/admin_key")), "/w/.spin/admin_key");
        assert_eq!(quoted(Path::new("/it's me/k")), r"'/it'\''s me/k'");
    }

    #[test]
    fn only_a_taken_port_is_a_reason_for_another_one() {
        let io = std::io::Error::from(std::io::ErrorKind::AddrInUse);
        assert!(is_in_use(&anyhow::Error::from(io).context("the stand-in cannot listen")));
        assert!(!is_in_use(&anyhow::anyhow!("cannot read the record")));
    }
}
