//! The project's commands: `cargo xtask build`, `up`, `reply`, `play`, `test`, `simulate`, `fuzz`, `bench`. `cargo xtask help` explains them.

mod bench;
mod build;
mod clients;
mod fuzz;
mod keys;
mod play;
mod python;
mod reply;
mod signals;
mod simulate;
mod sweep;
mod test;
mod toolchain;
mod up;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, runs and tests Parlance.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds the wasm components into target/wasm32-wasip2/release/.
    Build,
    /// Builds what is missing and serves spin.toml, without the `spin` binary.
    Up(up::Options),
    /// Signs and posts what WhatsApp would, when a contact answers.
    Reply(reply::Options),
    /// Talks to a workflow in the terminal: /help there says how.
    Play(play::Options),
    /// Builds the components, then runs all tests, the examples' dialogues and other people's clients; or only the
    /// dialogues of a path, or one client.
    Test(test::Options),
    /// Plays the simulations of the engine and the store for long, and counts what they came to.
    Simulate(simulate::Options),
    /// Lets hostile input, guided by coverage, at all that reads what strangers send.
    Fuzz(fuzz::Options),
    /// Measures requests beside their floor, a bare component on the same host.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Build => build::run(),
        Command::Up(options) => up::run(options),
        Command::Reply(options) => reply::run(&options),
        Command::Play(options) => play::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Simulate(options) => simulate::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_and_their_flags_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_fixed_names_of_the_design_are_understood() {
        for line in [
            "build",
            "up",
            "up --listen 127.0.0.1:3100 --state-dir /tmp/x --runtime-config-file r.toml --stand-in",
            "up --nodelay --sweep-seconds 0",
            "bench --connections 1,16 --seconds 0.5 --json a.json --only webhook",
            "bench --compare a.json b.json",
            "bench --url http://127.0.0.1:3000 --admin-key x --provider-port 3001",
            "bench --redis --seconds 120",
            "bench --growth --no-build",
            "bench --botbuilder --connections 16",
            "simulate --seeds 100000",
            "simulate --from 17 --seeds 1 --only messages --weather storm --store redis --trace",
            "fuzz",
            "fuzz webhooks forms --seconds 300 --jobs 1 --keep",
            "fuzz webhooks --replay target/fuzz/crashes/webhooks/crash-1",
            "reply --from +14155550123 hello",
            "reply --from 14155550123 --payload finish Finish",
            "test",
            "test webhook",
            "test schemathesis",
            "test --bless",
            "test examples/dialogues --bless",
            "test --dialogues shop/tests",
            "play examples/support-menu.json",
            "play a.json --context {\"cart_id\":\"1\"} --contact {} --model --call id=b.json",
        ] {
            let words = ["cargo xtask"].into_iter().chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for line in [
            "reply hello",
            "reply --from +14155550123",
            "reply --from nobody hello",
            "reply --from +14155550123 --payload a --button b hello",
            "reply --from +14155550123 --account ../ops hello",
            "reply --from +14155550123 --url https://example.com hello",
            "reply --from +14155550123 --url http://127.0.0.1:3000/channels hello",
            "simulate --seeds many",
            "fuzz webhooks --replay a --keep",
            "play",
            "play a.json --context [1]",
            "play a.json --call b.json",
            "test a.json --dialogues b.json",
            "up --listen 3000",
            "bench --connections 0",
            "bench --seconds 0",
            "bench --compare a.json",
            "bench --url http://127.0.0.1:3000",
            "bench --provider-port 3001",
            "bench --growth --redis",
            "up --sweep-seconds -1",
        ] {
            let words = ["cargo xtask"].into_iter().chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_err(), "{line}");
        }
    }
}
