//! Many requests at once, for longer than an instance lives.

use black_box::{App, a_phone, at_once, flows};

/// An instance takes no more requests after 128 swaps, of which each of these makes two.
#[test]
fn every_request_is_answered_while_instances_come_and_go() {
    let team = App::shared().team();
    team.has_an_account();
    let workflow = team.has_published(&flows::notice());
    let phones: Vec<String> = (0..16).map(|_| a_phone()).collect();
    for _ in 0..20 {
        let trigger = |phone: &String| {
            team.trigger(&serde_json::json!({"flow_id": workflow, "phone": phone}))
        };
        for answer in at_once(phones.iter().map(trigger).collect()) {
            assert!([200, 201].contains(&answer.status), "{answer}");
        }
    }
}
