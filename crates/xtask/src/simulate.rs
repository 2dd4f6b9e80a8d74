//! `cargo xtask simulate`: long runs of the simulations. They are the tests' own, in `crates/engine/examples/simulate.rs`,
//! which does the rest.

use std::process::ExitCode;

use anyhow::Context as _;

use crate::workspace::Workspace;

/// What is played.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Seeds of each kind of run, each on each kind of store.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Only runs of this subject: `messages`, `calls` or `store`.
    #[arg(long)]
    only: Option<String>,
    /// Only runs in which so much goes wrong: `calm`, `trouble`, `crashes`, `freezes`, `storm`; of the store `rough`.
    #[arg(long)]
    weather: Option<String>,
    /// Only on stores of this kind: `sqlite`, `redis` or `dynamodb`.
    #[arg(long)]
    store: Option<String>,
    /// Prints what happens, for one seed.
    #[arg(long)]
    trace: bool,
}

/// Plays them. Fails where a run broke a guarantee.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut cargo = Workspace::find()?.cargo();
    cargo.args(["run", "--quiet", "--package", "engine", "--example", "simulate", "--"]);
    cargo.args(["--seeds", &options.seeds.to_string(), "--from", &options.from.to_string()]);
    let named =
        [("--only", &options.only), ("--weather", &options.weather), ("--store", &options.store)];
    for (name, value) in named {
        cargo.args(value.iter().flat_map(|value| [name, value]));
    }
    cargo.args(options.trace.then_some("--trace"));
    let status = cargo.status().context("cannot run cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
