//! Each `tests/manifests/x.toml` is refused with the text in `x.err`, or accepted if there is
//! none. `UPDATE_GOLDEN=1 cargo test -p host --test manifest` writes the texts anew.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use host::manifest::{Manifest, Target};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests")
}

#[test]
fn every_broken_manifest_is_refused_with_its_own_text() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let error = match Manifest::parse(&text, Path::new("/app")) {
            Ok(_) => String::new(),
            Err(error) => format!("{}\n", format!("{error:#}").trim_end()),
        };
        let golden = path.with_extension("err");
        if update && !error.is_empty() {
            std::fs::write(&golden, &error).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(error, expected, "{}", path.display());
    }
    assert!(seen >= 20, "only {seen} manifests were found");
}

#[test]
fn a_manifest_with_everything_that_is_supported_is_read() {
    let manifest = Manifest::load(&folder().join("everything.toml")).unwrap();
    assert_eq!(manifest.name, "everything");
    assert_eq!(manifest.version, "1.2.3");
    assert_eq!(manifest.variables["token"], None);
    assert_eq!(manifest.variables["url"].as_deref(), Some(""));
    let one = &manifest.components["one"];
    assert_eq!(one.source, folder().join("target/one.wasm"));
    assert_eq!(one.key_value_stores, ["default"]);
    assert_eq!(one.allowed_outbound_hosts, ["{{ url }}", "http://self"]);
    assert_eq!(one.environment["COLOUR"], "blue");

    let routes: Vec<_> = manifest.triggers.iter().map(|t| t.route.as_deref()).collect();
    assert_eq!(routes, [Some("/one/:id"), Some("/gone"), None]);
    match &manifest.triggers[1].target {
        Target::Static(response) => {
            assert_eq!(response.status_code, Some(410));
            assert_eq!(response.headers["retry-after"], "never");
            assert_eq!(response.body.as_deref(), Some("gone"));
        }
        other => panic!("{other:?}"),
    }
}
