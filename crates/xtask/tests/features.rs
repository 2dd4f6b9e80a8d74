//! What xtask is built from has the features that tests want of it, so that nothing is built twice: wasmtime takes minutes.
#![allow(clippy::unwrap_used, reason = "tests panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The features that each package is built with, as cargo does with dependencies of these kinds; two sets of them where some are of
/// what runs while others are built.
fn packages(kinds: &str) -> BTreeMap<String, BTreeSet<String>> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", kinds, "--no-dedupe"])
        .args(["--prefix", "none", "--format", "{p}|{f}"])
        // As .cargo/config.toml says of `cargo xtask`: what all default members want.
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(tree.stdout).unwrap().lines() {
        if let Some((package, features)) = line.split_once('|') {
            // The mark of what the tree has shown before.
            let features = features.trim_end_matches(" (*)").to_owned();
            packages.entry(package.to_owned()).or_default().insert(features);
        }
    }
    packages
}

#[test]
fn tests_want_no_other_features_of_what_is_built_before_them() {
    let (before, tests) = (packages("normal,build"), packages("normal,build,dev"));
    assert!(before.keys().any(|package| package.starts_with("wasmtime v")), "{before:#?}");
    let twice: Vec<_> = before
        .iter()
        .filter(|(package, features)| tests.get(*package) != Some(features))
        .map(|(package, features)| (package, features, tests.get(package)))
        .collect();
    assert!(twice.is_empty(), "say in xtask's Cargo.toml what tests want of these: {twice:#?}");
}
