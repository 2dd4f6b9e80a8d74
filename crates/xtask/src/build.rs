//! `cargo xtask build`: the components as wasm files. What has changed, cargo knows.

use std::process::ExitCode;

use anyhow::{Context as _, ensure};

use crate::toolchain::Toolchain;
use crate::workspace::{TARGET, Workspace};

/// The package of the bench's floor, which is no part of the application.
pub const FLOOR: &str = "bench-floor";

/// Builds all components.
pub fn run() -> anyhow::Result<ExitCode> {
    components(&Workspace::find()?)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds all components into target/wasm32-wasip2/release/, where spin.toml expects them.
pub fn components(workspace: &Workspace) -> anyhow::Result<()> {
    let names = workspace.components()?;
    ensure!(!names.is_empty(), "there is no package under components/");
    packages(workspace, &names)
}

/// Builds packages into target/wasm32-wasip2/release/.
///
/// Those for which somebody waits often are optimised as a whole when they are linked: a sixth less of the host's time for a
/// request, and a tenth less wasm, for some 20 s of building each (docs/performance.md). Cargo has no such setting for single packages,
/// so they are built by a call of their own.
pub fn packages(workspace: &Workspace, names: &[String]) -> anyhow::Result<()> {
    let toolchain = Toolchain::find(workspace)?;
    let with_lto = workspace.with_lto()?;
    let (whole, apart): (Vec<&String>, Vec<&String>) =
        names.iter().partition(|name| with_lto.contains(name));
    for (names, lto) in [(apart, "false"), (whole, "\"fat\"")] {
        if names.is_empty() {
            continue;
        }
        let mut cargo = workspace.cargo();
        // Whatever CARGO_TARGET_DIR says.
        cargo.args(["build", "--release", "--target", TARGET, "--target-dir", "target"]);
        cargo.args(["--config", &format!("profile.release.lto={lto}")]);
        for name in names {
            cargo.args(["--package", name]);
        }
        toolchain.apply(&mut cargo);
        let status = cargo.status().context("cannot run cargo")?;
        ensure!(status.success(), "the components could not be built: cargo says above why");
    }
    Ok(())
}
