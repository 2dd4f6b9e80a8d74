//! The example menu, as WhatsApp's contacts have it, run through web chat unchanged.

use std::sync::Arc;
use std::time::Duration;

use black_box::{App, Setup, flows};
use serde_json::{Value, json};

use super::{Site, Visitor};

fn session(visitor: &Visitor<'_>) -> (Value, Value) {
    let stored = visitor.site.team.app.settled(&visitor.conversation());
    let session = &stored["sessions"][0];
    (session["status"].clone(), session["outcome"].clone())
}

#[test]
fn a_row_of_the_menu_a_number_and_an_email_address_lead_to_the_invoice() {
    let site = Site::answered_by(&App::shared(), &flows::support_menu());
    let visitor = site.visitor("hello");
    let menu = &visitor.answered["replies"][0];
    assert_eq!(
        (&menu["type"], &menu["header"], &menu["button"]),
        (&json!("list"), &json!("Support"), &json!("Topics"))
    );
    assert_eq!(menu["sections"][0]["rows"].as_array().map(Vec::len), Some(5));

    assert_eq!(visitor.chooses("invoice"), ["What is the number of your order?"]);
    assert_eq!(visitor.says("no idea").len(), 1, "it is asked again");
    let asked = "To which email address shall we send the invoice of order 10234?";
    assert_eq!(visitor.says("10234"), [asked]);
    let sent = "Thank you. The invoice of order 10234 goes to ana@example.com.";
    assert_eq!(visitor.says("ana@example.com"), [sent]);
    assert_eq!(session(&visitor), (json!("completed"), json!("solved")));
}

#[test]
fn a_typed_number_and_a_typed_title_choose_too() {
    let site = Site::answered_by(&App::shared(), &flows::support_menu());
    for typed in ["4", "opening hours"] {
        let visitor = site.visitor("hello");
        assert_eq!(visitor.says(typed), ["We are there on weekdays from 9 to 17 o'clock."]);
        assert_eq!(session(&visitor), (json!("completed"), json!("solved")));
    }
}

#[test]
fn a_person_is_called_when_the_visitor_wants_one() {
    let site = Site::answered_by(&App::shared(), &flows::support_menu());
    let visitor = site.visitor("hello");
    assert_eq!(visitor.chooses("person"), ["A colleague answers you here as soon as possible."]);
    let stored = site.team.app.conversation(&visitor.conversation());
    assert_eq!((&stored["paused"], &stored["needs_attention"]), (&json!(true), &json!(true)));
}

#[test]
fn a_visitor_who_stays_silent_leaves_by_the_timeout() {
    let app = Arc::new(App::start(Setup::default()));
    let site = Site::answered_by(&app, &flows::support_menu());
    let visitor = site.visitor("hello");
    app.pass(Duration::from_secs(31 * 60));
    app.sweep();
    assert_eq!(session(&visitor), (json!("completed"), json!("no_answer")));
}
