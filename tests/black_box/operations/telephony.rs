//! What telephony costs: a step of a call is one write, and so is a text that is answered in line.

use black_box::{Answer, Line, a_phone, flows};
use serde_json::json;

use super::{Counts, Shop, shop};

/// What the second of two costs: instances keep what never changes.
fn second(shop: &Shop, mut act: impl FnMut() -> Answer) -> Counts {
    assert_eq!(act().status, 200);
    shop.cost(|| assert_eq!(act().status, 200))
}

#[test]
fn telephony_costs_what_the_readme_says() {
    let shop = shop();
    let workflow = shop.team.has_published(&flows::support_menu());
    let line = Line::with(&shop.team, json!({"workflow_id": workflow}));
    let new = second(&shop, || line.is_called_by(&a_phone()).answer);
    let mut call = line.is_called_by(&a_phone());
    let step = |call: &black_box::PhoneCall<'_>| {
        line.request_to(&call.next("Gather"), &call.webhook.clone().digits("9"))
    };
    let next = second(&shop, || {
        call.answer = step(&call).send();
        call.answer.clone()
    });
    let again = line.request("voice", &call.webhook);
    let again = second(&shop, || again.send());
    let phone = a_phone();
    let text = second(&shop, || line.is_texted_by(&phone, "no topic"));
    let costs = [
        ("a call of a new caller", new, CALL_NEW),
        ("a step of a call", next, STEP),
        ("the same step again", again, STEP_AGAIN),
        ("a text", text, TEXT),
    ];
    let wrong: Vec<_> = costs.iter().filter(|(_, cost, held)| cost != held).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The contact and the conversation are born, the contact and the session are listed, and the call's end is announced.
const CALL_NEW: Counts = [12, 5, 6, 0];
const STEP: Counts = [7, 0, 0, 1];
const STEP_AGAIN: Counts = [4, 0, 0, 0];
const TEXT: Counts = [6, 0, 0, 1];
