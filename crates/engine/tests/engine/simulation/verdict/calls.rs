//! Calls: each made under one key, and its result given to the session that asked, once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Whole, ensure, got};
use crate::simulation::Simulation;

impl Simulation {
    /// What a session says it was served was served to it, and is told once.
    pub(super) fn served(&self, whole: &Whole) -> Result<(), String> {
        let shop = self.world.shop.borrow();
        let mut told = BTreeSet::new();
        for (text, by) in whole.log.iter().filter_map(got) {
            let Some(serial) = by.and_then(|by| by.parse::<usize>().ok()) else { continue };
            let called = shop.called.get(serial);
            let right = called.is_some_and(|called| called.served && called.text() == text);
            ensure(right, || format!("{text} was never served by {serial}: {called:?}"))?;
            ensure(told.insert(serial), || format!("{serial} is told twice"))?;
        }
        Ok(())
    }

    /// One question, one key, however often it is asked.
    pub(super) fn called_once(&self) -> Result<(), String> {
        let mut keys: BTreeMap<String, BTreeSet<uuid::Uuid>> = BTreeMap::new();
        for called in &self.world.shop.borrow().called {
            keys.entry(called.text()).or_default().insert(called.key);
        }
        let once = keys.values().all(|keys| keys.len() == 1);
        ensure(once, || format!("G1: called under several keys: {keys:?}"))
    }
}
