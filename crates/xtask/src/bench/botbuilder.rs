//! A turn beside the same turn of Microsoft's Bot Framework: bench/botbuilder, with its in-memory storage, against the
//! console's test channel, durable on SQLite. One process each; a request is a turn, and its answer has the reply.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use http::Request;
use serde_json::json;

use super::Place;
use super::client::Connection;
use super::load::Load;
use super::options::Options;
use super::process::Process;
use super::provider::Provider;
use super::report::{Figures, Report, Row};
use super::requests::Requests;
use super::rows::turn;
use super::scenario::post;
use super::side::{SECRET, Side};
use super::table;
use super::turns::Turns;
use super::world::World;

/// What the server is made of, in bench/botbuilder.
const FILES: [&str; 3] = ["package.json", "package-lock.json", "server.js"];

/// Both in turns.
///
/// # Errors
/// When there is no `node` or `npm`, the packages cannot be had, or a turn fails.
pub async fn measure(place: &Place, options: &Options) -> anyhow::Result<Report> {
    let folder = install(place)?;
    let mut node = Command::new("node");
    node.arg("server.js").current_dir(&folder).env("NODE_ENV", "production");
    let bot = Process::start(&mut node, &folder.join("log"))?;
    let bot = (Side::at(bot.addr(), None), bot);
    answers(&bot.0).await?;

    let provider = Arc::new(Provider::start(0).await?);
    let nodelay: &[&str] = if options.nodelay { &["--nodelay"] } else { &[] };
    let state = place.folder("up")?;
    let own = Process::up(&state, &provider.origin(), nodelay)?;
    let side = Side::at(own.addr(), None);
    let set_up = Side::at(own.addr(), Some(provider));
    let world = World::set_up(&set_up, SECRET, options.conversations).await?;

    let turn = turn(&world)?;
    let mut report = Report::default();
    table::print_head("Bot Framework");
    for connections in options.connections() {
        let load = Load::Connections(connections);
        let same = async |_: &_| Ok(bot_turn(&turn.requests));
        let turns = Turns::new(options, load);
        let (own, bot) = turns.beside((&side, &turn.requests), &bot.0, load, same).await?;
        let row = Row {
            name: turn.name.to_owned(),
            load: load.to_string(),
            own: Figures::from(&own),
            beside: Some(Figures::from(&bot)),
        };
        row.print();
        report.rows.push(row);
    }
    Ok(report)
}

/// Into target/, with the packages of the lock file; what is there already stays.
fn install(place: &Place) -> anyhow::Result<PathBuf> {
    let from = place.workspace.manifest().with_file_name("bench").join("botbuilder");
    let to = place.workspace.compile_cache().with_file_name("botbuilder");
    std::fs::create_dir_all(&to)?;
    let lock = "package-lock.json";
    let is_there = to.join("node_modules").is_dir() && is_same(&from.join(lock), &to.join(lock));
    for file in FILES {
        std::fs::copy(from.join(file), to.join(file)).with_context(|| file.to_owned())?;
    }
    if !is_there {
        let mut npm = Command::new("npm");
        // Nothing of theirs has to run to install it.
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&to);
        let status = npm.status().context("cannot run npm (apt-get install nodejs npm)")?;
        ensure!(status.success(), "npm could not install bench/botbuilder: it says above why");
    }
    Ok(to)
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::read(one), std::fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

/// That it answers as ours does.
async fn answers(bot: &Side) -> anyhow::Result<()> {
    let mut connection = Connection::open(bot.addr()).await?;
    for said in ["hello", "something else"] {
        let (status, body) = connection.exchange(activity("user-of-the-first-try", said)?).await?;
        let body = String::from_utf8_lossy(&body).into_owned();
        let answered = body.contains(&format!("You said {said}. Anything else?"));
        ensure!(status.is_success() && answered, "Bot Framework answered {status} {body}");
    }
    Ok(())
}

/// The turns of `own`, in as many conversations.
fn bot_turn(own: &Requests) -> Requests {
    own.beside(|document, _| activity(&format!("user-{document}"), "something else"))
}

fn activity(user: &str, text: &str) -> http::Result<Request<Vec<u8>>> {
    let activity = json!({
        "type": "message", "id": "1", "channelId": "test", "serviceUrl": "http://127.0.0.1",
        "from": {"id": user}, "recipient": {"id": "bot"}, "conversation": {"id": user},
        "text": text, "deliveryMode": "expectReplies",
    });
    post("/api/messages").body(activity.to_string().into_bytes())
}
