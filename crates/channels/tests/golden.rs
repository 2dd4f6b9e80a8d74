//! Goldens: a file in `tests/whatsapp/` or `tests/telephony/` holds what goes in and what must come out. `UPDATE_GOLDEN=1` rewrites
//! what comes out; read the difference before keeping it.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use channels::telephony::{self, Verb, Voice};
use channels::whatsapp;
use flow::Content;
use serde_json::{Value, json};

/// Runs `produce` on the `in` of every file of the folder.
fn check(folder: &str, produce: impl Fn(&Value) -> Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let mut golden: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let produced = produce(&golden["in"]);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            golden["out"] = produced;
            std::fs::write(&path, format!("{golden:#}\n")).unwrap();
        } else {
            assert_eq!(golden["out"], produced, "{}\n{produced:#}", path.display());
        }
        files += 1;
    }
    assert!(files > 0, "no goldens in {}", folder.display());
}

#[test]
fn webhooks_are_parsed_as_the_goldens_say() {
    check("whatsapp/inbound", |payload| {
        let updates = whatsapp::parse(payload.to_string().as_bytes()).unwrap();
        serde_json::to_value(updates).unwrap()
    });
}

#[test]
fn requests_are_built_as_the_goldens_say() {
    check("whatsapp/requests", |case| {
        let content = serde_json::from_value(case["content"].clone()).unwrap();
        let to = case["to"].as_str().unwrap();
        let callback_data = case["callback_data"].as_str().unwrap();
        let origin = "https://graph.facebook.com";
        let request = whatsapp::request(
            origin,
            "106540352242922",
            "EAAG-token",
            to,
            callback_data,
            &content,
            None,
        )
        .unwrap();
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        json!({
            "method": request.method().as_str(),
            "uri": request.uri().to_string(),
            "headers": {
                "authorization": header("authorization"),
                "content-type": header("content-type"),
            },
            "body": serde_json::from_slice::<Value>(request.body()).unwrap(),
        })
    });
}

#[test]
fn contents_are_spoken_and_written_as_the_goldens_say() {
    check("telephony/contents", |case| {
        let content: Content = serde_json::from_value(case["content"].clone()).unwrap();
        let voice = Voice { language: case["language"].as_str().unwrap_or("en-US") };
        let texts: Vec<Value> = telephony::texts(&content)
            .into_iter()
            .map(|(body, media)| json!({"body": body, "media": media}))
            .collect();
        let twiml = telephony::twiml(&telephony::speech(&content, &voice), &voice);
        json!({"twiml": twiml, "texts": texts})
    });
}

#[test]
fn verbs_are_written_as_the_goldens_say() {
    check("telephony/verbs", |case| {
        let text = |name: &str| case[name].as_str().unwrap().to_owned();
        let prompt =
            vec![Verb::Say(text("text")), Verb::Play(text("url")), Verb::Pause(1), Verb::Hangup];
        let gather = |num_digits, hints: &[&str]| Verb::Gather {
            prompt: prompt.clone(),
            action: text("url"),
            timeout: 5,
            num_digits,
            hints: hints.iter().map(|hint| (*hint).into()).collect(),
        };
        let dial = Verb::Dial {
            number: "+14155550123".into(),
            caller_id: "+15005550006".into(),
            action: text("url"),
        };
        let verbs = [
            gather(Some(1), &["Sales, today", " ", "Support"]),
            gather(None, &[]),
            Verb::Redirect(text("url")),
            dial,
            Verb::Message { body: text("text"), media: None, status_callback: text("url") },
            Verb::Message {
                body: String::new(),
                media: Some(text("url")),
                status_callback: text("url"),
            },
            Verb::Hangup,
        ];
        let voice = Voice { language: case["language"].as_str().unwrap() };
        let lines = |verb: &Verb| telephony::twiml(std::slice::from_ref(verb), &voice);
        verbs.iter().map(lines).collect()
    });
}
