//! The table: every request at every load, beside its floor; of a server that runs already, alone.

use std::sync::Arc;

use anyhow::Context as _;

use super::load::Load;
use super::options::{BUSY, Options};
use super::process::{Process, address};
use super::provider::Provider;
use super::report::{Figures, ProcessRow, Report, Row};
use super::scenario::{self, REPLY, Scenario, TURN};
use super::side::{SECRET, Side};
use super::turns::Turns;
use super::world::World;
use super::{Place, floor, memory, sizes, table};

/// The pace at which WhatsApp is acknowledged within 25 ms (issue 7).
const PACE: u32 = 100;
/// Milliseconds of a second.
const MILLISECONDS: f64 = 1_000.0;

/// The loads at which a scenario is measured.
fn loads(options: &Options, scenario: &Scenario) -> Vec<Load> {
    let mut loads: Vec<Load> = options.connections().into_iter().map(Load::Connections).collect();
    if scenario.name == REPLY {
        loads.push(Load::Paced(PACE));
    }
    loads
}

/// All of it, on hosts of its own.
///
/// # Errors
/// When something is refused, or not sent.
pub async fn all(place: &Place, options: &Options) -> anyhow::Result<Report> {
    let provider = Arc::new(Provider::start(0).await?);
    let start = |manifest, state: &str| {
        let state = place.folder.path().join(state);
        Side::start(place, manifest, state, &provider, options.nodelay)
    };
    let manifest = place.workspace.manifest();
    let own = start(manifest.clone(), "own").await?;
    let floor = start(manifest.with_file_name("bench").join("spin.toml"), "floor").await?;
    let world = World::set_up(&own, SECRET, options.conversations).await?;

    let mut report = Report::default();
    table::print_head("floor");
    for scenario in scenario::all(&world) {
        for load in loads(options, &scenario) {
            if options.wants(scenario.name) {
                let row = beside_floor(&own, &floor, &scenario, load, options).await;
                let row = row.with_context(|| format!("{}, x{load}", scenario.name))?;
                row.print();
                report.rows.push(row);
            }
        }
    }
    table::print_operations(&report.rows);
    report.components = sizes::components(&manifest, &own)?;
    table::print_components(&report.components);
    own.stop().await;
    floor.stop().await;
    let process = process(place, &provider, options).await.context("the host as a process")?;
    process.print();
    report.process = Some(process);
    Ok(report)
}

async fn beside_floor(
    own: &Side,
    floor: &Side,
    scenario: &Scenario,
    load: Load,
    options: &Options,
) -> anyhow::Result<Row> {
    let requests = &scenario.requests;
    let same = async |measured: &super::load::Measured| {
        floor::set_up(floor, measured).await.context("the floor")?;
        Ok(floor::requests(requests, measured, &own.last_message()))
    };
    let turns = Turns::new(options, load);
    let (own, floor) = turns.beside((own, requests), floor, load, same).await?;
    Ok(Row {
        name: scenario.name.to_owned(),
        load: load.to_string(),
        own: Figures::from(&own),
        beside: Some(Figures::from(&floor)),
    })
}

/// How long a host takes to start, and how much memory it takes when it is busy.
async fn process(
    place: &Place,
    provider: &Arc<Provider>,
    options: &Options,
) -> anyhow::Result<ProcessRow> {
    let nodelay: &[&str] = if options.nodelay { &["--nodelay"] } else { &[] };
    let state = place.folder("process")?;
    let process = Process::up(&state, &provider.origin(), nodelay)?;
    let idle_kib = memory::resident(process.id());
    let side = Side::at(process.addr(), Some(Arc::clone(provider)));
    let world = World::set_up(&side, SECRET, options.conversations).await?;
    let most = options.connections().into_iter().max().unwrap_or(BUSY);
    let load = Load::Connections(most);
    for scenario in scenario::all(&world) {
        side.round(&scenario.requests, load, options.round()).await.context(scenario.name)?;
    }
    Ok(ProcessRow {
        start_ms: process.took.as_secs_f64() * MILLISECONDS,
        idle_kib,
        peak_kib: memory::peak(process.id()),
    })
}

/// The table of a server that runs already.
///
/// # Errors
/// When something is refused.
pub async fn at(url: &str, options: &Options) -> anyhow::Result<Report> {
    let admin_key = options.admin_key.as_deref().unwrap_or_default();
    let provider = match options.provider_port {
        Some(port) => {
            let provider = Provider::start(port).await?;
            println!("WhatsApp is played by {}", provider.origin());
            Some(Arc::new(provider))
        }
        None => None,
    };
    let side = Side::at(address(url)?, provider);
    let world = World::set_up(&side, admin_key, options.conversations).await?;
    let mut report = Report::default();
    table::print_head("-");
    for scenario in scenario::all(&world) {
        for load in loads(options, &scenario) {
            if options.wants(scenario.name) {
                let turns = Turns::new(options, load);
                let row = alone(turns, &side, &scenario, load).await;
                let row = row.with_context(|| format!("{}, x{load}", scenario.name))?;
                row.print();
                report.rows.push(row);
            }
        }
    }
    Ok(report)
}

/// A row without anything beside it.
///
/// # Errors
/// As [`Side::round`].
pub async fn alone(
    turns: Turns,
    side: &Side,
    scenario: &Scenario,
    load: Load,
) -> anyhow::Result<Row> {
    let measured = turns.alone(side, &scenario.requests, load).await?;
    Ok(Row {
        name: scenario.name.to_owned(),
        load: load.to_string(),
        own: Figures::from(&measured),
        beside: None,
    })
}

/// The turn that is compared with other things.
///
/// # Errors
/// When there is none, which is a mistake here.
pub fn turn(world: &World) -> anyhow::Result<Scenario> {
    let mut all = scenario::all(world).into_iter();
    all.find(|scenario| scenario.name == TURN).context("no scenario is the turn")
}
