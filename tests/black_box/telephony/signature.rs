//! Only Twilio gets further, and only over the public address.

use black_box::{App, Line, PUBLIC_URL, a_phone, flows};
use serde_json::json;
use stand_in::TelephonyWebhook;

#[test]
fn a_request_that_is_not_the_providers_does_nothing() {
    let line = Line::answered_by(&App::shared().team(), &flows::support_menu());
    let phone = a_phone();
    let webhook = TelephonyWebhook::call(&phone, &line.number);
    let path = format!("/channels/telephony/{}/voice", line.number);
    let url = format!("{PUBLIC_URL}{path}");
    let form = webhook.sign(&line.auth_token, &url);
    let changed = webhook.clone().with("From", "+14155559999").sign(&line.auth_token, &url);
    let local = format!("{}{path}", line.team.app.client.base());
    let signatures = [
        None,
        Some(String::new()),
        Some("bm90IGEgc2lnbmF0dXJl".to_owned()),
        Some(webhook.sign("another-token", &url).signature),
        Some(webhook.sign("", &url).signature),
        Some(webhook.sign(&line.auth_token, &format!("{url}?step=1")).signature),
        Some(webhook.sign(&line.auth_token, &local).signature),
        Some(changed.signature),
    ];
    for what in ["voice", "status", "messages"] {
        let path = format!("/channels/telephony/{}/{what}", line.number);
        for signature in &signatures {
            if what != "voice" && signature.as_ref() == Some(&form.signature) {
                continue;
            }
            let mut request = line.team.app.client.post(&path).body(form.body.clone());
            if let Some(signature) = signature {
                request = request.header("x-twilio-signature", signature);
            }
            request.send().is(401, &json!({"error": "signature_invalid", "message": "…"}));
        }
    }
    let known =
        line.team.app.ops("GET", &format!("/ops/conversations/{}", line.conversation_with(&phone)));
    assert_eq!(known.send().status, 404, "nobody called");
    assert_eq!(line.request("voice", &webhook).send().status, 200);
}

#[test]
fn what_is_no_form_and_what_is_no_call_is_refused_and_an_unknown_number_not_found() {
    let line = Line::with(&App::shared().team(), json!({}));
    let nothing = TelephonyWebhook::text("+14155550123", &line.number, "hi");
    assert_eq!(line.request("voice", &nothing).send().status, 400, "no CallSid");
    let call = TelephonyWebhook::call("+14155550123", &line.number);
    assert_eq!(line.request("messages", &call).send().status, 400, "no MessageSid");
    let path = "/channels/telephony/+15009999999/voice";
    assert_eq!(line.team.app.client.post(path).body("a=b").send().status, 404);
    let path = format!("/channels/telephony/{}/voice", line.number);
    assert_eq!(line.team.app.client.get(&path).send().status, 405);
    let large = line.team.app.client.post(&path).body(format!("a={}", "x".repeat(65 * 1024)));
    assert_eq!(large.send().status, 413);
}
