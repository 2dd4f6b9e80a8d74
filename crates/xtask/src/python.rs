//! Python with the packages of a `requirements.txt`: a virtual environment, made anew when these change.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};

/// What to install where Python lacks.
const INSTALL: &str =
    "install Python 3.10 or newer with venv and pip (apt-get install python3 python3-venv)";
/// In the environment's folder, once all is installed: what it was made from.
const MADE_FROM: &str = "made-from.txt";

/// A Python that finds the packages.
#[derive(Debug)]
pub struct Python {
    program: PathBuf,
}

impl Python {
    /// Takes the environment in `folder`, or makes it there.
    ///
    /// # Errors
    /// When there is no `python3` with `venv` and `pip`, or the packages cannot be installed.
    pub fn with_packages(requirements: &Path, folder: &Path) -> anyhow::Result<Self> {
        let wanted = std::fs::read_to_string(requirements)
            .with_context(|| format!("cannot read {}", requirements.display()))?;
        let wanted = format!("{}\n{wanted}", version()?);
        let python = Self { program: folder.join("bin/python") };
        let made_from = folder.join(MADE_FROM);
        if std::fs::read_to_string(&made_from).is_ok_and(|made| made == wanted) {
            return Ok(python);
        }
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv", "--clear"]).arg(folder);
        run(&mut venv)
            .with_context(|| format!("python3 cannot make {}: {INSTALL}", folder.display()))?;
        let mut pip = python.command();
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
        run(pip.arg(requirements))
            .with_context(|| format!("pip cannot install {}", requirements.display()))?;
        std::fs::write(&made_from, wanted)?;
        Ok(python)
    }

    /// It, to be run. It leaves no compiled files beside the sources.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// `Python 3.…`: packages lie in a folder with the version's name.
fn version() -> anyhow::Result<String> {
    let output = Command::new("python3").arg("--version").stderr(Stdio::inherit()).output();
    match output {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        }
        Ok(output) => bail!("python3 --version: {}: {INSTALL}", output.status),
        Err(error) => bail!("cannot run python3 ({error}): {INSTALL}"),
    }
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status()?;
    ensure!(status.success(), "{status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_that_was_made_from_the_same_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let requirements = folder.path().join("requirements.txt");
        std::fs::write(&requirements, "package==1\n").unwrap();
        let made_from = format!("{}\npackage==1\n", version().unwrap());
        std::fs::write(folder.path().join(MADE_FROM), made_from).unwrap();
        let python = Python::with_packages(&requirements, folder.path()).unwrap();
        assert_eq!(python.program, folder.path().join("bin/python"));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error =
            Python::with_packages(Path::new("/none/r.txt"), Path::new("/none")).unwrap_err();
        assert!(error.to_string().contains("/none/r.txt"), "{error}");
    }
}
