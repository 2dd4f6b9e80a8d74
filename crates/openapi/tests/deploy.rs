//! `deploy/`: its files are what they say, and its groups of components are those of spin.toml.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// What answers for a path that nobody serves, in the shape of its surface: in every group.
const EVERYWHERE: &str = "not-found";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn manifest() -> toml::Table {
    fs::read_to_string(root().join("spin.toml")).unwrap().parse().unwrap()
}

/// The documents of all YAML files, by the file's name.
fn documents() -> BTreeMap<String, Vec<Value>> {
    let folder = fs::read_dir(root().join("deploy/spinkube")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path());
    let yaml = files.filter(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    let read = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        let documents = text.split("\n---\n").map(|document| {
            serde_saphyr::from_str(document).unwrap_or_else(|error| panic!("{name}: {error}"))
        });
        (name.clone(), documents.collect())
    };
    yaml.map(read).collect()
}

/// The groups: of each its file, and its `SpinApp`.
fn groups() -> Vec<(String, Value)> {
    let is_app = |document: &Value| document["kind"] == "SpinApp";
    let of_file = |(name, documents): (String, Vec<Value>)| {
        documents.into_iter().filter(is_app).map(move |app| (name.clone(), app))
    };
    documents().into_iter().flat_map(of_file).collect()
}

fn components(app: &Value) -> Vec<&str> {
    app["spec"]["components"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect()
}

#[test]
fn every_component_is_in_one_group_and_every_group_answers_for_what_nobody_serves() {
    let manifest = manifest();
    let groups = groups();
    let mut of: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (group, app) in &groups {
        components(app)
            .into_iter()
            .for_each(|component| of.entry(component).or_default().push(group));
    }
    for component in manifest["component"].as_table().unwrap().keys() {
        let found = of.remove(component.as_str()).unwrap_or_default();
        let wanted = if component == EVERYWHERE { groups.len() } else { 1 };
        assert_eq!(found.len(), wanted, "{component} is in {found:?} (deploy/spinkube)");
    }
    assert!(of.is_empty(), "no components of spin.toml: {of:?}");
}

#[test]
fn a_group_is_found_by_its_name_scales_and_is_asked_at_a_path_that_it_serves() {
    let manifest = manifest();
    let triggers = manifest["trigger"]["http"].as_array().unwrap();
    let documents = documents();
    let ingress = documents["ingress"][0].to_string();
    for (group, app) in groups() {
        let name = format!("parlance-{group}");
        assert_eq!(app["metadata"]["name"], name);
        assert_eq!(app["spec"]["runtimeConfig"]["loadFromSecret"], "parlance-runtime-config");
        let scaler = &documents[&group][1];
        assert_eq!(scaler["kind"], "HorizontalPodAutoscaler");
        assert_eq!(scaler["spec"]["scaleTargetRef"]["name"], name);
        assert!(ingress.contains(&format!("\"name\":\"{name}\"")), "no path leads to {name}");
        let probe = &app["spec"]["checks"]["readiness"]["httpGet"]["path"];
        let serves = triggers.iter().find(|trigger| trigger["route"].as_str() == probe.as_str());
        let serves = serves.expect("a route")["component"].as_str().unwrap();
        assert!(components(&app).contains(&serves), "{group} does not serve {probe}");
    }
}

#[test]
fn the_sweep_is_called_where_it_is_and_with_the_operators_key() {
    let documents = documents();
    let sweep = &documents["sweep"][0];
    assert_eq!(sweep["kind"], "CronJob");
    let job = sweep["spec"]["jobTemplate"].to_string();
    assert!(job.contains("-X POST") && job.contains("Bearer $ADMIN_KEY"));
    assert!(job.contains("http://parlance-ops/ops/sweep"));
    for manifest in ["deploy/spinkube/runtime-config.toml", "deploy/spin-cron/spin-cron.toml"] {
        let text = fs::read_to_string(root().join(manifest)).unwrap();
        text.parse::<toml::Table>().unwrap_or_else(|error| panic!("{manifest}: {error}"));
    }
}
