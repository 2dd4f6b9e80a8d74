//! How much linear memory instances need: measured, and limited no further than Spin does, which is not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use wasmtime::ResourceLimiter;

/// The most that one instance of a component had, in bytes.
#[derive(Debug, Default)]
pub(crate) struct Peak(AtomicUsize);

impl Peak {
    pub(crate) fn bytes(&self) -> usize {
        self.0.load(Relaxed)
    }
}

/// The memory of one instance: the sum of its linear memories, none of which ever shrinks.
pub(crate) struct MemoryUse {
    bytes: usize,
    peak: Arc<Peak>,
}

impl MemoryUse {
    pub(crate) fn new(peak: Arc<Peak>) -> Self {
        Self { bytes: 0, peak }
    }
}

impl ResourceLimiter for MemoryUse {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.bytes += desired.saturating_sub(current);
        self.peak.0.fetch_max(self.bytes, Relaxed);
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_of_one_instance_and_of_all_its_memories() {
        let peak = Arc::new(Peak::default());
        let grow = |instance: &mut MemoryUse, current, desired| {
            assert!(instance.memory_growing(current, desired, None).is_ok_and(|may| may));
        };
        let mut first = MemoryUse::new(peak.clone());
        grow(&mut first, 0, 3);
        grow(&mut first, 0, 1);
        grow(&mut first, 3, 5);
        let mut second = MemoryUse::new(peak.clone());
        grow(&mut second, 0, 4);
        assert_eq!(peak.bytes(), 6);
        grow(&mut second, 4, 7);
        assert_eq!(peak.bytes(), 7);
    }
}
