//! What the workspace depends on, against deny.toml: the part of `cargo deny` that needs no network and no tool.
//! (It takes `cargo install` more than five minutes on two cores, and its advisories come from a git repository.)
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// As `cargo metadata` calls crates.io.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn policy() -> toml::Table {
    std::fs::read_to_string(workspace().join("deny.toml")).unwrap().parse().unwrap()
}

/// Every package of Cargo.lock that is not ours.
fn dependencies() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    // Whatever was not needed for this machine may not be there.
    let output = cargo.current_dir(workspace()).output().unwrap();
    let output = match output.status.success() {
        true => output,
        false => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["metadata", "--format-version", "1", "--locked"]);
            cargo.current_dir(workspace()).output().unwrap()
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let dependencies: Vec<Value> = packages.filter(|p| !p["source"].is_null()).cloned().collect();
    assert!(dependencies.len() > 100, "{}", dependencies.len());
    dependencies
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

/// The names in a list of deny.toml, each a text or `{ crate = "…" }`.
fn listed(list: &toml::Value) -> Vec<&str> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item.get("crate").unwrap_or(item).as_str().unwrap()).collect()
}

/// Whether an SPDX expression (spdx.dev, annex "license expressions") can be met by what is allowed: `OR` binds less than
/// `AND`. `/`, which crates wrote before, is `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = expression.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    let is_met = alternatives(&mut rest, allowed);
    is_met && rest.is_empty()
}

fn alternatives(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut is_met = all_of(rest, allowed);
    while let [first, after @ ..] = *rest
        && *first == "OR"
    {
        *rest = after;
        is_met |= all_of(rest, allowed);
    }
    is_met
}

fn all_of(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut is_met = licence(rest, allowed);
    while let [first, after @ ..] = *rest
        && *first == "AND"
    {
        *rest = after;
        is_met &= licence(rest, allowed);
    }
    is_met
}

fn licence(rest: &mut &[&str], allowed: &[&str]) -> bool {
    match *rest {
        ["(", after @ ..] => {
            *rest = after;
            let is_met = alternatives(rest, allowed);
            let closed = rest.first() == Some(&")");
            *rest = rest.get(1..).unwrap_or_default();
            is_met && closed
        }
        [licence, "WITH", exception, after @ ..] => {
            *rest = after;
            allowed.contains(&format!("{licence} WITH {exception}").as_str())
        }
        [licence, after @ ..] => {
            *rest = after;
            allowed.contains(licence)
        }
        [] => false,
    }
}

#[test]
fn every_licence_is_one_that_is_allowed() {
    let policy = policy();
    let allowed = listed(&policy["licenses"]["allow"]);
    let exceptions = policy["licenses"]["exceptions"].as_array().unwrap();
    let mut refused = Vec::new();
    for package in dependencies() {
        let named = |exception: &&toml::Value| exception["crate"].as_str() == Some(name(&package));
        let mut allowed = allowed.clone();
        allowed.extend(exceptions.iter().filter(named).flat_map(|of| listed(&of["allow"])));
        let licence = package["license"].as_str().unwrap_or("none");
        if !is_allowed(licence, &allowed) {
            refused.push(format!("{} {}: {licence}", name(&package), package["version"]));
        }
    }
    assert!(refused.is_empty(), "not in licenses.allow of deny.toml: {refused:#?}");
}

#[test]
fn an_expression_is_met_as_spdx_says() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"];
    for met in [
        "MIT",
        "GPL-3.0 OR MIT",
        "GPL-3.0/MIT",
        "MIT AND ISC",
        "(GPL-3.0 OR MIT) AND ISC",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
        "GPL-3.0 AND ISC OR MIT",
    ] {
        assert!(is_allowed(met, &allowed), "{met}");
    }
    for not in [
        "",
        "none",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(GPL-3.0 OR MIT) AND GPL-3.0",
        "Apache-2.0",
        "MIT WITH other",
        "MIT ISC",
        "(MIT",
    ] {
        assert!(!is_allowed(not, &allowed), "{not}");
    }
}

#[test]
fn nothing_that_is_banned_is_depended_on_and_everything_is_from_the_registry() {
    let policy = policy();
    let banned = listed(&policy["bans"]["deny"]);
    for package in dependencies() {
        assert!(!banned.contains(&name(&package)), "{} is banned: see deny.toml", name(&package));
        assert_eq!(package["source"], REGISTRY, "{}", name(&package));
    }
}

#[test]
fn every_dependency_is_locked_by_its_checksum() {
    let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let is_ours = package.get("source").is_none();
        assert_eq!(package.get("checksum").is_some(), !is_ours, "{package}");
    }
}
