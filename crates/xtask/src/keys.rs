//! The variables `admin_key` and `secrets_key`: made at the first start, kept in the state folder, one file each,
//! so that `$(cat .spin/admin_key)` is all a command line needs.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// A variable's value and where it comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    /// From `SPIN_VARIABLE_…`: the host reads it there itself.
    Environment(String),
    /// From the file.
    Kept {
        /// The value.
        value: String,
        /// The file.
        file: PathBuf,
    },
}

impl Key {
    /// The key `name`: the environment's, if it has one, else the one kept in `state_dir`, which is made if there
    /// is none. A variable set to nothing counts as set: then Spin would use nothing, too.
    pub fn find(
        name: &str,
        state_dir: &Path,
        environment: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        if let Some(value) = environment(&format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase())) {
            return Ok(Self::Environment(value));
        }
        let file = state_dir.join(name);
        let value = keep(&file).with_context(|| format!("{}", file.display()))?;
        Ok(Self::Kept { value, file })
    }

    /// The value.
    pub fn value(&self) -> &str {
        match self {
            Self::Environment(value) | Self::Kept { value, .. } => value,
        }
    }
}

/// Reads the file, or makes it, complete or not at all: two hosts may start on one folder, or be killed.
fn keep(file: &Path) -> anyhow::Result<String> {
    match std::fs::read_to_string(file) {
        Ok(text) => return stored(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let mut random = [0; 32];
    getrandom::fill(&mut random).context("no random numbers")?;
    let value = hex::encode(random);
    let new = file.with_extension(format!("new-{}", hex::encode(&random[..4])));
    write_new(&new, &value)?;
    let linked = std::fs::hard_link(&new, file);
    std::fs::remove_file(&new)?;
    match linked {
        Ok(()) => Ok(value),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            stored(&std::fs::read_to_string(file)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn stored(text: &str) -> anyhow::Result<String> {
    let value = text.trim();
    if value.is_empty() {
        bail!("is empty: write the key into it, or remove it, and a new key is made");
    }
    Ok(value.to_owned())
}

fn write_new(file: &Path, value: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(file)?;
    writeln!(new, "{value}")?;
    Ok(new.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: fn(&str) -> Option<String> = |_| None;

    #[test]
    fn a_key_is_made_once_and_kept_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let first = Key::find("admin_key", folder.path(), NOTHING).unwrap();
        let again = Key::find("admin_key", folder.path(), NOTHING).unwrap();
        let other = Key::find("secrets_key", folder.path(), NOTHING).unwrap();
        assert!(first == again && first.value() != other.value());
        assert_eq!(first.value().len(), 64);
        let mut names: Vec<_> =
            folder.path().read_dir().unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["admin_key", "secrets_key"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let file = folder.path().join("admin_key").metadata().unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn the_environment_wins_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let environment = |name: &str| (name == "SPIN_VARIABLE_ADMIN_KEY").then(|| "mine".into());
        let key = Key::find("admin_key", folder.path(), environment).unwrap();
        assert!(key == Key::Environment("mine".into()));
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn starts_at_the_same_instant_agree() {
        let folder = tempfile::tempdir().unwrap();
        let find = || Key::find("admin_key", folder.path(), NOTHING).unwrap().value().to_owned();
        let values: std::collections::BTreeSet<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(find)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(values.len(), 1);
    }

    #[test]
    fn an_empty_file_is_not_taken_for_a_key() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("admin_key"), "\n").unwrap();
        let error = Key::find("admin_key", folder.path(), NOTHING).err().unwrap();
        let text = format!("{error:#}");
        assert!(text.contains("admin_key") && text.contains("remove it"), "{text}");
    }
}
