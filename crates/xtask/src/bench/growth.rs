//! What a request takes on a small set of data and on a large one, in turns on two hosts: it should take the same.
//!
//! Both sets are used alike: the same number of conversations is written, on the large one spread over all. So what differs
//! is how much lies beside them, not how long the written ones have become.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::load::Load;
use super::options::Options;
use super::provider::Provider;
use super::report::{Figures, Report, Row};
use super::requests::{Document, Requests};
use super::scenario::{self, Scenario, bearer, post};
use super::side::{SECRET, Side};
use super::turns::Turns;
use super::world::{TESTERS, World, json_request, phone, words};
use super::{Place, multiply};

/// Conversations of the small set, and of the large one (issue 9); half of them are of the test channel.
const FEW: u64 = 100;
const MANY: u64 = 100_000;
/// Workflows of the large set. The small one has as many as a page of the list shows, so that both show as many.
const WORKFLOWS: usize = 1_000;
/// Messages of the conversation that is written on and on, of each set. A turn is two.
const SHORT: u64 = 10;
const LONG: u64 = 10_000;
/// Whose conversation that is: one of no other row.
const TALKER: u64 = 9_999_999;
/// What passes between these and what is measured. A page of event ids is read where an event may be as old as those in it: a
/// conversation of 10,000 messages was not written in the last minute, and less passes than a session's timeout.
const SINCE: Duration = Duration::from_secs(5 * 60);
/// The row that writes it.
const TALKING: &str = "send in the long conversation";
/// The file of Spin's store.
const STORE: &str = "sqlite_key_value.db";

/// A host with a set of data.
struct Set {
    side: Side,
    world: World,
    /// The path of the long conversation.
    talk: String,
}

/// Every request on both sets.
///
/// # Errors
/// When something is refused.
pub async fn measure(place: &Place, options: &Options) -> anyhow::Result<Report> {
    let begun = Instant::now();
    let provider = Arc::new(Provider::start(0).await?);
    let small = Set::small(place, &provider, options).await.context("the small set")?;
    let large = Set::large(place, &provider, options).await.context("the large set")?;
    println!("Both sets were made in {:.0} s.\n", begun.elapsed().as_secs_f64());

    let mut report = Report::default();
    print_head();
    for (few, many) in small.scenarios().into_iter().zip(large.scenarios()) {
        for connections in options.connections() {
            if !options.wants(few.name) {
                continue;
            }
            // Nobody says sixteen things at once: that would measure how they meet.
            let load = Load::Connections(if few.name == TALKING { 1 } else { connections });
            let turns = Turns::new(options, load);
            let same = async |_: &_| Ok(few.requests.clone());
            let measured = turns.beside((&large.side, &many.requests), &small.side, load, same);
            let (many_figures, few_figures) = measured.await.context(few.name)?;
            let row = Row {
                name: few.name.to_owned(),
                load: load.to_string(),
                own: Figures::from(&many_figures),
                beside: Some(Figures::from(&few_figures)),
            };
            print(&row);
            report.rows.push(row);
        }
    }
    small.side.stop().await;
    large.side.stop().await;
    Ok(report)
}

impl Set {
    async fn small(
        place: &Place,
        provider: &Arc<Provider>,
        options: &Options,
    ) -> anyhow::Result<Self> {
        let state = place.folder("small")?;
        let manifest = place.workspace.manifest();
        let side = Side::start(place, manifest, state, provider, options.nodelay).await?;
        let world = World::set_up(&side, SECRET, FEW / 2).await?;
        Self::talking(side, world, SHORT).await
    }

    async fn large(
        place: &Place,
        provider: &Arc<Provider>,
        options: &Options,
    ) -> anyhow::Result<Self> {
        let state = place.folder("large")?;
        let start = || {
            let manifest = place.workspace.manifest();
            Side::start(place, manifest, state.clone(), provider, options.nodelay)
        };
        let side = start().await?;
        let mut world = World::set_up(&side, SECRET, FEW / 2).await?;
        side.stop().await;
        multiply::conversations(&state.join(STORE), &world, MANY / 2)?;
        let side = start().await?;
        world.addr = side.addr();
        world.spread = MANY / FEW;
        world.more_workflows(WORKFLOWS.saturating_sub(world.workflows)).await?;
        Self::talking(side, world, LONG).await
    }

    /// With a conversation of so many messages.
    async fn talking(side: Side, world: World, messages: u64) -> anyhow::Result<Self> {
        let mut said = Value::Null;
        for n in 0..messages / 2 {
            let body = words(&phone(TESTERS, TALKER), &format!("message {n}"));
            said = world.post(&world.messages(), &world.key, &body).await?;
        }
        side.pass(SINCE);
        let id = said["data"]["conversation_id"].as_str().context("no conversation")?;
        let talk = format!("/api/v1/console/agents/{}/conversations/{id}", world.agent);
        Ok(Self { side, world, talk })
    }

    /// What reads first: what is written makes the documents longer that it shows.
    fn scenarios(&self) -> Vec<Scenario> {
        let mut all = self.reads();
        all.push(Scenario {
            name: TALKING,
            requests: self.posts(&format!("{}/messages", self.talk), json!({"message": "more"})),
        });
        all.extend(scenario::all(&self.world));
        all
    }

    fn reads(&self) -> Vec<Scenario> {
        let agent = &self.world.agent;
        let list = format!("/api/v1/console/agents/{agent}/conversations");
        let query = json!({"query": phone(TESTERS, 7)});
        vec![
            Scenario {
                name: "a page of messages, long conversation",
                // As many as the short one has.
                requests: self.gets(&format!("{}/messages?limit={SHORT}", self.talk)),
            },
            Scenario { name: "conversation list", requests: self.gets(&list) },
            Scenario {
                name: "search of workflows",
                requests: self.gets("/api/v1/console/workflows?search=Workflow%200011"),
            },
            Scenario {
                name: "search of contacts, a phone",
                requests: self.posts("/api/v1/actions/search-contacts", query),
            },
            Scenario {
                name: "search of contacts, a name",
                requests: self.posts("/api/v1/actions/search-contacts", json!({"query": "nobody"})),
            },
        ]
    }

    fn gets(&self, path: &str) -> Requests {
        let (path, bearer) = (path.to_owned(), bearer(&self.world.key));
        Requests::new(Document::New, move |_, _| {
            json_request("GET", &path).header("authorization", &bearer).body(Vec::new())
        })
    }

    fn posts(&self, path: &str, body: Value) -> Requests {
        let (path, bearer) = (path.to_owned(), bearer(&self.world.key));
        Requests::new(Document::New, move |_, _| {
            post(&path).header("authorization", &bearer).body(body.to_string().into_bytes())
        })
    }
}

fn print_head() {
    println!(
        "| request | connections | requests/s, large | small | small to large | p50 ms | small | ratio | reads | small |"
    );
    println!("|{}", " --- |".repeat(10));
}

/// A ratio above 1 says that the large set costs more.
fn print(row: &Row) {
    let (large, small) = (row.own, row.beside.unwrap_or_default());
    println!(
        "| {} | {} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} | {:.2} | {:.1} | {:.1} |",
        row.name,
        row.load,
        large.requests_per_second,
        small.requests_per_second,
        small.requests_per_second / large.requests_per_second,
        large.p50_ms,
        small.p50_ms,
        large.p50_ms / small.p50_ms,
        large.gets,
        small.gets,
    );
}
