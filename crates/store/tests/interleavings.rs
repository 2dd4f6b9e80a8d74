//! Creations and turns that race, on each of Spin's stores: none lost, none doubled.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod scenario;

use scenario::{CALM, ROUGH, STORM, Update, first_wrong};
use store::memory::Backend;

#[test]
fn racing_turns_are_kept_once_on_sqlite() {
    assert_all(Backend::Sqlite);
}

#[test]
fn racing_turns_are_kept_once_on_redis() {
    assert_all(Backend::Redis);
}

#[test]
fn racing_turns_are_kept_once_on_dynamodb() {
    assert_all(Backend::DynamoDb);
}

fn assert_all(backend: Backend) {
    for weather in [CALM, ROUGH, STORM] {
        let wrong = first_wrong(backend, weather, 4_000, Update);
        assert_eq!(wrong, None, "{backend:?}, {weather:?}: (seed, what)");
    }
}
