//! `cargo xtask bench`: each request beside its floor, a bare component that reads, writes and sends as often and as
//! much on the same host, in turns in the same run. What counts is the ratio: it does not depend on the machine.
//!
//! Both do part of their work after the answer. A round lasts until that has ended, too: what is answered faster than
//! it is delivered is no throughput.

mod floor;
mod load;
mod scenario;
mod side;
mod table;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use self::load::Measured;
use self::scenario::Scenario;
use self::side::{Provider, Side};
use self::table::Row;
use crate::build;
use crate::workspace::Workspace;

/// Rounds in which a request and its floor take turns: many short ones, so that a disk that is slow for a while is so
/// for both.
const ROUNDS: u32 = 6;
/// Requests before the first round, which fill the caches of instances.
const WARM_UP: Duration = Duration::from_millis(300);

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Connections at the same time
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16])]
    connections: Vec<usize>,
    /// Seconds of each round
    #[arg(long, default_value_t = 0.75)]
    seconds: f64,
    /// Set TCP_NODELAY on the hosts' connections, which Spin does not
    #[arg(long)]
    nodelay: bool,
    /// Measure the wasm files that are there, without building them
    #[arg(long)]
    no_build: bool,
}

/// Measures, and prints two tables.
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
    // Not in /tmp, which may be memory: what a commit costs is the disk's doing.
    let disk = workspace.compile_cache().with_file_name("bench");
    std::fs::create_dir_all(&disk)?;
    let folder = tempfile::tempdir_in(disk)?;
    let provider = Arc::new(Provider::start().await?);
    let start = |manifest, state| {
        let state = folder.path().join(state);
        Side::start(workspace, manifest, state, &provider, options.nodelay)
    };
    let own = start(workspace.manifest(), "own").await?;
    let floor_manifest = workspace.manifest().with_file_name("bench").join("spin.toml");
    let floor = start(floor_manifest, "floor").await?;
    floor::set_up(&floor).await?;

    let scenarios = scenario::set_up(own.addr(), side::SECRET).await?;
    own.settle(scenario::MESSAGES).await.context("setting up")?;

    table::print_head();
    let mut rows = Vec::new();
    for scenario in scenarios {
        for &connections in &options.connections {
            let time = Duration::from_secs_f64(options.seconds);
            let row = measure(&own, &floor, &provider, &scenario, connections, time).await;
            let row = row.with_context(|| format!("{}, x{connections}", scenario.name))?;
            row.print();
            rows.push(row);
        }
    }
    table::print_operations(&rows);
    own.stop().await;
    floor.stop().await;
    Ok(())
}

async fn measure(
    own: &Side,
    floor: &Side,
    provider: &Provider,
    scenario: &Scenario,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Row> {
    let requests = &scenario.requests;
    own.round(requests, connections, WARM_UP).await?;
    let message = provider.last_message().context("nothing was sent")?;
    let mut row = Row {
        name: scenario.name,
        connections,
        own: Measured::default(),
        floor: Measured::default(),
    };
    for round in 0..ROUNDS {
        let measured = own.round(requests, connections, time).await?;
        // Of each round anew: the documents grow.
        let beside = floor::requests(requests, &measured, &message);
        row.own.add(measured);
        if round == 0 {
            floor.round(&beside, connections, WARM_UP).await.context("the floor")?;
        }
        row.floor.add(floor.round(&beside, connections, time).await.context("the floor")?);
    }
    Ok(row)
}
