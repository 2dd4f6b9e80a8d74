//! What libFuzzer says of a run, for people.

use std::fmt::Write as _;
use std::path::Path;

/// What libFuzzer writes before the path of an input that broke something.
const WRITTEN: &str = "Test unit written to ";
/// Lines of its log that are shown of a failure: the panic and where it was.
const LINES: usize = 40;

/// One line of a run that broke nothing.
pub fn line(target: &str, log: &str) -> String {
    let cover = |line: Option<&str>| {
        let words: Vec<&str> = line.unwrap_or_default().split_whitespace().collect();
        let after = |word: &str| {
            let at = words.iter().position(|other| *other == word)?;
            words.get(at + 1).map(|value| value.split('/').next().unwrap_or_default().to_owned())
        };
        let shown = |word: &str| after(word).unwrap_or_else(|| "?".to_owned());
        (shown("cov:"), shown("ft:"), shown("corp:"))
    };
    let of = |word: &str| cover(log.lines().rev().find(|line| line.contains(word)));
    let (before, after) = (of("INITED"), of("DONE"));
    let inputs = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    format!(
        "fuzz {target}: {} inputs; branches {} -> {}, features {} -> {}, corpus {} -> {}",
        inputs.unwrap_or("?").trim(),
        before.0,
        after.0,
        before.1,
        after.1,
        before.2,
        after.2
    )
}

/// What broke, where its input is, and the command that shows it again.
pub fn failure(target: &str, log: &str, crashes: &Path) -> String {
    let mut text = format!("fuzz {target}: FAILED\n");
    let lines: Vec<&str> = log.lines().collect();
    // The engine's own frames and its dump of the input say little.
    let panic = lines
        .iter()
        .position(|line| line.contains("panicked at") || line.contains("ERROR: libFuzzer"));
    let from = panic.unwrap_or(lines.len().saturating_sub(LINES));
    for line in lines.iter().skip(from).take(LINES) {
        let _ = writeln!(text, "  {line}");
    }
    match log.lines().find_map(|line| line.split(WRITTEN).nth(1)) {
        Some(input) => {
            let _ = write!(
                text,
                "The input: {input}\nAgain: cargo xtask fuzz {target} --replay {input}"
            );
        }
        None => {
            let _ = write!(text, "No input was written to {}.", crashes.display());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "INFO: Seed: 1\n#18\tINITED cov: 300 ft: 420 corp: 17/2kb exec/s: 0 rss: 40Mb\n\
        #900\tNEW    cov: 301 ft: 425 corp: 18/2kb\n#5000\tDONE   cov: 310 ft: 500 corp: 25/3Kb lim: 49152 exec/s: 1000\n\
        stat::number_of_executed_units: 5000\n";

    #[test]
    fn a_run_is_a_line_of_what_was_reached() {
        let line = line("texts", LOG);
        assert_eq!(
            line,
            "fuzz texts: 5000 inputs; branches 300 -> 310, features 420 -> 500, corpus 17 -> 25"
        );
    }

    #[test]
    fn a_failure_names_its_input_and_the_command_that_shows_it_again() {
        let log = "#2 INITED\nthread '<unnamed>' panicked at crates/flow/src/x.rs:7:\nattempt to add with overflow\n\
            artifact_prefix='/t/'; Test unit written to /t/crash-1\n";
        let text = failure("texts", log, Path::new("/t"));
        assert!(text.contains("attempt to add with overflow"), "{text}");
        assert!(text.contains("cargo xtask fuzz texts --replay /t/crash-1"), "{text}");
    }
}
