//! Dialogues as files (crate `dialogue`): the state is written out and read back between every two events.
//! `UPDATE=1 cargo test -p flow` writes what comes out into the files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

#[test]
fn every_dialogue_goes_as_its_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues");
    let update = std::env::var_os("UPDATE").is_some();
    let report = dialogue::check(&[folder], None, update).unwrap();
    assert!(report.failures.is_empty(), "{report}");
}
