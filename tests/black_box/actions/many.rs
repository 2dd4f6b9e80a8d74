//! Many triggers at the same time: for the same contacts, and for many.

use std::collections::BTreeSet;

use black_box::{App, Team, a_phone, at_once, flows};
use serde_json::{Value, json};

const FLOWS: &str = "/api/v1/triggers/new-flow-triggered";
/// Connections that trigger at the same time.
const CONNECTIONS: usize = 16;

#[test]
fn of_sixty_four_triggers_for_eight_contacts_eight_start_and_the_others_name_what_runs() {
    let team = App::shared().team();
    let account = team.has_an_account();
    let flow = team.has_published(&flows::question());
    let phones: Vec<String> = (0..8).map(|_| a_phone()).collect();
    let trigger = |n: usize| team.trigger(&json!({"flow_id": flow, "phone": phones[n % 8]}));

    let answers = at_once((0..64).map(trigger).collect());

    for (n, phone) in phones.iter().enumerate() {
        let of_phone: Vec<_> = answers.iter().skip(n).step_by(8).collect();
        let started: Vec<_> = of_phone.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(started.len(), 1, "{of_phone:#?}");
        let mut running = started[0].expect(201);
        assert_eq!(running["status"], "started");
        running["status"] = json!("already_running");
        let others = of_phone.iter().filter(|answer| answer.status != 201);
        let others: Vec<Value> = others.map(|answer| answer.is(200, &running)).collect();
        assert_eq!(others.len(), 7);
        let conversation = team.app.settled(&account.conversation_with(phone));
        assert_eq!(conversation["sessions"].as_array().map(Vec::len), Some(1));
        assert_eq!(conversation["sessions"][0]["id"], running["id"]);
        assert_eq!(team.app.sent_to(phone).len(), 1, "{conversation:#}");
    }
}

/// The ids of the sessions that are started for so many new contacts, over [`CONNECTIONS`].
fn started_at_once(team: &Team, flow: &str, contacts: usize) -> Vec<Value> {
    let phones: Vec<String> = (0..contacts).map(|_| a_phone()).collect();
    std::thread::scope(|scope| {
        let connections = phones.chunks(contacts.div_ceil(CONNECTIONS)).map(|phones| {
            scope.spawn(|| {
                let start = |phone: &String| team.triggers(flow, phone).expect(201)["id"].clone();
                phones.iter().map(start).collect::<Vec<Value>>()
            })
        });
        let connections: Vec<_> = connections.collect();
        connections.into_iter().flat_map(|one| one.join().expect("every one is started")).collect()
    })
}

#[test]
fn of_a_thousand_contacts_the_hundred_triggered_last_are_listed_newest_first() {
    let team = App::shared().team();
    team.has_an_account();
    let flow = team.has_published(&flows::notice());

    let at_once = started_at_once(&team, &flow, 900);
    // One after another: so it is known which is newer.
    let mut newest: Vec<Value> =
        (0..100).map(|_| team.triggers(&flow, &a_phone()).expect(201)["id"].clone()).collect();

    let listed = team.request("GET", FLOWS).send().expect(200);
    newest.reverse();
    let listed = listed.as_array().expect("a flat list");
    let ids: Vec<&Value> = listed.iter().map(|session| &session["id"]).collect();
    assert_eq!(ids, newest.iter().collect::<Vec<_>>());
    let times: Vec<&str> = listed.iter().filter_map(|one| one["created_at"].as_str()).collect();
    assert!(times.len() == 100 && times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
    let sessions: BTreeSet<String> = at_once.iter().chain(&newest).map(Value::to_string).collect();
    assert_eq!(sessions.len(), 1_000);
    let flow = team.action("get-flow", &json!({"flow_id": flow})).send().expect(200);
    assert_eq!(flow["sessions_count"], 1_000);
}
