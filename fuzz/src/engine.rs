//! libFuzzer: the target that it runs, named by an environment variable, and how its inputs are changed.
#![allow(unsafe_code, missing_docs)] // What the macros make.

use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_crossover, fuzz_mutator, fuzz_target, fuzzer_mutate};

use crate::mutation;
use crate::targets::{Form, TARGETS, Target, find};

/// The name of the target.
const NAMED_BY: &str = "PARLANCE_FUZZ_TARGET";

static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    let name = std::env::var(NAMED_BY).unwrap_or_default();
    find(&name).unwrap_or_else(|| {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("{NAMED_BY} must be one of {}", names.join(", "));
        std::process::exit(2)
    })
});

fuzz_target!(|input: &[u8]| (TARGET.run)(input));

fuzz_mutator!(|input: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let changed = match TARGET.form {
        Form::Json => mutation::change(&input[..size], max_size, seed, fuzzer_mutate),
        Form::Bytes => None,
    };
    match changed {
        Some(changed) => {
            input[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => fuzzer_mutate(input, size, max_size),
    }
});

fuzz_crossover!(|one: &[u8], other: &[u8], out: &mut [u8], seed: u32| {
    let crossed = match TARGET.form {
        Form::Json => mutation::cross(one, other, out.len(), seed),
        Form::Bytes => None,
    };
    let crossed = crossed.unwrap_or_else(|| mutation::splice(one, other, out.len(), seed));
    out[..crossed.len()].copy_from_slice(&crossed);
    crossed.len()
});
