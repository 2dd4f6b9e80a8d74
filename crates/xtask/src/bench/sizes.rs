//! How large the components are, and how long it takes to make an instance of one.

use std::path::Path;

use anyhow::Context as _;
use host::Manifest;

use super::report::ComponentRow;
use super::side::Side;

/// Nanoseconds of a microsecond.
const MICROSECOND: f64 = 1_000.0;

/// Every component of the manifest, with what `side` did with it.
///
/// # Errors
/// When a wasm file is not there.
pub fn components(manifest: &Path, side: &Side) -> anyhow::Result<Vec<ComponentRow>> {
    let made = side.instantiations();
    let components = Manifest::load(manifest)?.components;
    components
        .values()
        .map(|component| {
            let (id, file) = (component.id.clone(), &component.source);
            let file = file.metadata().with_context(|| format!("cannot see {}", file.display()));
            let made = made.get(&id).copied().unwrap_or_default();
            let took = made.time.as_nanos() as f64 / MICROSECOND / made.count as f64;
            Ok(ComponentRow {
                id,
                wasm_bytes: file?.len(),
                instances: made.count,
                instantiation_us: (made.count > 0).then_some(took),
            })
        })
        .collect()
}
