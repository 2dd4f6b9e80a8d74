//! Counts of store operations, per component: tests hold them per request, a bench prints them.

use std::collections::BTreeMap;
use std::ops::{Add, Sub};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How often a component used its stores, over all labels and both interfaces.
///
/// A batch counts once per key. A failed swap makes the host read the key again for the new
/// handle; this read, too, is a `cas_current`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreOperations {
    /// Values read.
    pub get: u64,
    /// Batches by which some of these were read.
    pub get_many: u64,
    /// Values written unconditionally.
    pub set: u64,
    /// Keys deleted.
    pub delete: u64,
    /// Keys asked for without their values.
    pub exists: u64,
    /// Listings of all keys.
    pub list: u64,
    /// Increments.
    pub increment: u64,
    /// Reads of a compare-and-swap.
    pub cas_current: u64,
    /// Swaps, successful or not.
    pub cas_swap: u64,
    /// Bytes of the values in set, swap and increment (eight each), successful or not; no keys.
    pub bytes_written: u64,
    /// Those of `bytes_written` that were in swaps.
    pub bytes_swapped: u64,
    /// Bytes of the values that a get or a read of a compare-and-swap found; no keys.
    pub bytes_read: u64,
}

impl StoreOperations {
    /// Operations that read.
    pub fn reads(&self) -> u64 {
        self.get + self.exists + self.list + self.cas_current
    }

    /// Operations that write: on SQLite each is a synced commit, except a swap that failed.
    pub fn writes(&self) -> u64 {
        self.set + self.delete + self.increment + self.cas_swap
    }

    fn zip(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            get: with(self.get, other.get),
            get_many: with(self.get_many, other.get_many),
            set: with(self.set, other.set),
            delete: with(self.delete, other.delete),
            exists: with(self.exists, other.exists),
            list: with(self.list, other.list),
            increment: with(self.increment, other.increment),
            cas_current: with(self.cas_current, other.cas_current),
            cas_swap: with(self.cas_swap, other.cas_swap),
            bytes_written: with(self.bytes_written, other.bytes_written),
            bytes_swapped: with(self.bytes_swapped, other.bytes_swapped),
            bytes_read: with(self.bytes_read, other.bytes_read),
        }
    }
}

impl Add for StoreOperations {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.zip(other, u64::wrapping_add)
    }
}

/// What happened between two readings: later minus earlier.
impl Sub for StoreOperations {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        self.zip(earlier, u64::saturating_sub)
    }
}

/// The counts since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    /// Of all components together.
    pub total: StoreOperations,
    /// By component id.
    pub components: BTreeMap<String, StoreOperations>,
}

impl Operations {
    pub(crate) fn collect<'a>(
        components: impl Iterator<Item = (&'a str, &'a Counters)>,
    ) -> Operations {
        let mut operations = Operations::default();
        for (id, counters) in components {
            let counts = counters.read();
            operations.total = operations.total + counts;
            operations.components.insert(id.to_owned(), counts);
        }
        operations
    }
}

/// The running counts of one component.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    get: AtomicU64,
    get_many: AtomicU64,
    set: AtomicU64,
    delete: AtomicU64,
    exists: AtomicU64,
    list: AtomicU64,
    increment: AtomicU64,
    cas_current: AtomicU64,
    cas_swap: AtomicU64,
    bytes_written: AtomicU64,
    bytes_swapped: AtomicU64,
    bytes_read: AtomicU64,
}

impl Counters {
    pub(super) fn get(&self) {
        self.get.fetch_add(1, Relaxed);
    }

    pub(super) fn get_many(&self, keys: usize) {
        self.get.fetch_add(keys as u64, Relaxed);
        self.get_many.fetch_add(1, Relaxed);
    }

    pub(super) fn set(&self, value: &[u8]) {
        self.set.fetch_add(1, Relaxed);
        self.wrote(value.len());
    }

    pub(super) fn delete(&self, keys: usize) {
        self.delete.fetch_add(keys as u64, Relaxed);
    }

    pub(super) fn exists(&self) {
        self.exists.fetch_add(1, Relaxed);
    }

    pub(super) fn list(&self) {
        self.list.fetch_add(1, Relaxed);
    }

    pub(super) fn increment(&self) {
        self.increment.fetch_add(1, Relaxed);
        self.wrote(size_of::<i64>());
    }

    pub(super) fn cas_current(&self) {
        self.cas_current.fetch_add(1, Relaxed);
    }

    pub(super) fn cas_swap(&self, value: &[u8]) {
        self.cas_swap.fetch_add(1, Relaxed);
        self.bytes_swapped.fetch_add(value.len() as u64, Relaxed);
        self.wrote(value.len());
    }

    /// What one of the operations that read has found.
    pub(super) fn found(&self, value: Option<&[u8]>) {
        self.bytes_read.fetch_add(value.map_or(0, <[u8]>::len) as u64, Relaxed);
    }

    fn wrote(&self, bytes: usize) {
        self.bytes_written.fetch_add(bytes as u64, Relaxed);
    }

    fn read(&self) -> StoreOperations {
        StoreOperations {
            get: self.get.load(Relaxed),
            get_many: self.get_many.load(Relaxed),
            set: self.set.load(Relaxed),
            delete: self.delete.load(Relaxed),
            exists: self.exists.load(Relaxed),
            list: self.list.load(Relaxed),
            increment: self.increment.load(Relaxed),
            cas_current: self.cas_current.load(Relaxed),
            cas_swap: self.cas_swap.load(Relaxed),
            bytes_written: self.bytes_written.load(Relaxed),
            bytes_swapped: self.bytes_swapped.load(Relaxed),
            bytes_read: self.bytes_read.load(Relaxed),
        }
    }
}
