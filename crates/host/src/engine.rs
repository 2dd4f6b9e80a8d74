//! The wasm engine, one for all applications of the process, and the compiling of components.

use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, anyhow};
use wasmtime::component::Component;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::compiled::Compiled;

/// How many instances, memories and stacks Spin keeps ready.
const MAX_INSTANCES: u32 = 1_000;

/// The engine. Each reserves terabytes of addresses, so there is one.
pub(crate) fn engine() -> anyhow::Result<Engine> {
    static ENGINE: Mutex<Option<Engine>> = Mutex::new(None);
    let mut shared = ENGINE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = &*shared {
        return Ok(engine.clone());
    }
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.wasm_component_model_async(true);
    // Nothing is interrupted here, but guests pay for the checks as they do in Spin.
    config.epoch_interruption(true);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    let engine = Engine::new(&config).or_else(|_| {
        // Where addresses are scarce, instances are allocated one by one.
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        Engine::new(&config)
    });
    let engine = engine.map_err(wasm_error).context("cannot start wasmtime")?;
    Ok(shared.insert(engine).clone())
}

/// Memories that keep the pages of the component that used them last. Each takes up to 2 MiB, used or not; wasmtime's
/// default, and so Spin's, is 100.
const WARM: u32 = 16;

/// The limits are Spin's.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(MAX_INSTANCES)
        .total_memories(MAX_INSTANCES)
        .total_tables(2 * MAX_INSTANCES)
        .total_stacks(MAX_INSTANCES)
        .total_core_instances(4 * MAX_INSTANCES)
        .table_elements(100_000)
        .max_component_instance_size(10 << 20)
        .max_core_instance_size(10 << 20)
        .max_core_instances_per_component(200)
        .max_tables_per_component(64)
        .max_memories_per_component(32)
        .max_tables_per_module(2)
        .max_memories_per_module(2)
        .max_memory_size(4 << 30)
        .max_unused_warm_slots(WARM)
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(1 << 19);
    pool
}

/// Compiles all `sources`, or takes them from `cache_dir`, on as many threads as there are
/// processors. Returns them in the same order.
pub(crate) fn compile(
    engine: &Engine,
    cache_dir: Option<&Path>,
    sources: &[&Path],
) -> anyhow::Result<Vec<Component>> {
    let cache = cache_dir.map(Compiled::open).transpose()?;
    let next = AtomicUsize::new(0);
    let results: Vec<_> = sources.iter().map(|_| Mutex::new(None)).collect();
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(sources.len()) {
            scope.spawn(|| {
                while let Some(index) =
                    Some(next.fetch_add(1, Relaxed)).filter(|i| *i < sources.len())
                {
                    let compiled = compile_one(engine, cache.as_ref(), sources[index]);
                    let mut result = results[index].lock().unwrap_or_else(PoisonError::into_inner);
                    *result = Some(compiled);
                }
            });
        }
    });
    results
        .into_iter()
        .map(|result| {
            let result = result.into_inner().unwrap_or_else(PoisonError::into_inner);
            result.unwrap_or_else(|| Err(anyhow!("the compiler thread died")))
        })
        .collect()
}

fn compile_one(
    engine: &Engine,
    cache: Option<&Compiled>,
    source: &Path,
) -> anyhow::Result<Component> {
    let wasm = std::fs::read(source)
        .with_context(|| format!("cannot read the wasm file {}", source.display()))?;
    match cache {
        Some(cache) => cache.component(engine, source, &wasm),
        None => Component::from_binary(engine, &wasm),
    }
    .map_err(wasm_error)
    .with_context(|| format!("{} is not a component that can be run", source.display()))
}

/// wasmtime's error with all its causes as text; it is no standard error.
pub(crate) fn wasm_error(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{error:#}")
}
