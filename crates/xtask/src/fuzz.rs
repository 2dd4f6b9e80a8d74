//! `cargo xtask fuzz`: hostile input, guided by coverage. The targets are the package `fuzz`'s, which is built here with
//! libFuzzer as its engine and every branch counted; what they found interesting before lies in `fuzz/corpus`.

mod inputs;
mod program;
mod report;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, ensure};

use self::program::{Length, Program, Run};
use crate::workspace::Workspace;

/// Seconds for each target in `cargo xtask test`: the corpus is played again, and a little more.
const SHORT_SECONDS: u32 = 5;

/// What is fuzzed, and for how long.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Targets: the folders of fuzz/corpus. All of them when none is named.
    targets: Vec<String>,
    /// For each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Targets at the same time: as many as there are processors when nothing is said.
    #[arg(long)]
    jobs: Option<usize>,
    /// Plays this input again, of the one target that is named, and nothing else.
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// Keeps what was found: writes the fewest inputs that reach all that is reached into fuzz/corpus.
    #[arg(long, conflicts_with = "replay")]
    keep: bool,
}

/// Fuzzes. Fails where an input broke something.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    let corpus = workspace.fuzz_corpus();
    let all = folders(&corpus)?;
    for named in &options.targets {
        ensure!(all.contains(named), "no target {named}; there are {}", all.join(", "));
    }
    if let Some(input) = &options.replay {
        ensure!(options.targets.len() == 1, "name the target whose input it is");
        // Cargo is run elsewhere.
        let input = input.canonicalize().with_context(|| format!("no file {}", input.display()))?;
        return Program::build(&workspace)?.replay(&options.targets[0], &input);
    }
    let targets = if options.targets.is_empty() { all } else { options.targets.clone() };
    let program = Program::build(&workspace)?;
    let jobs =
        options.jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let done = fuzz(&program, &targets, Length::for_seconds(options.seconds), jobs)?;
    if options.keep && done == ExitCode::SUCCESS {
        targets.iter().try_for_each(|target| program.minimise(target))?;
    }
    Ok(done)
}

/// What `cargo xtask test` does: all targets, from what is committed and nothing else, and the same each time: what it finds
/// is of the change that is tested.
pub fn run_shortly(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let targets = folders(&workspace.fuzz_corpus())?;
    let program = Program::build(workspace)?;
    targets.iter().try_for_each(|target| program.forget(target))?;
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    fuzz(&program, &targets, Length { seconds: SHORT_SECONDS, seed: Some(1) }, jobs)
}

fn fuzz(
    program: &Program,
    targets: &[String],
    length: Length,
    jobs: usize,
) -> anyhow::Result<ExitCode> {
    let waiting = Mutex::new(targets.iter().collect::<VecDeque<_>>());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || -> anyhow::Result<bool> {
        let mut is_sound = true;
        while let Some(target) = next() {
            let run: Run = program.run(target, length)?;
            println!("{}", run.report());
            is_sound &= run.is_sound();
        }
        Ok(is_sound)
    };
    let sound: anyhow::Result<Vec<bool>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(|worker| worker.join());
        joined.map(|done| done.unwrap_or_else(|_| anyhow::bail!("a worker panicked"))).collect()
    });
    Ok(if sound?.into_iter().all(|sound| sound) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The names of the folders in a folder, sorted.
fn folders(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().to_str().map(str::to_owned));
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_corpus() {
        let workspace = Workspace::find().unwrap();
        let targets =
            std::fs::read_to_string(workspace.fuzz_corpus().join("../src/targets.rs")).unwrap();
        let names: Vec<&str> = targets
            .split("Target { name: \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(names.len() > 10, "{names:?}");
        assert_eq!(folders(&workspace.fuzz_corpus()).unwrap(), names);
    }
}
