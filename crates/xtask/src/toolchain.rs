//! Who compiles for wasm32-wasip2: the installed compiler, if it has the target or rustup can fetch it, else
//! Debian's packages, for machines that cannot reach rustup's server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::workspace::{TARGET, Workspace};

/// Set to `debian`, passes over the installed target and rustup: to try the other way.
pub const CHOICE: &str = "PARLANCE_WASM_TOOLCHAIN";

/// What the other way needs.
const DEBIAN_PACKAGES: [&str; 5] =
    ["rustc-web", "rust-web-src", "rust-web-llvm", "lld-22", "wasi-libc"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// Where lld-22 has `wasm-ld`.
const DEBIAN_LINKER: &str = "/usr/lib/llvm-22/bin";
/// Where wasi-libc has its archives.
const DEBIAN_LIBC: &str = "-L native=/usr/lib/wasm32-wasi";
/// What .cargo/config.toml says, in the place of which the variable RUSTFLAGS is taken.
const SIMD: &str = "-Ctarget-feature=+simd128";

/// A way to compile the components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The compiler that cargo finds, which has the target.
    Installed,
    /// Debian's compiler and libraries, with the standard library built from its source.
    Debian,
}

/// Why there is no way, and what to do.
#[derive(Debug, PartialEq, Eq)]
struct Missing {
    rustup: Rustup,
    /// `None` where this is no Debian.
    packages: Option<Vec<&'static str>>,
}

/// How far rustup got.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Rustup {
    PassedOver,
    NotThere,
    Failed(String),
    /// It says that it has the target, but the target is not there.
    Useless,
}

impl Toolchain {
    /// The first way that is open, after an attempt to open one with rustup.
    pub fn find(workspace: &Workspace) -> anyhow::Result<Self> {
        let rustup = match std::env::var(CHOICE).as_deref() {
            Ok("debian") => Rustup::PassedOver,
            Ok("") | Err(_) => match with_rustup(workspace)? {
                None => return Ok(Self::Installed),
                Some(failure) => failure,
            },
            Ok(other) => bail!("{CHOICE} may be \"debian\", and is {other:?}"),
        };
        let packages = missing_packages(installed_packages().as_deref());
        if packages.as_ref().is_some_and(Vec::is_empty) {
            eprintln!("Building with Debian's packages, because {rustup}.");
            return Ok(Self::Debian);
        }
        bail!("{}", Missing { rustup, packages })
    }

    /// Makes a `cargo build --target wasm32-wasip2` use it.
    pub fn apply(self, cargo: &mut Command) {
        if self == Self::Installed {
            return;
        }
        let variable = |name| std::env::var(name).unwrap_or_default();
        let flags = variable("RUSTFLAGS");
        cargo
            .arg("-Zbuild-std=std,panic_abort")
            .env("RUSTC", DEBIAN_RUSTC)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", format!("{flags} {DEBIAN_LIBC} {SIMD}").trim_start())
            .env("PATH", format!("{DEBIAN_LINKER}:{}", variable("PATH")));
    }
}

/// `None` if the target is there, or is now.
fn with_rustup(workspace: &Workspace) -> anyhow::Result<Option<Rustup>> {
    if target_is_there(workspace) {
        return Ok(None);
    }
    eprintln!("Adding the target {TARGET} by rustup.");
    let mut rustup = workspace.command("rustup");
    let Ok(output) = rustup.args(["target", "add", TARGET]).output() else {
        return Ok(Some(Rustup::NotThere));
    };
    if !output.status.success() {
        return Ok(Some(Rustup::Failed(last_line(&output.stderr))));
    }
    Ok((!target_is_there(workspace)).then_some(Rustup::Useless))
}

/// Whether the compiler that cargo finds has the target's standard library, whoever installed it.
fn target_is_there(workspace: &Workspace) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut rustc = workspace.command(rustc);
    let output = rustc.args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| {
        let folder = String::from_utf8_lossy(&output.stdout);
        output.status.success() && has_std(&PathBuf::from(folder.trim()))
    })
}

