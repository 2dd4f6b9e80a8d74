//! What the trigger API shows.

use serde_json::json;
use trigger::{AccessTokenView, TriggeredView};

use crate::surface::Surface;

#[test]
fn tokens_and_what_was_triggered_fit() {
    let token = AccessTokenView { access_token: "a.b.c".to_owned(), expires_in: 3600 };
    Surface::Trigger.assert_fits("AccessToken", &json!(token));
    Surface::Trigger.assert_fits("Triggered", &json!(TriggeredView { ok: true }));
}
