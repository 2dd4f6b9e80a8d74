//! The bench runs, and its floor does what it is the floor of.
#![allow(clippy::unwrap_used, reason = "tests panic")]

use std::process::Command;

use serde_json::Value;

/// What the table has a row of, at each number of connections.
const REQUESTS: [&str; 7] = [
    "trigger-flow, known contact",
    "trigger-flow, new contact",
    "workflow trigger, known contact",
    "WhatsApp webhook, a reply",
    "console send, test channel",
    "workflow list",
    "workflow update",
];
/// The floor's counts are whole numbers, ours are averages.
const ROUNDED: f64 = 0.5;

/// As short as it can be: what it says of speed is not looked at.
fn a_short_run() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let run = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["bench", "--no-build", "--seconds", "0.05", "--rounds", "1"])
        .args(["--connections", "1,2", "--conversations", "32", "--json"])
        .arg(&report)
        .output()
        .unwrap();
    let (out, error) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "is it built? cargo xtask test builds it\n{out}\n{error}");
    serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap()
}

#[test]
fn every_row_is_measured_beside_a_floor_that_does_as_much_in_the_store() {
    let report = a_short_run();
    let rows = report["rows"].as_array().unwrap();
    let names =
        |row: &Value| [&row["name"], &row["load"]].map(|name| name.as_str().unwrap().to_owned());
    let measured: Vec<[String; 2]> = rows.iter().map(names).collect();
    let is_there = |request: &str, load: &str| {
        assert!(measured.contains(&[request, load].map(str::to_owned)), "{request} at {load}");
    };
    for request in REQUESTS {
        is_there(request, "1");
        is_there(request, "2");
    }
    is_there("WhatsApp webhook, a reply", "100/s");
    for row in rows {
        let sides =
            |count: &str| [&row["own"], &row["beside"]].map(|side| side[count].as_f64().unwrap());
        for count in ["gets", "sets", "increments", "swaps", "sent"] {
            let [own, floor] = sides(count);
            assert!((own - floor).abs() <= ROUNDED, "{count} of {row:#}");
        }
        let [own, floor] = sides("bytes_written");
        assert!((own - floor).abs() <= 0.1 * own, "bytes of {row:#}");
        assert!(sides("requests_per_second").into_iter().all(|each| each > 0.0), "{row:#}");
    }
    let components = report["components"].as_array().unwrap();
    assert!(components.iter().any(|row| row["instantiation_us"].is_number()), "{components:?}");
    assert!(report["process"]["start_ms"].is_number(), "{report:#}");
}
