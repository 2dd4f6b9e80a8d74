//! `cargo xtask bench`: each request beside its floor, a bare component that reads, writes and sends as often and as
//! much on the same host, in turns in the same run. What counts is the ratio: it does not depend on the machine.
//!
//! Both do part of their work after the answer. A round lasts until that has ended, too: what is answered faster than
//! it is delivered is no throughput. docs/performance.md says what came of it.

mod botbuilder;
mod client;
mod compare;
mod floor;
mod growth;
mod load;
mod memory;
mod multiply;
mod options;
mod pace;
mod process;
mod provider;
mod redis;
mod report;
mod requests;
mod rows;
mod scenario;
mod side;
mod sizes;
mod table;
mod turns;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

pub use self::options::Options;
use self::report::Report;
use crate::build;
use crate::workspace::Workspace;

/// Where a bench keeps what it measures, and where it finds it.
struct Place {
    workspace: Workspace,
    /// Gone at the end. Not in /tmp, which may be memory: what a commit costs is the disk's doing.
    folder: tempfile::TempDir,
}

impl Place {
    /// A folder in it, which is made.
    fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// Measures, or compares what was measured.
///
/// # Errors
/// An answer that is no success, or none; a message that is not sent. Then what was measured is not what was meant.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if let [before, after] = options.compare.as_slice() {
        compare::print(&Report::read(before)?, &Report::read(after)?);
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::find()?;
    if !options.no_build && options.url.is_none() {
        let mut packages = workspace.components()?;
        packages.push(build::FLOOR.to_owned());
        build::packages(&workspace, &packages)?;
    }
    let disk = workspace.compile_cache().with_file_name("bench");
    std::fs::create_dir_all(&disk)?;
    let place = Place { workspace, folder: tempfile::tempdir_in(disk)? };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        match options {
            Options { url: Some(url), .. } => rows::at(url, options).await,
            Options { redis: true, .. } => redis::measure(&place, options).await,
            Options { growth: true, .. } => growth::measure(&place, options).await,
            Options { botbuilder: true, .. } => botbuilder::measure(&place, options).await,
            _ => rows::all(&place, options).await,
        }
    })?;
    if let Some(file) = &options.json {
        report.write(file).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
