//! The README's requests, as they stand there, do what the README says.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use black_box::{Up, like, wait_for, workspace, xtask};
use serde_json::Value;
use tempfile::TempDir;

/// Commands, and what they must print.
#[derive(Debug)]
struct Example {
    /// A block of the language `sh`.
    commands: String,
    /// The block of the language `json` that follows, if one does.
    answer: Option<Value>,
}

/// The blocks of `sh`, each with the `json` block that is the next one.
fn examples(markdown: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block = block.join("\n");
        match (language, examples.last_mut()) {
            ("sh", _) => examples.push(Example { commands: block, answer: None }),
            ("json", Some(Example { answer: answer @ None, .. })) => {
                *answer = Some(serde_json::from_str(&block).expect("JSON in the README"));
            }
            ("json", _) => panic!("a json block without commands:\n{block}"),
            _ => {}
        }
    }
    examples
}

#[test]
fn every_request_of_the_readme_has_the_answer_of_the_readme() {
    let markdown = std::fs::read_to_string(workspace().join("README.md")).expect("a README");
    let examples = examples(&markdown);
    assert!(examples.iter().filter(|example| example.answer.is_some()).count() >= 7);
    let state = TempDir::new().expect("a temporary folder");
    let up = Up::start(state.path());
    let mut shell = Shell::start(state.path());
    for Example { commands, answer } in examples {
        if commands.contains("stand-in.jsonl") {
            // Who reads and types gives the delivery its time.
            wait_for("a message", || up.sent().last().map(|_| ()));
        }
        let printed = shell.run(&here(&commands, &up, state.path()));
        let Some(answer) = answer else { continue };
        let json: Value = serde_json::from_str(&printed)
            .unwrap_or_else(|error| panic!("{commands}\nprinted no JSON: {error}\n{printed}"));
        if let Err(difference) = like::compare(&json, &answer) {
            panic!("{commands}\nprinted\n{json:#}\ninstead of\n{answer:#}\n{difference}");
        }
    }
}

/// The same commands for this server: only where it is and where its state is are replaced.
fn here(commands: &str, up: &Up, state: &Path) -> String {
    let lines = commands.lines().map(|line| match line.strip_prefix("export PARLANCE_URL=") {
        Some(_) => format!("export PARLANCE_URL={}", up.client.base()),
        None => line.replace(".spin/", &format!("{}/", state.display())),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// One bash, in which what one block exports is there in the next.
struct Shell {
    script: std::process::ChildStdin,
    child: std::process::Child,
    folder: TempDir,
    blocks: usize,
}

impl Shell {
    fn start(state: &Path) -> Self {
        // `cargo xtask` is the binary that is already built: cargo itself would wait for other builds.
        let folder = TempDir::new().expect("a temporary folder");
        let cargo = folder.path().join("cargo");
        let script = format!("#!/bin/sh\nshift\nexec {} \"$@\"\n", xtask().display());
        std::fs::write(&cargo, script).expect("a script");
        std::fs::set_permissions(&cargo, PermissionsExt::from_mode(0o755)).expect("executable");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut bash = Command::new("bash");
        bash.current_dir(workspace())
            .env("PATH", format!("{}:{path}", folder.path().display()))
            .env("HOME", state)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut child = bash.spawn().expect("bash");
        Self { script: child.stdin.take().expect("a pipe"), child, folder, blocks: 0 }
    }

    /// Runs a block to its end, and gives what it prints, on whichever output.
    fn run(&mut self, commands: &str) -> String {
        self.blocks += 1;
        let file = |name: &str| self.folder.path().join(format!("{name}-{}", self.blocks));
        let (output, status) = (file("output"), file("status"));
        // Written under another name first, so that it is never seen half.
        let block = format!(
            "exec >{output} 2>>{output}\nset -o pipefail\n{commands}\n\
             echo $? >{status}.new; mv {status}.new {status}\n",
            output = output.display(),
            status = status.display(),
        );
        self.script.write_all(block.as_bytes()).expect("bash reads");
        let ended = wait_for(commands, || {
            let ended = self.child.try_wait().expect("a child").is_some();
            assert!(!ended, "bash ended at\n{commands}");
            std::fs::read_to_string(&status).ok()
        });
        let printed = std::fs::read_to_string(&output).expect("what it printed");
        assert_eq!(ended.trim(), "0", "{commands}\nfailed:\n{printed}");
        printed
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
