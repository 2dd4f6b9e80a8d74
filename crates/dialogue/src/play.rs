//! Talking to a workflow by hand: a line in, lines out. The terminal is the caller's.

use std::path::Path;

use anyhow::Context as _;
use flow::{EffectResult, Reply};
use serde_json::Value;

use crate::seen::describe_status;
use crate::{Dialogue, Event, Seen, Session, Setting, Source, Turn, duration, json, show, source};

const HELP: &str = "\
A line is what the contact writes: an answer if a session waits for one, else a message that the routing takes.
A number taps the button or row that has it; /say 2 writes it.
/start [NODE]   triggers the workflow, at a node
/wait 10m       lets time pass; nothing else does
/result {JSON}  gives what came of an effect: {\"type\": \"http\", \"status\": 200, \"body\": {}},
                {\"type\": \"reply\", \"text\": \"…\"}, {\"type\": \"label\", \"label\": \"…\"},
                {\"type\": \"reply\", \"action\": {\"name\": \"hand_off\"}},
                {\"type\": \"failed\", \"code\": \"unreachable\", \"message\": \"…\"}, {\"type\": \"timed_out\"}
/trace          what happened in the last turn
/vars /contact  what the session saved; the contact as it is now
/save FILE      writes what was played as a dialogue, which `cargo xtask test` plays again
/quit";

/// A conversation with a workflow, line by line.
#[derive(Debug)]
pub struct Play {
    session: Session,
    dialogue: Dialogue,
    /// What can be tapped, in the order of the numbers shown.
    taps: Vec<Reply>,
    handed_off: bool,
}

/// What comes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// To be shown; may be several lines.
    Show(String),
    /// The end.
    Quit,
}

impl Play {
    /// With a workflow's file. `context` and `contact` are those of a dialogue.
    ///
    /// # Errors
    /// When the workflow cannot be loaded, as [`Source::load`].
    pub fn new(
        workflow: &Path,
        context: serde_json::Map<String, Value>,
        contact: serde_json::Map<String, Value>,
        model: bool,
    ) -> anyhow::Result<Self> {
        let dialogue = Dialogue {
            about: String::new(),
            workflow: Source::File(workflow.to_string_lossy().into_owned()),
            workflows: Default::default(),
            context,
            contact,
            model,
            begins_at: None,
            turns: Vec::new(),
            state: None,
        };
        let session = Session::new(Setting::of(&dialogue, Path::new("."))?);
        Ok(Self { session, dialogue, taps: Vec::new(), handed_off: false })
    }

    /// Adds a workflow that can be called by this id.
    ///
    /// # Errors
    /// As [`Play::new`].
    pub fn can_call(&mut self, id: &str, workflow: &Path) -> anyhow::Result<()> {
        let source = Source::File(workflow.to_string_lossy().into_owned());
        self.dialogue.workflows.insert(id.to_owned(), source);
        self.session = Session::new(Setting::of(&self.dialogue, Path::new("."))?);
        Ok(())
    }

    /// What to show before the first line.
    #[must_use]
    pub fn greeting(&self) -> String {
        let name = &self.session.setting().workflow.name;
        format!("{name}\nWrite as a contact does, or /start triggers it; /help says more.")
    }

    /// Takes a line. What is wrong with it is shown, and changes nothing.
    pub fn line(&mut self, line: &str) -> Reaction {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let shown = match word {
            "" => Ok(String::new()),
            "/quit" => return Reaction::Quit,
            "/help" => Ok(HELP.to_owned()),
            "/start" => {
                self.handed_off = false;
                Ok(self.happens(Event::Start((!rest.is_empty()).then(|| rest.to_owned()))))
            }
            "/say" => Ok(self.hears(Reply::text(rest))),
            "/wait" => match duration::parse(rest) {
                Ok(millis) => Ok(self.happens(Event::Wait(millis))),
                Err(why) => Ok(why),
            },
            "/result" => self.result(rest),
            "/trace" => Ok(self.trace()),
            "/vars" => Ok(lines(&Value::Object(self.session.state().vars))),
            "/contact" => Ok(lines(&Value::Object(self.session.setting().contact.clone()))),
            "/save" => self.save(rest),
            word if word.starts_with('/') => {
                Ok(format!("There is no {word}; /help says what there is."))
            }
            _ => Ok(self.hears(self.tapped(line).unwrap_or_else(|| Reply::text(line)))),
        };
        Reaction::Show(shown.unwrap_or_else(|error: anyhow::Error| format!("{error:#}")))
    }

    fn tapped(&self, line: &str) -> Option<Reply> {
        let number: usize = line.parse().ok()?;
        self.taps.get(number.checked_sub(1)?).cloned()
    }

    fn hears(&mut self, reply: Reply) -> String {
        if self.session.awaits_result() {
            return wants_result();
        }
        if self.handed_off {
            return "A person has taken over: automation pauses until /start.".to_owned();
        }
        let event = self.session.heard(reply);
        self.happens(event)
    }

    fn result(&mut self, json: &str) -> anyhow::Result<String> {
        if !self.session.awaits_result() {
            return Ok("No result is waited for.".to_owned());
        }
        let result: EffectResult = serde_json::from_str(json).with_context(wants_result)?;
        Ok(self.happens(Event::Result(result)))
    }

    fn happens(&mut self, event: Event) -> String {
        if self.session.awaits_result() && !matches!(event, Event::Result(_) | Event::Wait(_)) {
            return wants_result();
        }
        let took = self.session.take(&event, false);
        let seen = Seen::of(&took, &self.session);
        self.handed_off |= seen.handed_off;
        let shown = self.show(&seen);
        self.dialogue.turns.push(Turn { event, ignored: false, expected: seen });
        shown
    }

    /// What a turn has shown: messages, what changed, how the session stands.
    fn show(&mut self, seen: &Seen) -> String {
        let mut shown = Vec::new();
        if !seen.messages.is_empty() {
            self.taps.clear();
        }
        for message in &seen.messages {
            shown.push(show::message(message, &mut self.taps));
        }
        let mut note = |note: String| shown.push(format!("-- {note}"));
        seen.route.iter().for_each(|route| note(format!("route: {route}")));
        seen.changes.iter().for_each(|change| note(format!("change: {}", json::line(change))));
        if seen.handed_off {
            note("a person takes over".to_owned());
        } else if seen.needs_attention {
            note("a person should look at this".to_owned());
        }
        note(describe_status(&self.session));
        if let Some(effect) = &seen.effect {
            note(format!("wants {}", json::line(effect)));
            note(wants_result());
        }
        shown.join("\n")
    }

    fn trace(&self) -> String {
        let last = self.dialogue.turns.last().and_then(|turn| turn.expected.trace.as_ref());
        let lines: Vec<String> = last.into_iter().flatten().map(json::line).collect();
        if lines.is_empty() { "Nothing has happened.".to_owned() } else { lines.join("\n") }
    }

    fn save(&self, file: &str) -> anyhow::Result<String> {
        if self.session.awaits_result() {
            return Ok(wants_result());
        }
        if file.is_empty() {
            return Ok("Name a file: /save dialogues/menu.json".to_owned());
        }
        let file = Path::new(file);
        std::fs::write(file, self.saved(file)?.to_text())
            .with_context(|| format!("cannot write {}", file.display()))?;
        let turns = self.dialogue.turns.len();
        Ok(format!("{turns} turns written to {}", file.display()))
    }

    /// What was played, as a dialogue in this file. Traces are left out.
    fn saved(&self, file: &Path) -> anyhow::Result<Dialogue> {
        let folder = file.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        let folder = folder
            .canonicalize()
            .with_context(|| format!("there is no folder {}", folder.display()))?;
        let mut dialogue = self.dialogue.clone();
        let Setting { workflow, called, .. } = self.session.setting();
        let beside = |file: &Path| {
            Source::File(source::way(&folder, file).to_string_lossy().replace('\\', "/"))
        };
        dialogue.workflow = workflow.file.as_deref().map_or(dialogue.workflow, beside);
        for (id, called) in &called.0 {
            let file = called.file.as_deref().map(beside);
            dialogue.workflows.extend(file.map(|file| (id.clone(), file)));
        }
        dialogue.turns.iter_mut().for_each(|turn| turn.expected.trace = None);
        Ok(dialogue)
    }
}

fn wants_result() -> String {
    "The workflow waits for a result: /result {\"type\": …}; /help shows the types.".to_owned()
}

fn lines(value: &Value) -> String {
    json::lay_out(value).trim_end().to_owned()
}
