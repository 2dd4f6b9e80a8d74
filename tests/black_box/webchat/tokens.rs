//! Who a visitor is.

use std::sync::Arc;
use std::time::Duration;

use black_box::{App, Setup, flows};
use serde_json::{Value, json};

use super::{Site, field, message, problem};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn site_of_its_own() -> Site {
    Site::answered_by(&Arc::new(App::start(Setup::default())), &flows::echo())
}

#[test]
fn with_its_token_a_visitor_goes_on() {
    let site = Site::echo();
    let (ana, ben) = (site.visitor("I am Ana"), site.visitor("I am Ben"));
    assert_ne!((&ana.id, &ana.token), (&ben.id, &ben.token));
    assert_eq!(ana.says("tea"), ["You wrote: tea"]);
    let again = ana.post(&message("more tea")).send().expect(201);
    assert_eq!(
        (field(&again, "visitor"), field(&again, "token")),
        (ana.id.clone(), ana.token.clone())
    );
    assert_eq!(ben.log(), ["I am Ben", "What is it?"], "nobody else's words");
}

#[test]
fn a_token_that_is_not_of_this_account_lets_nobody_in() {
    let site = Site::echo();
    let visitor = site.visitor("hello");
    let (other, sibling) =
        (Site::echo(), Site { account: format!("{}-2", site.account), team: site.team.app.team() });
    sibling.is_registered(&json!({})).expect(201);
    let (head, tag) = visitor.token.rsplit_once('.').expect("a signature");
    let (_, claims) = head.split_once('.').expect("a header");
    let turned = |text: &str| {
        let end = if text.starts_with('A') { "B" } else { "A" };
        format!("{end}{}", &text[1..])
    };
    let post = site.team.app.client.post("/auth/token").header("x-api-key", &site.team.key);
    let access = field(&post.send().expect(200), "accessToken");
    let forged = [
        String::new(),
        "x".to_owned(),
        format!("{head}.{}", turned(tag)),
        format!("{}.{tag}", turned(head)),
        format!("{head}."),
        head.to_owned(),
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."),
        format!("{}=", visitor.token),
        access,
        site.team.key.clone(),
        other.visitor("hi").token,
        sibling.visitor("hi").token,
    ];
    for token in &forged {
        let refused = problem("token_invalid");
        site.request("POST", "/messages")
            .bearer(token)
            .json(&message("hi"))
            .send()
            .is(401, &refused);
        site.request("GET", "/messages").bearer(token).send().is(401, &refused);
        site.request("GET", "/stream").bearer(token).send().is(401, &refused);
        site.request("GET", &format!("/stream?token={token}")).send().is(401, &refused);
    }
    let basic = site.request("POST", "/messages").header("authorization", "Basic eDp5");
    basic.json(&message("hi")).send().is(401, &problem("token_invalid"));
    site.request("GET", "/messages").send().is(401, &problem("token_invalid"));
    site.request("GET", &format!("/messages?token={}", visitor.token))
        .send()
        .is(401, &problem("token_invalid"));
    assert_eq!(visitor.log(), ["hello", "What is it?"]);
}

#[test]
fn a_token_ends_after_180_days_without_the_visitor() {
    let site = site_of_its_own();
    let visitor = site.visitor("hello");
    site.team.app.pass(179 * DAY);
    assert_eq!(visitor.log(), ["hello", "What is it?"]);
    site.team.app.pass(2 * DAY);
    visitor.request("GET", "/messages").send().is(401, &problem("token_invalid"));
    visitor.post(&message("hi")).send().is(401, &problem("token_invalid"));
}

#[test]
fn a_token_that_is_a_day_old_is_replaced_with_the_next_answer() {
    let site = site_of_its_own();
    let visitor = site.visitor("hello");
    assert_eq!(field(&visitor.history(""), "token"), visitor.token);
    site.team.app.pass(25 * HOUR);

    let by_reading = field(&visitor.history(""), "token");
    let by_writing = field(&visitor.post(&message("hi")).send().expect(201), "token");

    for token in [&by_reading, &by_writing] {
        assert_ne!(token, &visitor.token);
        let history = site.request("GET", "/messages").bearer(token).send().expect(200);
        assert_eq!(
            (field(&history, "visitor"), field(&history, "token")),
            (visitor.id.clone(), token.clone())
        );
    }
    site.team.app.pass(179 * DAY);
    site.request("GET", "/messages").bearer(&by_reading).send().expect(200);
    visitor.request("GET", "/messages").send().is(401, &problem("token_invalid"));
}

#[test]
fn a_first_message_whose_answer_was_lost_begins_no_second_visitor() {
    let site = site_of_its_own();
    let body = message("hello");
    let first = site.first(&body).send().expect(201);
    for answer in site.first(&body).send_at_once(4) {
        let again = answer.expect(200);
        let without_token = |answer: &Value| (answer["visitor"].clone(), answer["message"].clone());
        assert_eq!(without_token(&again), without_token(&first));
    }
    let token = field(&first, "token");
    let history = site.request("GET", "/messages").bearer(&token).send().expect(200);
    assert_eq!(history["messages"].as_array().map(Vec::len), Some(2));
    // Whoever finds that id a day later is not let in by it.
    site.team.app.pass(25 * HOUR);
    site.first(&body).send().is(401, &problem("token_invalid"));
}

#[test]
fn one_first_message_at_once_begins_one_conversation() {
    let site = Site::echo();
    let answers = site.first(&message("hello")).send_at_once(8);
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let visitors: Vec<String> =
        answers.iter().map(|answer| field(&answer.json(), "visitor")).collect();
    assert_eq!(created, 1, "{answers:#?}");
    assert!(visitors.iter().all(|visitor| *visitor == visitors[0]), "{visitors:?}");
    let token = field(&answers[0].json(), "token");
    let history = site.request("GET", "/messages").bearer(&token).send().expect(200);
    assert_eq!(history["messages"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_token_is_in_no_log() {
    let site = site_of_its_own();
    let visitor = site.visitor("hello");
    site.request("GET", &format!("/stream?token={}&after=x", visitor.token)).send().expect(400);
    visitor.request("GET", "/messages").send().expect(200);
    site.request("GET", "/messages").bearer(&format!("{}x", visitor.token)).send().expect(401);
    let log = site.team.app.log();
    assert!(!log.is_empty());
    assert!(log.iter().all(|line| !line.contains(&visitor.token)), "{log:#?}");
}
