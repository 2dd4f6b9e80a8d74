//! Two hosts on one Redis, whose swaps always say that they failed: the concurrency tests once more.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use black_box::{App, Setup, a_phone, at_once, flows, wait_for};
use serde_json::json;
use stand_in::Inbound;
use tempfile::TempDir;

/// A Redis server of its own, gone when it is dropped.
pub(crate) struct Redis {
    server: Child,
    folder: TempDir,
    port: u16,
}

impl Redis {
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = port.expect("a free port").port();
        let server = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed: apt-get install redis-server");
        wait_for("redis", || std::net::TcpStream::connect(("127.0.0.1", port)).ok());
        Self { server, folder, port }
    }

    pub(crate) fn runtime_config(&self) -> std::path::PathBuf {
        let file = self.folder.path().join("runtime.toml");
        let url = format!("redis://127.0.0.1:{}", self.port);
        let text = format!("[key_value_store.default]\ntype = \"redis\"\nurl = \"{url}\"\n");
        std::fs::write(&file, text).expect("the runtime config is written");
        file
    }

    /// Whether it was ever sent this command, also in a form that it refuses.
    fn was_asked(&self, command: &str) -> bool {
        let info = Command::new("redis-cli")
            .args(["-p", &self.port.to_string(), "info", "commandstats"])
            .output()
            .expect("redis-cli comes with redis-server");
        let info = String::from_utf8(info.stdout).expect("text");
        assert!(info.contains("cmdstat_get:"), "it was used: {info}");
        info.contains(&format!("cmdstat_{command}:"))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Two hosts that share a store, and WhatsApp.
fn two_hosts(redis: &Redis) -> (Arc<App>, App) {
    let setup = Setup { runtime_config: Some(redis.runtime_config()), ..Setup::default() };
    let first = Arc::new(App::start(setup.clone()));
    let origin = first.stand_in.origin();
    let second = App::start(Setup { whatsapp_api_url: Some(origin), ..setup });
    (first, second)
}

#[test]
fn triggers_from_both_hosts_at_once_start_one_session() {
    let redis = Redis::start();
    let (first, second) = two_hosts(&redis);
    let team = first.team();
    let flow = team.has_published(&flows::question());
    let account = team.has_an_account();
    let phone = a_phone();
    let body = json!({"flow_id": flow, "phone": phone});
    let requests = (0..16).map(|n| {
        let client = if n % 2 == 0 { &first.client } else { &second.client };
        client.post("/api/v1/actions/trigger-flow").bearer(&team.key).json(&body)
    });

    let answers = at_once(requests.collect());

    let started: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(started.len(), 1, "{answers:?}");
    let id = started[0].json()["id"].clone();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.expect(200)["status"], "already_running");
        assert_eq!(answer.json()["id"], id);
    }
    first.settled(&account.conversation_with(&phone));
    assert_eq!(first.sent_to(&phone).len(), 1);
}

#[test]
fn a_webhook_delivered_to_both_hosts_at_once_is_one_step_and_one_reply() {
    let redis = Redis::start();
    let (first, second) = two_hosts(&redis);
    let team = first.team();
    let flow = team.has_published(&flows::question());
    let account = team.has_an_account();
    let phone = a_phone();
    team.triggers(&flow, &phone).expect(201);
    first.settled(&account.conversation_with(&phone));
    let body = stand_in::Webhook::new(&account.id).message(&Inbound::text(&phone, "Yes")).body();
    let requests = (0..16).map(|n| {
        let client = if n % 2 == 0 { &first.client } else { &second.client };
        client
            .post(&account.webhook_path())
            .header("x-hub-signature-256", &black_box::signature(&account.app_secret, &body))
            .header("content-type", "application/json")
            .body(body.clone())
    });

    let answers = at_once(requests.collect());

    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let conversation = first.settled(&account.conversation_with(&phone));
    assert_eq!(conversation["sessions"][0]["status"], "completed");
    let inbound = conversation["messages"].as_array().expect("messages").iter();
    assert_eq!(inbound.filter(|message| message["direction"] == "inbound").count(), 1);
    let texts: Vec<String> =
        first.sent_to(&phone).iter().map(|message| message.text().to_owned()).collect();
    assert_eq!(texts, ["question", "You said yes."]);
}

/// Spin's `get-many` is a wrong `KEYS` on Redis: an error in the host's log each time. What reads together on SQLite must not try.
#[test]
fn lists_are_read_one_by_one() {
    let redis = Redis::start();
    let setup = Setup { runtime_config: Some(redis.runtime_config()), ..Setup::default() };
    let team = Arc::new(App::start(setup)).team();
    let flows: Vec<String> = (0..3).map(|_| team.has_published(&flows::question())).collect();
    team.has_an_account();
    let phones = [a_phone(), a_phone()];
    for phone in &phones {
        team.triggers(&flows[0], phone).expect(201);
    }

    // More than once: an instance learns what the host is.
    for _ in 0..3 {
        let listed = team.request("GET", "/api/v1/console/workflows?scope=owned").send();
        assert_eq!(listed.expect(200)["data"].as_array().map(Vec::len), Some(3));
        let found = team.request("POST", "/api/v1/actions/search-contacts").json(&json!({})).send();
        let found = found.expect(200);
        assert!(phones.iter().all(|phone| found.to_string().contains(phone.as_str())), "{found}");
    }
    assert!(!redis.was_asked("keys"));
}
