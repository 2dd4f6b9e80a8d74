//! The GET with which WhatsApp asks whether a webhook is meant.

use black_box::{Account, Answer, App};

fn asked(account: &Account, query: &str) -> Answer {
    account.app.client.get(&format!("{}?{query}", account.webhook_path())).send()
}

#[test]
fn the_challenge_comes_back_bare() {
    let account = App::shared().team().has_an_account();
    let token = &account.verify_token;

    let query = format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}");
    let answer = asked(&account, &query);

    assert_eq!((answer.status, answer.body.as_str()), (200, "1158201444"), "{answer}");
    assert!(answer.header("content-type").is_some_and(|t| t.starts_with("text/plain")));
}

#[test]
fn a_challenge_is_never_a_page() {
    let account = App::shared().team().has_an_account();
    let token = &account.verify_token;
    let challenge = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let query = format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={token}");

    let answer = asked(&account, &query);

    let html = answer.header("content-type").is_some_and(|t| t.contains("html"));
    assert!(!html, "{answer} {:?}", answer.headers);
}

#[test]
fn without_the_token_there_is_no_challenge() {
    let account = App::shared().team().has_an_account();
    let token = &account.verify_token;
    for query in [
        String::new(),
        "hub.mode=subscribe&hub.challenge=secret-challenge".to_owned(),
        "hub.mode=subscribe&hub.challenge=secret-challenge&hub.verify_token=".to_owned(),
        format!("hub.mode=subscribe&hub.challenge=secret-challenge&hub.verify_token={token}x"),
        format!("hub.mode=unsubscribe&hub.challenge=secret-challenge&hub.verify_token={token}"),
        format!("hub.challenge=secret-challenge&hub.verify_token={token}"),
        format!("hub.mode=subscribe&hub.verify_token={token}"),
    ] {
        let answer = asked(&account, &query);
        assert!((400..500).contains(&answer.status), "{query}: {answer}");
        assert!(!answer.body.contains("secret-challenge"), "{query}: {answer}");
    }
}

#[test]
fn an_account_that_is_not_there_is_not_found() {
    let app = App::shared();
    let query = "hub.mode=subscribe&hub.challenge=1&hub.verify_token=1";
    app.client.get(&format!("/channels/whatsapp/999/webhook?{query}")).send().expect(404);
}
