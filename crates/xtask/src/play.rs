//! `cargo xtask play`: a conversation with a workflow in the terminal. What a line does is the crate `dialogue`'s.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use dialogue::{Play, Reaction};
use serde_json::{Map, Value};

/// What to talk to, and as whom.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The workflow's file, as the console takes it.
    workflow: PathBuf,
    /// What the trigger brings, as JSON: {"cart_id": "1"}.
    #[arg(long, value_name = "JSON", value_parser = object, default_value = "{}")]
    context: Map<String, Value>,
    /// The contact, as JSON: {"name": "Ana"}.
    #[arg(long, value_name = "JSON", value_parser = object, default_value = "{}")]
    contact: Map<String, Value>,
    /// There is a language model; what it says is given by /result.
    #[arg(long)]
    model: bool,
    /// A workflow that can be called by an id. May be given several times.
    #[arg(long, value_name = "ID=FILE", value_parser = called)]
    call: Vec<(String, PathBuf)>,
}

/// Talks until /quit, or until there are no more lines.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (context, contact) = (options.context.clone(), options.contact.clone());
    let mut play = Play::new(&options.workflow, context, contact, options.model)?;
    for (id, file) in &options.call {
        play.can_call(id, file)?;
    }
    let is_asked = std::io::stdin().is_terminal();
    println!("{}", play.greeting());
    let mut lines = std::io::stdin().lock().lines();
    loop {
        if is_asked {
            print!("> ");
            std::io::stdout().flush()?;
        }
        let Some(line) = lines.next().transpose()? else { break };
        match play.line(&line) {
            Reaction::Show(text) if text.is_empty() => {}
            Reaction::Show(text) => println!("{text}"),
            Reaction::Quit => break,
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("must be a JSON object: {error}"))
}

fn called(text: &str) -> Result<(String, PathBuf), String> {
    let (id, file) = text.split_once('=').ok_or("must be an id and a file: ID=FILE")?;
    Ok((id.to_owned(), PathBuf::from(file)))
}
