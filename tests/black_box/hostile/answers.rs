//! What an answer to a hostile request may be.

use black_box::{Answer, App};
use serde_json::Value;

/// What was not as it should be, all of it.
#[derive(Default)]
pub struct Findings {
    found: Vec<String>,
    /// How many answers were looked at.
    pub asked: usize,
}

impl Findings {
    /// A documented refusal in the words of the route's surface, or, where that may be, an answer as to anybody.
    pub fn look(&mut self, what: &str, route: &str, answer: &Answer, may_succeed: bool) {
        self.asked += 1;
        let right = match answer.status {
            200..=299 => may_succeed,
            // 501: what is not built.
            400..=499 | 501 => is_said_as_documented(route, answer),
            _ => false,
        };
        if !right {
            let text = answer.to_string();
            let short: String = text.chars().take(400).collect();
            self.found.push(format!("{route}, {what}: {short}"));
        }
    }

    /// Adds what another thread found.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        self.asked += other.asked;
    }

    #[track_caller]
    pub fn are_none(&self) {
        let first: Vec<&str> = self.found.iter().take(40).map(String::as_str).collect();
        assert!(first.is_empty(), "{} findings\n{}", self.found.len(), first.join("\n"));
    }
}

/// The shape of an error of each surface (docs/openapi).
fn is_said_as_documented(route: &str, answer: &Answer) -> bool {
    let Ok(body) = serde_json::from_str::<Value>(&answer.body) else { return false };
    let has = |names: &[&str]| names.iter().all(|name| !body[*name].is_null());
    let is_text = |name: &str| body[name].is_string();
    if route.starts_with("/api/v1/console/") {
        return has(&["message", "error", "code", "request_id"])
            && body["statusCode"] == answer.status;
    }
    match route.starts_with("/api/") {
        true => is_text("error") || is_text("message") && body["errors"].is_object(),
        false => is_text("error") && is_text("message"),
    }
}

/// Nothing trapped, and nobody was answered with an error of ours.
#[track_caller]
pub fn nothing_failed(app: &App) {
    let log = app.log();
    let failed = log.iter().filter(|line| {
        line.starts_with("host: ") && line.contains("failed") || line.contains(" 500 ")
    });
    let failed: Vec<&String> = failed.take(20).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
