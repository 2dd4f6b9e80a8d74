//! The stores and compare-and-swaps that one instance has open. Handles are shared by the
//! `spin:key-value` and `wasi:keyvalue` interfaces, as in Spin.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use wasmtime::component::HasData;

use super::{Backends, Cas, Counters, Error, Store};

/// Key-value state of one instance.
pub(crate) struct KeyValue {
    allowed: Arc<HashSet<String>>,
    backends: Arc<Backends>,
    pub(super) counters: Arc<Counters>,
    stores: Table<Arc<dyn Store>>,
    swaps: Table<OpenCas>,
}

/// A compare-and-swap and what it needs to be made anew after it failed.
#[derive(Clone)]
pub(super) struct OpenCas {
    pub(super) cas: Arc<dyn Cas>,
    pub(super) bucket: u32,
    pub(super) key: String,
}

/// Ties [`KeyValue`] to the generated bindings.
pub(crate) struct KeyValueData;

impl HasData for KeyValueData {
    type Data<'a> = &'a mut KeyValue;
}

impl KeyValue {
    pub(crate) fn new(
        allowed: Arc<HashSet<String>>,
        backends: Arc<Backends>,
        counters: Arc<Counters>,
    ) -> Self {
        Self { allowed, backends, counters, stores: Table::default(), swaps: Table::default() }
    }

    /// The opening of `label`, free of the instance, so that it may take its time.
    pub(super) fn opening(
        &self,
        label: String,
    ) -> impl Future<Output = Result<Arc<dyn Store>, Error>> + Send + use<> {
        let allowed = self.allowed.contains(&label);
        let backend = self.backends.get(&label).cloned();
        async move {
            if !allowed {
                return Err(Error::AccessDenied);
            }
            backend.ok_or(Error::NoSuchStore)?.open(&label).await
        }
    }

    pub(super) fn add_store(&mut self, store: Arc<dyn Store>) -> u32 {
        self.stores.add(store)
    }

    pub(super) fn store(&self, handle: u32) -> Result<Arc<dyn Store>, Error> {
        self.stores.get(handle).ok_or(Error::NoSuchStore)
    }

    pub(super) fn close_store(&mut self, handle: u32) {
        self.stores.remove(handle);
    }

    pub(super) fn add_cas(&mut self, cas: OpenCas) -> u32 {
        self.swaps.add(cas)
    }

    pub(super) fn cas(&self, handle: u32) -> Result<OpenCas, Error> {
        let missing = || Error::Other("invalid compare and swap".to_owned());
        self.swaps.get(handle).ok_or_else(missing)
    }

    pub(super) fn close_cas(&mut self, handle: u32) {
        self.swaps.remove(handle);
    }
}

/// Handles that are not used again soon. Spin sets no limit on how many are open.
struct Table<V> {
    next: u32,
    entries: HashMap<u32, V>,
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { next: 0, entries: HashMap::new() }
    }
}

impl<V: Clone> Table<V> {
    fn add(&mut self, value: V) -> u32 {
        while self.entries.contains_key(&self.next) {
            self.next = self.next.wrapping_add(1);
        }
        let handle = self.next;
        self.next = self.next.wrapping_add(1);
        self.entries.insert(handle, value);
        handle
    }

    fn get(&self, handle: u32) -> Option<V> {
        self.entries.get(&handle).cloned()
    }

    fn remove(&mut self, handle: u32) {
        self.entries.remove(&handle);
    }
}
