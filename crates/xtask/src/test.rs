//! `cargo xtask test`: the components, then all tests, the black-box tests included.

use std::process::ExitCode;

use anyhow::Context as _;

use crate::build;
use crate::workspace::Workspace;

/// What to test.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only tests whose name contains this.
    filter: Option<String>,
}

/// Builds, tests, and ends as `cargo test` ended.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    build::components(&workspace)?;
    let mut cargo = workspace.cargo();
    cargo.arg("test").args(&options.filter);
    let status = cargo.status().context("cannot run cargo")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
