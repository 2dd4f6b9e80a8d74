//! `kill -9` of real hosts under load: on SQLite, on Redis, and of one of two hosts on one Redis (G1 to G5).
//!
//! `KILLS=50 cargo test --test black_box crashed -- --nocapture` goes on for longer, and prints what came of it;
//! `SEED` decides the moments again, as far as processes can be decided.

mod hosts;
mod load;
mod provider;
mod scene;
mod verdict;
mod window;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use black_box::{Launch, Up};
use serde_json::{Value, json};
use tempfile::TempDir;

use self::hosts::{Hosts, Kill};
use self::load::Load;
use self::provider::Provider;
use self::scene::Scene;
use self::verdict::{Published, Verdict};
use self::window::Window;
use crate::redis::Redis;

/// Events that are acknowledged between two kills: so many at least, and up to so many more.
const BETWEEN: (u64, u64) = (10, 60);
/// A kill comes up to so many milliseconds after that: at any moment of what is under way then.
const JITTER: u64 = 40;
/// Leases have ended by then: 90 s, 60 s for clocks that differ, and sweeps look by the minute.
const AHEAD: u64 = 220;

#[test]
fn killed_under_load_on_sqlite_nothing_acknowledged_is_lost_or_doubled() {
    Run { hosts: 1, kills: kills(5), runtime_config: None }.go();
}

#[test]
fn killed_under_load_on_redis_nothing_acknowledged_is_lost_or_doubled() {
    let redis = Redis::start();
    Run { hosts: 1, kills: kills(5), runtime_config: Some(redis.runtime_config()) }.go();
}

#[test]
fn of_two_hosts_on_one_redis_one_is_killed_and_the_other_goes_on() {
    let redis = Redis::start();
    Run { hosts: 2, kills: kills(3), runtime_config: Some(redis.runtime_config()) }.go();
}

/// How often: as often as `KILLS` says.
fn kills(otherwise: usize) -> usize {
    std::env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(otherwise)
}

struct Run {
    hosts: usize,
    kills: usize,
    runtime_config: Option<PathBuf>,
}

impl Run {
    fn go(self) {
        let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(now);
        println!("SEED={seed} KILLS={}", self.kills);
        let start = Instant::now();
        let provider = Provider::start();
        let state = TempDir::new().expect("a temporary folder");
        let launch = Launch {
            variables: vec![("whatsapp_api_url".to_owned(), provider.origin.clone())],
            runtime_config: self.runtime_config.clone(),
            stand_in: false,
            build: false,
            ..Launch::at(state.path())
        };
        let mut hosts = Hosts::start(launch, self.hosts);
        let scene = Scene::set(hosts.any());
        let load = Load::new(&scene, &provider, hosts.door.clone());
        let mut window = Window::default();
        hosts.open();
        std::thread::scope(|scope| {
            let _until = load.until_the_end();
            load.begin(scope);
            let (kills, published) =
                self.crash(&mut hosts, &load, &provider, &mut window, &mut Random(seed));
            load.end();
            let unanswered: Vec<usize> =
                kills.iter().map(|kill| hosts.door.unanswered(kill)).collect();
            // One may have got its last answer at that very moment.
            let quiet = unanswered.iter().filter(|count| **count == 0).count();
            assert!(quiet * 5 <= kills.len(), "nothing was under way: {unanswered:?}");
            let unanswered: usize = unanswered.iter().sum();
            // What is being sent now may be in the window as well.
            for place in 0..self.hosts {
                let kill = hosts.kill(place);
                hosts.restart();
                window.look(hosts.any(), &kill, load.conversations_since(0), &provider);
                hosts.open();
            }
            hosts.restart_ahead(AHEAD);
            let verdict = judge(hosts.any(), &load, &provider, &window, published);
            println!(
                "{} hosts on {}, {} kills with {unanswered} requests under way, {} messages in the window: {verdict}; {:.0?}",
                self.hosts,
                if self.runtime_config.is_some() { "Redis" } else { "SQLite" },
                kills.len(),
                window.messages(),
                start.elapsed(),
            );
            assert!(verdict.is_clean(), "{verdict:#?}");
            load.redeliver();
            assert_eq!(judge(hosts.any(), &load, &provider, &window, published), verdict);
        });
        let wrong = load.wrong.lock().expect("a lock");
        assert!(wrong.is_empty(), "{} answers\n{}", wrong.len(), wrong.join("\n"));
        let log = hosts.any().log();
        let failed: Vec<&str> =
            log.lines().filter(|line| line.contains("an instance of")).collect();
        assert!(failed.is_empty(), "{failed:#?}");
    }

    /// Kills, and starts again. In the middle, what runs is republished.
    fn crash(
        &self,
        hosts: &mut Hosts,
        load: &Load<'_>,
        provider: &Provider,
        window: &mut Window,
        random: &mut Random,
    ) -> (Vec<Kill>, Published) {
        let mut kills = Vec::new();
        let mut published = (0, 0);
        let mut begun = now();
        for number in 0..self.kills {
            let before = std::mem::replace(&mut begun, now());
            goes_on(load, BETWEEN.0 + random.below(BETWEEN.1));
            if number == self.kills / 2 {
                published.0 = now();
                load.scene.publish(hosts.any(), 2);
                published.1 = now();
                goes_on(load, BETWEEN.0);
            }
            sleep(Duration::from_millis(random.below(JITTER)));
            let place = usize::try_from(random.below(self.hosts as u64)).unwrap_or(0);
            let busy = || (hosts.door.under_way(place) > 1).then_some(());
            wait_long("requests under way", busy);
            let kill = hosts.kill(place);
            if self.hosts > 1 {
                // The others serve alone for a while.
                goes_on(load, BETWEEN.1);
            }
            hosts.restart();
            window.look(hosts.any(), &kill, load.conversations_since(before), provider);
            hosts.open();
            kills.push(kill);
        }
        goes_on(load, BETWEEN.0);
        (kills, published)
    }
}

/// Until so many more events were acknowledged.
fn goes_on(load: &Load<'_>, events: u64) {
    let enough = load.acknowledged() + usize::try_from(events).unwrap_or(usize::MAX);
    wait_long("events to be acknowledged", || (load.acknowledged() >= enough).then_some(()));
}

/// Once all is at rest.
fn judge(
    up: &Up,
    load: &Load<'_>,
    provider: &Provider,
    window: &Window,
    published: Published,
) -> Verdict {
    let mut conversations: BTreeMap<String, Value> = BTreeMap::new();
    for id in load.conversations_since(0) {
        let at_rest = wait_long("a conversation at rest", || {
            window::conversation(up, &id).filter(|found| found["outbox"] == json!([]))
        });
        conversations.insert(id, at_rest);
    }
    Verdict::of(&load.ledger(), &conversations, provider, window, published)
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

/// What `look` finds: as [`black_box::wait_for`], for what may take minutes on a machine that builds beside.
fn wait_long<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(180), "waited in vain for {what}");
        sleep(Duration::from_millis(10));
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014), so that a seed says when.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}
