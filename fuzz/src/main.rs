//! Hostile input, guided by coverage. `cargo xtask fuzz` builds this with libFuzzer as its engine (`--cfg fuzzing`); built
//! as usual it only replays inputs: `cargo run -p fuzz -- TARGET FILE…`.
//!
//! A target is a file in `targets/` and a line in `targets.rs`. One program holds them all, so that it is linked once.
#![cfg_attr(fuzzing, no_main)]

#[cfg_attr(not(fuzzing), allow(dead_code))]
mod mutation;
mod pointer;
mod sessions;
mod talk;
mod targets;
mod xml;

#[cfg(fuzzing)]
mod engine;

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let named = arguments.next();
    let Some(target) = named.as_ref().and_then(|name| targets::find(name.to_str()?)) else {
        let names: Vec<&str> = targets::TARGETS.iter().map(|target| target.name).collect();
        eprintln!("fuzz TARGET FILE…, where TARGET is one of {}", names.join(", "));
        return std::process::ExitCode::FAILURE;
    };
    for path in arguments {
        match std::fs::read(&path) {
            Ok(input) => (target.run)(&input),
            Err(error) => {
                eprintln!("cannot read {}: {error}", path.display());
                return std::process::ExitCode::FAILURE;
            }
        }
    }
    std::process::ExitCode::SUCCESS
}
