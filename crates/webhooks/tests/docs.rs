//! What docs/webhooks.md says of the signature is so: its vector, and its code in the receivers' languages.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};

struct Docs {
    text: String,
    secret: String,
    body: String,
    header: String,
}

fn docs() -> Docs {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/webhooks.md");
    let text = std::fs::read_to_string(path).expect("docs/webhooks.md");
    let row = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("| {name} | `")));
        let cell = line.and_then(|line| line.split('`').nth(1));
        cell.expect(name).to_owned()
    };
    let (secret, body, header) = (row("secret"), row("body"), row("header"));
    Docs { text, secret, body, header }
}

impl Docs {
    fn code(&self, language: &str) -> &str {
        let (_, rest) = self.text.split_once(&format!("```{language}\n")).expect("code");
        rest.split_once("```").expect("its end").0
    }

    /// When the vector was signed.
    fn seconds(&self) -> u64 {
        self.header[2..].split_once(',').expect("a time").0.parse().expect("seconds")
    }

    /// Cases: the header, the body and the time, and whether that is ours.
    fn cases(&self) -> [(String, String, u64, bool); 4] {
        let (header, body, seconds) = (self.header.clone(), self.body.clone(), self.seconds());
        [
            (header.clone(), body.clone(), seconds + 299, true),
            (header.clone(), body.clone(), seconds + 301, false),
            (header.clone(), format!("{body} "), seconds, false),
            (header.replace("v1=2", "v1=3"), body, seconds, false),
        ]
    }
}

#[test]
fn the_vector_holds() {
    let docs = docs();
    let made = webhooks::signature(&docs.secret, docs.seconds(), docs.body.as_bytes());
    assert_eq!(made, docs.header);
}

#[test]
fn the_python_code_knows_what_is_ours() {
    let docs = docs();
    for (header, body, now, ours) in docs.cases() {
        let secret = &docs.secret;
        let call = format!("print(is_ours({secret:?}, {header:?}, {body:?}.encode(), {now}))");
        let code = format!("{}\n{call}", docs.code("python"));
        let output = Command::new("python3").args(["-c", &code]).output().expect("python3");
        said(&output, if ours { "True" } else { "False" });
    }
}

/// Where there is Node, which nothing else here needs.
#[test]
fn the_javascript_code_knows_what_is_ours() {
    let docs = docs();
    for (header, body, now, ours) in docs.cases() {
        let secret = &docs.secret;
        let call =
            format!("console.log(isOurs({secret:?}, {header:?}, Buffer.from({body:?}), {now}))");
        let code = format!("{}\n{call}", docs.code("javascript"));
        match Command::new("node").args(["-e", &code]).output() {
            Ok(output) => said(&output, if ours { "true" } else { "false" }),
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
        }
    }
}

#[track_caller]
fn said(output: &Output, expected: &str) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), expected, "{error}");
}
