//! What was received: in memory, and in a file, so that a restart does not forget it.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Called, SentMessage, TelephonyRequest};

/// Something received, with its number.
pub(crate) trait Numbered: Serialize + DeserializeOwned {
    fn number(&self) -> u64;
}

impl Numbered for SentMessage {
    fn number(&self) -> u64 {
        self.number
    }
}

impl Numbered for Called {
    fn number(&self) -> u64 {
        self.number
    }
}

impl Numbered for TelephonyRequest {
    fn number(&self) -> u64 {
        self.number
    }
}

/// Everything of one kind that was received so far.
pub(crate) struct Record<T> {
    pub(crate) received: Vec<T>,
    file: Option<File>,
}

impl<T: Numbered> Record<T> {
    /// Goes on where the file at `path` ends.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let mut received = Vec::new();
        let mut file = None;
        if let Some(path) = path {
            let text = match std::fs::read_to_string(path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                read => read.with_context(|| format!("cannot read {}", path.display()))?,
            };
            // Only a last line that was cut off by an end in the middle of it is no record.
            received = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            let mut opened = append(path)
                .with_context(|| format!("cannot write what is sent to {}", path.display()))?;
            if !text.is_empty() && !text.ends_with('\n') {
                opened.write_all(b"\n")?;
            }
            file = Some(opened);
        }
        Ok(Self { received, file })
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.received.last().map_or(1, |last| last.number() + 1)
    }

    /// Takes it into memory also where the file cannot be written.
    pub(crate) fn add(&mut self, received: T) -> anyhow::Result<()> {
        let line = serde_json::to_string(&received);
        self.received.push(received);
        if let Some(file) = &mut self.file {
            file.write_all(format!("{}\n", line?).as_bytes())?;
        }
        Ok(())
    }
}

/// Tokens are in it, so it is for its owner only.
fn append(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
