//! The program that holds all targets: how it is built, and how it is run on one of them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail, ensure};

use super::{inputs, report};
use crate::workspace::Workspace;

/// What libFuzzer needs to see: each branch, how often it was taken, and what was compared with what. These are the passes
/// of LLVM that `cargo fuzz` asks for; stable Rust has them, sanitizers it has not. `fuzzing` lets the engine in.
const FLAGS: [&str; 6] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];
/// Seconds that one input may take. The slowest turn that the limits allow takes two in a component
/// (`flow::limits::MAX_SEARCHED_CHARS`), and several of that here, where nothing is optimised and all is counted.
const MAX_SECONDS: u32 = 25;
/// Bytes of an input: a definition with everything in it has twenty thousand.
const MAX_BYTES: u32 = 48 * 1024;
/// Megabytes that the program may hold, the engine's own and the corpus included.
const MAX_MEGABYTES: u32 = 2_048;

/// Inputs of a target that are committed, and their bytes, without those that have a name: 1.5 MB of all targets.
const MAX_KEPT: usize = 350;
const MAX_KEPT_BYTES: u64 = 96 * 1024;
/// Kilobytes of stack. A component has 512 (wasmtime's default); what is not optimised takes more than that.
const STACK_KILOBYTES: u32 = 1_024;

/// The program, built.
pub struct Program {
    path: PathBuf,
    /// Where it leaves what it leaves, by target.
    folder: PathBuf,
    /// What is committed, by target.
    corpus: PathBuf,
    workspace: Workspace,
}

/// How long a target is run, and where chance begins.
#[derive(Clone, Copy)]
pub struct Length {
    /// Seconds.
    pub seconds: u32,
    /// Where it is to be the same each time.
    pub seed: Option<u32>,
}

impl Length {
    /// So many seconds, another way each time.
    pub fn for_seconds(seconds: u32) -> Self {
        Self { seconds, seed: None }
    }
}

/// One run of a target.
pub struct Run {
    target: String,
    is_sound: bool,
    log: String,
    /// Where inputs are that broke something.
    crashes: PathBuf,
}

impl Program {
    /// Builds it, in a folder of its own, so that the flags make nothing else be built anew.
    pub fn build(workspace: &Workspace) -> anyhow::Result<Self> {
        let host = host(workspace)?;
        let folder = workspace.fuzz_folder();
        let mut cargo = workspace.cargo();
        cargo.args([
            "build",
            "--quiet",
            "--package",
            "fuzz",
            "--profile",
            "fuzz",
            "--target",
            &host,
        ]);
        cargo.arg("--target-dir").arg(&folder);
        // With a target named, build scripts and macros are built without them.
        cargo.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
        let status = cargo.status().context("cannot run cargo")?;
        ensure!(status.success(), "the fuzz targets could not be built: cargo says above why");
        let path = folder.join(host).join("fuzz/fuzz");
        Ok(Self { path, folder, corpus: workspace.fuzz_corpus(), workspace: workspace.clone() })
    }

    fn command(&self, target: &str) -> Command {
        let mut command = self.workspace.command("sh");
        command.args(["-c", &format!("ulimit -s {STACK_KILOBYTES} && exec \"$0\" \"$@\"")]);
        command.arg(&self.path).env("PARLANCE_FUZZ_TARGET", target);
        command.args([format!("-timeout={MAX_SECONDS}"), format!("-rss_limit_mb={MAX_MEGABYTES}")]);
        command.arg(format!("-max_len={MAX_BYTES}"));
        command
    }

    fn found(&self, target: &str) -> PathBuf {
        self.folder.join("found").join(target)
    }

    /// Forgets what earlier runs found, beyond what is committed.
    pub fn forget(&self, target: &str) -> anyhow::Result<()> {
        let found = self.found(target);
        if found.exists() {
            fs::remove_dir_all(&found)
                .with_context(|| format!("cannot empty {}", found.display()))?;
        }
        Ok(())
    }

    /// Plays the corpus, and fuzzes from there.
    pub fn run(&self, target: &str, length: Length) -> anyhow::Result<Run> {
        let (found, crashes) = (self.found(target), self.folder.join("crashes").join(target));
        for folder in [&found, &crashes] {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let log = self.folder.join(format!("{target}.log"));
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = self.command(target);
        command.arg(format!("-max_total_time={}", length.seconds));
        command.args(length.seed.map(|seed| format!("-seed={seed}")));
        // Inputs may be as long as they may from the beginning: JSON grows by more than a byte at a time.
        command.args(["-len_control=0", "-print_final_stats=1"]);
        command.arg(format!("-artifact_prefix={}/", crashes.display()));
        command.arg(&found).arg(self.corpus.join(target));
        let status = command.stdout(output.try_clone()?).stderr(output).status();
        let status = status.context("cannot run the fuzz targets")?;
        let log = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        Ok(Run { target: target.to_owned(), is_sound: status.success(), log, crashes })
    }

    /// Plays one input again.
    pub fn replay(&self, target: &str, input: &Path) -> anyhow::Result<ExitCode> {
        let status =
            self.command(target).arg(input).status().context("cannot run the fuzz targets")?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Writes the fewest inputs into the committed corpus that reach all that it and what was found reach, as far as there
    /// is room.
    pub fn minimise(&self, target: &str) -> anyhow::Result<()> {
        let (corpus, fewest) = (self.corpus.join(target), self.folder.join("fewest").join(target));
        if fewest.exists() {
            fs::remove_dir_all(&fewest)?;
        }
        fs::create_dir_all(&fewest)?;
        let mut command = self.command(target);
        // The smallest first, and by branches, not by how often each was taken: that is found again soon.
        command.args(["-merge=1", "-use_counters=0"]);
        command.args([&fewest, &corpus, &self.found(target)]);
        let output = command.output().context("cannot run the fuzz targets")?;
        if !output.status.success() {
            bail!("{target} cannot be minimised: {}", String::from_utf8_lossy(&output.stderr));
        }
        for old in fs::read_dir(&corpus)? {
            let old = old?.path();
            if !inputs::is_named(&old) {
                fs::remove_file(old)?;
            }
        }
        let mut bytes = 0;
        for (size, new) in inputs::smallest_first(&fewest)?.into_iter().take(MAX_KEPT) {
            bytes += size;
            if bytes > MAX_KEPT_BYTES {
                break;
            }
            fs::copy(&new, corpus.join(new.file_name().unwrap_or_default()))?;
        }
        self.forget(target)
    }
}

impl Run {
    /// Whether nothing broke.
    pub fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// What came of it: a line, or what broke and how to see it again.
    pub fn report(&self) -> String {
        match self.is_sound {
            true => report::line(&self.target, &self.log),
            false => report::failure(&self.target, &self.log, &self.crashes),
        }
    }
}

/// The target triple of this machine: with it named, cargo keeps build scripts apart.
fn host(workspace: &Workspace) -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = workspace.command(rustc).arg("-vV").output().context("cannot run rustc")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}
