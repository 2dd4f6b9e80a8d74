//! What a bench found out, as it is kept in a file to be compared with another run's.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::load::Measured;

/// A run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// In the order in which they were measured.
    pub rows: Vec<Row>,
    /// The wasm files, and the instances that were made of them.
    pub components: Vec<ComponentRow>,
    /// The host as a process of its own.
    pub process: Option<ProcessRow>,
}

/// A request and what it was measured beside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// What was requested.
    pub name: String,
    /// Over how many connections, or how many a second (`100/s`).
    pub load: String,
    /// Ours; of the growth run, on the large set.
    pub own: Figures,
    /// The floor; of the growth run, ours on the small set; else Bot Framework. Nothing where a server was measured alone.
    pub beside: Option<Figures>,
}

/// What a load came to. The counts are averages of a request.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Requests a second, all that they brought about included.
    pub requests_per_second: f64,
    /// The median of the time to the answer, in milliseconds.
    pub p50_ms: f64,
    /// The time within which 99 of 100 were answered, in milliseconds.
    pub p99_ms: f64,
    /// Reads. That of a swap is none.
    pub gets: f64,
    /// Sets, and deletions.
    pub sets: f64,
    /// Increments.
    pub increments: f64,
    /// Swaps.
    pub swaps: f64,
    /// Bytes of what was read.
    pub bytes_read: f64,
    /// Bytes of what was written.
    pub bytes_written: f64,
    /// Messages sent.
    pub sent: f64,
}

impl From<&Measured> for Figures {
    fn from(measured: &Measured) -> Self {
        let [p50_ms, p99_ms] = measured.percentiles([0.5, 0.99]);
        let all = &measured.operations;
        let gets = (all.get + all.exists + all.cas_current).saturating_sub(all.cas_swap);
        Self {
            requests_per_second: measured.throughput(),
            p50_ms,
            p99_ms,
            gets: measured.each(gets),
            sets: measured.each(all.set + all.delete),
            increments: measured.each(all.increment),
            swaps: measured.each(all.cas_swap),
            bytes_read: measured.each(all.bytes_read),
            bytes_written: measured.each(all.bytes_written),
            sent: measured.each(measured.sent),
        }
    }
}

/// A component.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ComponentRow {
    /// Its id in spin.toml.
    pub id: String,
    /// Bytes of its wasm file.
    pub wasm_bytes: u64,
    /// Instances made during the run.
    pub instances: u64,
    /// Microseconds that each took, until it could be called, on average; nothing where there was none.
    pub instantiation_us: Option<f64>,
}

/// The host, in a process of its own.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ProcessRow {
    /// From the start of the process until the store answers, everything compiled before, in milliseconds.
    pub start_ms: f64,
    /// Resident memory after the start, in KiB. Nothing where the system does not say (as all but Linux).
    pub idle_kib: Option<u64>,
    /// The most that was resident under load, in KiB.
    pub peak_kib: Option<u64>,
}

impl Report {
    /// Reads one.
    ///
    /// # Errors
    /// When the file cannot be read, or is none.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file);
        let text = text.with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} was not written by --json", file.display()))
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        Ok(std::fs::write(file, serde_json::to_string_pretty(self)?)?)
    }
}
