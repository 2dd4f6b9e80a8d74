//! docs/openapi: the documents are what comes out, and they are what the code reads, shows and serves. `UPDATE=1 cargo
//! test -p openapi` writes them anew.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod bodies;
mod document;
mod routes;
mod seed;
mod surface;

use serde_json::Value;

use surface::Surface;

#[test]
fn the_files_are_what_comes_out() {
    for surface in Surface::ALL {
        let (file, text) = (surface.file(), surface.text());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(found == text, "{file:?} is not what comes out; write it with UPDATE=1");
    }
}

#[test]
fn the_document_in_yaml_says_what_it_says_in_json() {
    let read: Value = serde_saphyr::from_str(&Surface::Actions.text()).unwrap();
    assert_eq!(&read, Surface::Actions.document());
}
