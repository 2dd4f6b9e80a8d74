//! A long run on Redis: Spin opens two connections for each commit there, and Linux keeps the port of each for a minute.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::Place;
use super::load::{Load, Measured};
use super::options::Options;
use super::process::Process;
use super::provider::Provider;
use super::report::{Figures, Report, Row};
use super::scenario;
use super::side::{SECRET, Side};
use super::table;
use super::world::World;

/// How long each kind of request has its turn, at most.
const TURN: Duration = Duration::from_secs(5);
/// Linux' number for a connection that was closed here, as /proc/net/tcp has it (net/tcp_states.h: `TCP_TIME_WAIT`).
const TIME_WAIT: &str = "06";
/// Where Linux says which ports it gives to connections.
const PORTS: &str = "/proc/sys/net/ipv4/ip_local_port_range";
/// How long Redis may take to listen.
const LISTENS_WITHIN: Duration = Duration::from_secs(10);

/// A server of its own, which is killed when it is dropped.
struct Redis {
    server: Child,
    port: u16,
}

impl Redis {
    async fn start(folder: &Path) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            // Design section 8: what was acknowledged is on the disk.
            .args(["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir"])
            .arg(folder)
            .stdout(Stdio::null())
            .spawn()
            .context("redis-server is not installed (apt-get install redis-server)")?;
        let redis = Self { server, port };
        let begun = Instant::now();
        while let Err(error) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await {
            anyhow::ensure!(begun.elapsed() < LISTENS_WITHIN, "redis-server: {error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(redis)
    }

    fn runtime_config(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let file = folder.join("runtime.toml");
        let url = format!("redis://127.0.0.1:{}", self.port);
        let store = format!("[key_value_store.default]\ntype = \"redis\"\nurl = \"{url}\"\n");
        std::fs::write(&file, store)?;
        Ok(file)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// All kinds of requests in turns, as fast as they are answered, for as long as the options say.
///
/// # Errors
/// When one is refused: so it would be if there were no port left.
pub async fn measure(place: &Place, options: &Options) -> anyhow::Result<Report> {
    let folder = place.folder("redis")?;
    let redis = Redis::start(&folder).await?;
    let config = redis.runtime_config(&folder)?;
    let config = config.to_str().context("a path that is no text")?;
    let provider = Arc::new(Provider::start(0).await?);
    let state = place.folder("up")?;
    let process = Process::up(&state, &provider.origin(), &["--runtime-config-file", config])?;
    let side = Side::at(process.addr(), Some(Arc::clone(&provider)));
    let world = World::set_up(&side, SECRET, options.conversations).await?;

    let begun = Instant::now();
    let connections = options.connections().into_iter().max().unwrap_or(1);
    let load = Load::Connections(connections);
    let mut rows: Vec<(&str, Measured)> = Vec::new();
    let mut most = 0;
    println!("| after s | request | requests/s | ports of closed connections |");
    println!("| --- | --- | --- | --- |");
    while begun.elapsed() < options.redis_time() {
        for scenario in scenario::all(&world) {
            let left = options.redis_time().saturating_sub(begun.elapsed());
            if left.is_zero() || !options.wants(scenario.name) {
                continue;
            }
            let measured = side.round(&scenario.requests, load, TURN.min(left)).await;
            let measured = measured.context(scenario.name)?;
            let closed = closed_connections(redis.port);
            most = most.max(closed);
            let (seconds, each_second) = (begun.elapsed().as_secs(), measured.throughput());
            println!("| {seconds} | {} | {each_second:.0} | {closed} |", scenario.name);
            match rows.iter_mut().find(|(name, _)| *name == scenario.name) {
                Some((_, all)) => all.add(measured),
                None => rows.push((scenario.name, measured)),
            }
        }
    }
    let ports = std::fs::read_to_string(PORTS).unwrap_or_default();
    let ports: Vec<&str> = ports.split_whitespace().collect();
    println!(
        "\nAt most {most} ports were taken by closed connections, of {}.\n",
        ports.join(" to ")
    );
    let row = |(name, measured): &(&str, Measured)| Row {
        name: (*name).to_owned(),
        load: load.to_string(),
        own: Figures::from(measured),
        beside: None,
    };
    let rows: Vec<Row> = rows.iter().map(row).collect();
    table::print_head("-");
    rows.iter().for_each(Row::print);
    Ok(Report { rows, ..Report::default() })
}

/// How many ports are kept of closed connections to a port of this machine; 0 where the system does not say.
fn closed_connections(to: u16) -> usize {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    count_closed(&table, to)
}

fn count_closed(table: &str, to: u16) -> usize {
    let port = format!(":{to:04X}");
    let is_closed = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        matches!(fields[..], [_, _, remote, TIME_WAIT, ..] if remote.ends_with(&port))
    };
    table.lines().filter(is_closed).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_connections_to_a_port_are_counted() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue\n\
             0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n\
             1: 0100007F:C001 0100007F:18EB 06 00000000:00000000\n\
             2: 0100007F:C002 0100007F:18EB 01 00000000:00000000\n\
             3: 0100007F:C003 0100007F:1F90 06 00000000:00000000\n";
        assert_eq!(count_closed(table, 6379), 1);
    }
}