fn has_std(folder: &Path) -> bool {
    let Ok(files) = folder.read_dir() else { return false };
    files.flatten().any(|file| {
        let name = file.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

fn last_line(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    line.unwrap_or("no reason given").to_owned()
}

/// What dpkg says of the packages, one a line; `None` where there is no dpkg.
fn installed_packages() -> Option<String> {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat=${Package} ${db:Status-Status}\n"]).args(DEBIAN_PACKAGES);
    // It fails if it does not know one of them, and still shows the others.
    let output = query.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn missing_packages(installed: Option<&str>) -> Option<Vec<&'static str>> {
    let installed = installed?;
    let is_there = |package: &str| {
        installed.lines().any(|line| line.strip_prefix(package) == Some(" installed"))
    };
    Some(DEBIAN_PACKAGES.into_iter().filter(|package| !is_there(package)).collect())
}

impl fmt::Display for Rustup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PassedOver => write!(f, "{CHOICE} passes over rustup"),
            Self::NotThere => write!(f, "rustup is not installed"),
            Self::Failed(why) => write!(f, "`rustup target add {TARGET}` failed ({why})"),
            Self::Useless => {
                write!(f, "rustup says that it has {TARGET}, but the target's files are gone")
            }
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "nothing here can compile for {TARGET}: {}.", self.rustup)?;
        let repair = match &self.rustup {
            Rustup::PassedOver => format!("unset {CHOICE}"),
            Rustup::NotThere => "install rustup from https://rustup.rs".to_owned(),
            Rustup::Failed(_) => "go where rustup's server can be reached".to_owned(),
            Rustup::Useless => {
                format!("run `rustup target remove {TARGET} && rustup target add {TARGET}`")
            }
        };
        match &self.packages {
            Some(packages) => write!(
                f,
                "Either {repair}, or get it from Debian:\n\n    \
                 sudo apt-get update && sudo apt-get install {}\n\nThen run this again.",
                packages.join(" ")
            ),
            None => write!(f, "To have it, {repair}, then run this again."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_packages_that_are_installed_count() {
        let removed = "rustc-web installed\nrust-web-src config-files\nlld-22 installed\n";
        let missing = ["rust-web-src", "rust-web-llvm", "wasi-libc"];
        assert_eq!(missing_packages(Some(removed)), Some(missing.to_vec()));
        assert_eq!(missing_packages(Some("")), Some(DEBIAN_PACKAGES.to_vec()));
        assert_eq!(missing_packages(None), None);
    }

    #[test]
    fn an_error_says_which_command_comes_next() {
        let rustup = Rustup::Failed("error: could not download file".into());
        let missing = Missing { rustup, packages: Some(vec!["lld-22", "wasi-libc"]) };
        let text = missing.to_string();
        assert!(text.contains("sudo apt-get install lld-22 wasi-libc\n"), "{text}");
        assert!(text.contains("could not download file"), "{text}");
        let missing = Missing { rustup: Rustup::NotThere, packages: None };
        assert!(missing.to_string().contains("https://rustup.rs"), "{missing}");
        let missing = Missing { rustup: Rustup::Useless, packages: None };
        assert!(missing.to_string().contains("rustup target remove"), "{missing}");
    }

    #[test]
    fn a_target_folder_without_its_standard_library_is_no_target() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_std(&folder.path().join("gone")));
        assert!(!has_std(folder.path()));
        std::fs::write(folder.path().join("libstd-0123456789abcdef.rlib"), "").unwrap();
        assert!(has_std(folder.path()));
    }

    #[test]
    fn debians_way_is_the_one_that_was_tried() {
        let mut cargo = Command::new("cargo");
        Toolchain::Debian.apply(&mut cargo);
        let of = |name: &str| {
            let (_, value) = cargo.get_envs().find(|(found, _)| *found == name).unwrap();
            value.unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(cargo.get_args().collect::<Vec<_>>(), ["-Zbuild-std=std,panic_abort"]);
        assert_eq!((of("RUSTC").as_str(), of("RUSTC_BOOTSTRAP").as_str()), ("/usr/bin/rustc", "1"));
        let flags = "-L native=/usr/lib/wasm32-wasi -Ctarget-feature=+simd128";
        assert!(of("RUSTFLAGS").ends_with(flags));
        let config = include_str!("../../../.cargo/config.toml");
        assert!(config.contains(SIMD), "both ways build the same");
        assert!(of("PATH").starts_with("/usr/lib/llvm-22/bin:"));
        let mut cargo = Command::new("cargo");
        Toolchain::Installed.apply(&mut cargo);
        assert_eq!((cargo.get_args().len(), cargo.get_envs().len()), (0, 0));
    }
}
