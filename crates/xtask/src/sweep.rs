//! Calls `POST /ops/sweep` on the running host every few seconds: a Spin app has no background thread, and
//! elsewhere a cron does this.

use std::time::Duration;

use anyhow::{Context as _, bail};
use http::Request;
use serde::Deserialize;
use stand_in::exchange;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// A sweep stops after 20 s by itself.
const PATIENCE: Duration = Duration::from_secs(40);

/// The route, as spin.toml has it.
pub const ROUTE: &str = "/ops/sweep";

#[derive(Deserialize)]
struct Swept {
    more: bool,
}

/// Sweeps `origin` every `interval` until `end` changes or its sender is gone; the sweep under way is finished.
pub async fn every(
    interval: Duration,
    origin: String,
    admin_key: String,
    mut end: watch::Receiver<bool>,
) {
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said = None;
    loop {
        tokio::select! {
            _ = end.changed() => return,
            _ = ticks.tick() => {}
        }
        while !end.has_changed().unwrap_or(true) {
            let failure = match once(&origin, &admin_key).await {
                Ok(Swept { more: true }) => continue,
                Ok(Swept { more: false }) => None,
                Err(error) => Some(format!("{error:#}")),
            };
            // The same failure every few seconds is told once.
            if let Some(text) = failure.as_ref().filter(|_| failure != said) {
                eprintln!("sweep: {text}");
            }
            said = failure;
            break;
        }
    }
}

async fn once(origin: &str, admin_key: &str) -> anyhow::Result<Swept> {
    let request = Request::post(format!("{origin}{ROUTE}"))
        .header("authorization", format!("Bearer {admin_key}"))
        .body(Vec::new())
        .context("the admin key cannot stand in a header")?;
    let response = exchange(request, PATIENCE).await?;
    let body = String::from_utf8_lossy(response.body());
    if response.status() != 200 {
        bail!("{}: {}", response.status(), body.trim());
    }
    serde_json::from_str(&body).with_context(|| format!("not the answer of a sweep: {body}"))
}
