//! Where things are, and how cargo is run on them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

/// The target that components are built for.
pub const TARGET: &str = "wasm32-wasip2";

/// This repository, as it lies on the disk.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    metadata: Option<Tables>,
}

/// `[package.metadata]`.
#[derive(Deserialize)]
struct Tables {
    parlance: Option<Ours>,
}

#[derive(Deserialize)]
struct Ours {
    lto: bool,
}

impl Package {
    fn has_lto(&self) -> bool {
        let tables = self.metadata.as_ref();
        tables.and_then(|tables| tables.parlance.as_ref()).is_some_and(|ours| ours.lto)
    }
}

impl Workspace {
    /// The one that this xtask was built from, whatever the current folder is.
    pub fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize();
        let root = root.context("the workspace was moved: run `cargo xtask` inside of it again")?;
        Ok(Self { root })
    }

    /// Its spin.toml.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("spin.toml")
    }

    /// The workflows to start from, with their dialogues.
    pub fn examples(&self) -> PathBuf {
        self.root.join("examples")
    }

    /// Tests that are not written in Rust, by their folder.
    pub fn tests(&self, folder: &str) -> PathBuf {
        self.root.join("tests").join(folder)
    }

    /// Where these clients are installed, and leave what they leave.
    pub fn clients_folder(&self) -> PathBuf {
        self.root.join("target/clients")
    }

    /// Inputs that the fuzz targets begin with, by target.
    pub fn fuzz_corpus(&self) -> PathBuf {
        self.root.join("fuzz/corpus")
    }

    /// Where the fuzz targets are built, and leave what they leave.
    pub fn fuzz_folder(&self) -> PathBuf {
        self.root.join("target/fuzz")
    }

    /// Where state is kept unless another folder is named: where Spin has it.
    pub fn state_dir(&self) -> PathBuf {
        self.root.join(".spin")
    }

    /// Where wasmtime keeps what it compiled.
    pub fn compile_cache(&self) -> PathBuf {
        self.root.join("target/wasmtime-cache")
    }

    /// `cargo`, run in the workspace's root, as if it were called by hand.
    pub fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        self.command(cargo)
    }

    /// A program run in the workspace's root, without what `cargo run` told this one about itself: some build
    /// scripts (ring's) ask to run again when these variables change.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_about_xtask) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The packages under components/, sorted by name.
    pub fn components(&self) -> anyhow::Result<Vec<String>> {
        Ok(under(&self.root.join("components"), self.packages()?))
    }

    /// The packages whose manifest asks for optimisation at link time: `[package.metadata.parlance]`, `lto = true`.
    pub fn with_lto(&self) -> anyhow::Result<Vec<String>> {
        let packages = self.packages()?.into_iter().filter(Package::has_lto);
        Ok(packages.map(|package| package.name).collect())
    }

    fn packages(&self) -> anyhow::Result<Vec<Package>> {
        let mut metadata = self.cargo();
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
        let output = metadata.output().context("cannot run cargo")?;
        ensure!(
            output.status.success(),
            "cargo metadata failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
        Ok(metadata.packages)
    }
}

fn under(folder: &Path, packages: Vec<Package>) -> Vec<String> {
    let mut names: Vec<String> = packages
        .into_iter()
        .filter(|package| package.manifest_path.starts_with(folder))
        .map(|package| package.name)
        .collect();
    names.sort();
    names
}

fn is_about_xtask(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || ["CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "LD_LIBRARY_PATH"]
            .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_packages_under_components_are_components() {
        let package = |name: &str, path: &str| Package {
            name: name.into(),
            manifest_path: path.into(),
            metadata: None,
        };
        let packages = vec![
            package("ops-keys", "/w/components/ops/keys/Cargo.toml"),
            package("flow", "/w/crates/flow/Cargo.toml"),
            package("actions-a", "/w/components/actions/a/Cargo.toml"),
            package("other", "/w/components-old/other/Cargo.toml"),
        ];
        assert_eq!(under(Path::new("/w/components"), packages), ["actions-a", "ops-keys"]);
    }

    #[test]
    fn this_workspace_has_components_and_a_spin_manifest() {
        let workspace = Workspace::find().unwrap();
        assert!(workspace.manifest().is_file());
        let components = workspace.components().unwrap();
        assert!(components.contains(&"ops-health".to_owned()));
        let with_lto = workspace.with_lto().unwrap();
        assert!(with_lto.contains(&"channels-whatsapp".to_owned()));
        assert!(with_lto.len() < components.len() / 4, "each takes some 20 s");
    }
}
