//! Addresses that are not called: what the operator has not opened, and where nobody is.

use std::net::TcpListener;
use std::sync::Arc;

use black_box::{App, Setup, a_path, a_phone, flows};
use serde_json::json;
use stand_in::Inbound;
use tokio::net::TcpSocket;

#[test]
fn only_what_the_operator_has_opened_is_called_and_the_rest_leaves_by_error() {
    // WhatsApp's API is within the network: the host lets components reach it, workflows may not.
    let within = TcpListener::bind("127.0.0.1:0").expect("a port");
    within.set_nonblocking(true).expect("a listener");
    let whatsapp = format!("http://{}", within.local_addr().expect("an address"));
    // A port that is taken and not listened at.
    let nobody = TcpSocket::new_v4().expect("a socket");
    nobody.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let closed = format!("http://{}", nobody.local_addr().expect("an address"));
    let setup = Setup {
        whatsapp_api_url: Some(whatsapp.clone()),
        outbound: vec![closed.clone()],
        ..Setup::default()
    };
    let app = Arc::new(App::start(setup));
    let team = app.team();
    let account = team.has_an_account();
    let path = a_path();
    let by_name = app.address(&path).replace("127.0.0.1", "localhost");

    for (url, error) in [
        (closed, "unreachable"),
        (by_name, "refused"),
        (whatsapp, "refused"),
        ("http://169.254.169.254/latest/meta-data".to_owned(), "refused"),
        ("http://[::1]:3000/".to_owned(), "refused"),
        ("http://10.0.0.1/".to_owned(), "refused"),
        // Nowhere within, but not listed either: the host does not let it out.
        ("http://api.example.com/".to_owned(), "unreachable"),
    ] {
        let mut workflow = flows::calling(&url, &json!({}));
        // Nothing is sent here: the outcome tells.
        workflow["graph"]["nodes"][2] = json!({"id": "failed", "type": "end", "outcome": "failed"});
        let flow = team.has_published(&workflow);
        let phone = a_phone();
        team.triggers(&flow, &phone).expect(201);
        let conversation = app.settled(&account.conversation_with(&phone));
        let session = &conversation["sessions"][0];
        assert_eq!(session["outcome"], "failed", "{url}: {session:#}");
        assert_eq!(session["state"]["vars"]["answer"]["error"], error, "{url}: {session:#}");
    }

    assert!(app.stand_in.called().is_empty());
    assert!(within.accept().is_err(), "nobody came");
}

#[test]
fn an_origin_that_the_operator_lists_is_called_wherever_it_is() {
    let app = Arc::new(App::start(Setup::default()));
    let path = a_path();
    let (_, account) = app.account_answered_by(&flows::calling(&app.address(&path), &json!({})));
    let phone = a_phone();
    account.receives(&Inbound::text(&phone, "hi"));
    assert_eq!(app.texts_to(&phone, 1), ["Answered 200: "]);
    assert_eq!(app.calls_of(&path).len(), 1);
}
