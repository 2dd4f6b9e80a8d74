//! `cargo xtask bench`: each request beside its floor, a bare component that reads and writes as often and as much on
//! the same host, in turns in the same run. What counts is the ratio: it does not depend on the machine.

mod load;
mod scenario;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use anyhow::Context as _;
use host::{Config, LogSink, Running, StoreOperations};
use http::Request;
use stand_in::StandIn;

use self::load::{Make, Measured, load};
use self::scenario::Scenario;
use crate::build;
use crate::workspace::Workspace;

/// Rounds in which a request and its floor take turns.
const ROUNDS: u32 = 3;
/// Requests before the first round, which fill the caches of instances.
const WARM_UP: Duration = Duration::from_millis(500);

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Connections at the same time
    #[arg(long, default_values_t = [1, 16])]
    connections: Vec<usize>,
    /// Seconds of each round
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Measure the wasm files that are there, without building them
    #[arg(long)]
    no_build: bool,
}

/// One line of the table.
struct Row {
    connections: usize,
    own: Measured,
    floor: Measured,
}

/// Measures, and prints a table.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    if !options.no_build {
        build::components(&workspace)?;
        build::packages(&workspace, &["bench-floor".to_owned()])?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure_all(&workspace, options))?;
    Ok(ExitCode::SUCCESS)
}

async fn measure_all(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let root = std::path::PathBuf::from(std::env::var("BENCH_ROOT")?);
    let stand_in = StandIn::start(stand_in::Config::default()).await?;
    let own =
        start(workspace, &root.join("spin.toml"), &folder.path().join("own"), &stand_in).await?;
    let floor_manifest = root.join("bench/spin.toml");
    let floor = start(workspace, &floor_manifest, &folder.path().join("floor"), &stand_in).await?;
    println!(
        "| request | connections | requests/s | floor | ratio | p50 ms | floor | p99 ms | floor |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut counted = Vec::new();
    for scenario in scenario::set_up(own.addr(), "bench").await? {
        let counts = count(&own, &scenario).await?;
        let to = format!("{}/", stand_in.origin());
        let beside = floor_of(&scenario, &counts, &to);
        let numbers = Arc::new(AtomicU64::new(1_000_000));
        for &connections in &options.connections {
            let row =
                measure(&own, &floor, &scenario.make, &beside, &numbers, connections, options)
                    .await?;
            print(&scenario, &row);
        }
        counted.push((scenario.name, counts));
    }
    println!("\n| request | gets | sets | increments | swaps | bytes written |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for (name, c) in counted {
        let gets = c.get + c.cas_current - c.cas_swap;
        let writes = format!("{} | {} | {}", c.set + c.delete, c.increment, c.cas_swap);
        println!("| {name} | {gets} | {writes} | {} |", c.bytes_written);
    }
    own.stop().await;
    floor.stop().await;
    Ok(())
}

async fn start(
    workspace: &Workspace,
    manifest: &Path,
    state: &Path,
    stand_in: &StandIn,
) -> anyhow::Result<Running> {
    std::fs::create_dir_all(state)?;
    let mut config = Config::new(manifest);
    config.state_dir = state.to_owned();
    config.cache_dir = Some(workspace.compile_cache());
    config.log = LogSink::Stderr;
    config.nodelay = std::env::var_os("NODELAY").is_some();
    config.variables = BTreeMap::from([
        ("admin_key".to_owned(), "bench".to_owned()),
        ("secrets_key".to_owned(), "bench".to_owned()),
        ("whatsapp_api_url".to_owned(), stand_in.origin()),
    ]);
    // A variable that a manifest does not declare is an error.
    let declared = std::fs::read_to_string(manifest)?;
    config.variables.retain(|name, _| declared.contains(&format!("{name} =")));
    host::start(config).await.context("cannot start the host")
}

/// What one request does in the store, on average over some, rounded.
async fn count(own: &Running, scenario: &Scenario) -> anyhow::Result<StoreOperations> {
    let numbers = Arc::new(AtomicU64::new(0));
    load(own.addr(), &scenario.make, &numbers, 1, WARM_UP).await?;
    settle(own).await;
    let before = own.operations().total;
    let measured = load(own.addr(), &scenario.make, &numbers, 1, WARM_UP).await?;
    settle(own).await;
    let all = own.operations().total - before;
    let each = |n: u64| (n + measured.requests() / 2) / measured.requests().max(1);
    Ok(StoreOperations {
        get: each(all.get),
        set: each(all.set),
        delete: each(all.delete),
        exists: each(all.exists),
        list: each(all.list),
        increment: each(all.increment),
        cas_current: each(all.cas_current),
        cas_swap: each(all.cas_swap),
        bytes_written: each(all.bytes_written),
    })
}

/// Waits until what goes on after the answers has ended: no operation for a while.
async fn settle(own: &Running) {
    let mut before = own.operations();
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = own.operations();
        if now == before {
            return;
        }
        before = now;
    }
}

/// The same reads and writes, and the same sending, with nothing in between.
fn floor_of(scenario: &Scenario, counts: &StoreOperations, to: &str) -> Make {
    let swaps = counts.cas_swap.saturating_sub(scenario.sends);
    let gets = counts.get + counts.exists + counts.cas_current.saturating_sub(counts.cas_swap);
    // After the answer: the account, the contact twice for each message.
    let later_gets = (1 + 2 * scenario.sends).min(gets);
    let bytes = counts.bytes_written / counts.cas_swap.max(1);
    let query = format!(
        "gets={}&sets={}&increments={}&swaps={swaps}&later_gets={later_gets}&later_swaps={}&sends={}&bytes={bytes}\
         &answer=200&to={to}",
        gets - later_gets,
        counts.set + counts.delete,
        counts.increment,
        scenario.sends,
        scenario.sends,
    );
    let make = Arc::clone(&scenario.make);
    Arc::new(move |n| {
        let body = make(n).into_body();
        let path = format!("/floor?key={}&{query}", n % 512);
        Request::post(path).body(body).unwrap_or_default()
    })
}

async fn measure(
    own: &Running,
    floor: &Running,
    make: &Make,
    beside: &Make,
    numbers: &Arc<AtomicU64>,
    connections: usize,
    options: &Options,
) -> anyhow::Result<Row> {
    let time = Duration::from_secs_f64(options.seconds);
    let mut row = Row { connections, own: Measured::default(), floor: Measured::default() };
    load(floor.addr(), beside, numbers, connections, WARM_UP).await?;
    load(own.addr(), make, numbers, connections, WARM_UP).await?;
    for _ in 0..ROUNDS {
        settle(own).await;
        row.floor.add(load(floor.addr(), beside, numbers, connections, time).await?);
        settle(floor).await;
        row.own.add(load(own.addr(), make, numbers, connections, time).await?);
    }
    Ok(row)
}

fn print(scenario: &Scenario, row: &Row) {
    let (own, floor) = (&row.own, &row.floor);
    println!(
        "| {} | {} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1} |",
        scenario.name,
        row.connections,
        own.throughput(),
        floor.throughput(),
        own.throughput() / floor.throughput(),
        own.percentile(0.5),
        floor.percentile(0.5),
        own.percentile(0.99),
        floor.percentile(0.99),
    );
}
