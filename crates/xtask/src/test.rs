//! `cargo xtask test`: the components, then all tests, the black-box tests included, the examples' dialogues, hostile
//! input for a minute, and clients that others have written.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use crate::clients::{Clients, Suite};
use crate::workspace::Workspace;
use crate::{build, fuzz};

/// What to test.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only tests and dialogues whose name contains this. A folder, or a JSON file: only the dialogues there. `sdk`,
    /// `published`, `schemathesis` or `browser`: only that client.
    filter: Option<String>,
    /// Only the dialogues of this file, or of this folder and its folders. May be given several times.
    #[arg(long, value_name = "PATH", conflicts_with = "filter")]
    dialogues: Vec<PathBuf>,
    /// Writes dialogues that differ as they went, and runs no other test.
    #[arg(long)]
    bless: bool,
}

impl Options {
    /// The files and folders that were named; nothing: the examples.
    fn paths(&self) -> Vec<PathBuf> {
        let named = self.filter.iter().map(PathBuf::from).filter(|path| is_path(path));
        self.dialogues.iter().cloned().chain(named).collect()
    }

    /// The client that was named.
    fn suite(&self) -> Option<Suite> {
        self.filter.as_deref().filter(|_| !self.bless).and_then(Suite::named)
    }

    /// Whether nothing is left out.
    fn is_all(&self) -> bool {
        self.filter.is_none() && self.dialogues.is_empty() && !self.bless
    }

    /// A part of the name of a test.
    fn name(&self) -> Option<&str> {
        self.filter.as_deref().filter(|filter| !is_path(Path::new(filter)))
    }
}

fn is_path(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json") || path.is_dir()
}

/// Builds, tests, and ends as `cargo test` ended, or as the dialogues, the fuzz targets or the clients did where they are
/// all that failed.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    if let Some(suite) = options.suite() {
        let clients = Clients::install(&workspace, &[suite])?;
        build::components(&workspace)?;
        return clients.run();
    }
    // What it lacks is told before tests that take minutes.
    let install = || Clients::install(&workspace, &Suite::ALL);
    let clients = options.is_all().then(install).transpose()?;
    let mut tests = run_own(&workspace, options)?;
    if options.is_all() {
        let fuzzed = fuzz::run_shortly(&workspace)?;
        tests = if tests == ExitCode::SUCCESS { fuzzed } else { tests };
    }
    let clients = clients.map_or(Ok(ExitCode::SUCCESS), |clients| clients.run())?;
    Ok(if tests == ExitCode::SUCCESS { clients } else { tests })
}

fn run_own(workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    let mut paths = options.paths();
    let tests = if paths.is_empty() && !options.bless {
        cargo_test(workspace, options.name())?
    } else {
        ExitCode::SUCCESS
    };
    if paths.is_empty() {
        paths.push(workspace.examples());
    }
    let report = dialogue::check(&paths, options.name(), options.bless)?;
    println!("{report}");
    if tests == ExitCode::SUCCESS && !report.failures.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    Ok(tests)
}

fn cargo_test(workspace: &Workspace, filter: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut packages = workspace.components()?;
    // The tests run the bench, too.
    packages.push(build::FLOOR.to_owned());
    build::packages(workspace, &packages)?;
    let mut cargo = workspace.cargo();
    cargo.arg("test").args(filter);
    let status = cargo.status().context("cannot run cargo")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
