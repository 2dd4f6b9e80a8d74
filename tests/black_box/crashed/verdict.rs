//! What became of every event, by what is stored in the end and by what WhatsApp took: nothing lost, nothing doubled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::load::Entry;
use super::provider::Provider;
use super::scene::Kind;
use super::window::{Window, callback, outbound};

/// When the second version was published, from before to after, in milliseconds since 1970.
pub type Published = (u64, u64);

/// The counts, and what is not as it should be.
#[derive(Debug, Default, PartialEq)]
pub struct Verdict {
    pub events: usize,
    pub acknowledged: usize,
    /// Deliveries beyond the first of each.
    pub repeated: usize,
    /// Messages that WhatsApp took, each counted once.
    pub sent: usize,
    /// Messages that it took again, in the window of G3.
    pub again: usize,
    /// Sessions that began before the second version, and after it.
    pub versions: [usize; 2],
    /// Acknowledged, and without effect; or never sent.
    pub lost: Vec<String>,
    /// More than one effect; or sent again outside of the window.
    pub doubled: Vec<String>,
    /// Sessions that changed their version, or began on another than the published one.
    pub unpinned: Vec<String>,
}

impl Verdict {
    /// Over all conversations, each at rest.
    pub fn of(
        ledger: &[Entry],
        conversations: &BTreeMap<String, Value>,
        provider: &Provider,
        window: &Window,
        published: Published,
    ) -> Self {
        let mut verdict = Self { events: ledger.len(), ..Self::default() };
        let mut heard: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in ledger {
            verdict.acknowledged += usize::from(entry.acknowledged.is_some());
            verdict.repeated += entry.sent.saturating_sub(1);
            let conversation = &conversations[&entry.event.conversation];
            match entry.event.kind {
                Kind::Receipt => verdict.receipt(conversation, entry),
                _ => verdict.effect(conversation, entry),
            }
            if matches!(entry.event.kind, Kind::Message | Kind::Console) {
                heard.entry(&entry.event.conversation).or_default().push(entry);
            }
        }
        for (id, entries) in heard {
            verdict.steps(&conversations[id], &entries, published);
        }
        verdict.sendings(conversations, provider, window);
        verdict
    }

    /// Whether everything is as it should be.
    pub fn is_clean(&self) -> bool {
        let wrong = [&self.lost, &self.doubled, &self.unpinned];
        self.acknowledged == self.events && wrong.iter().all(|list| list.is_empty())
    }

    /// One message of ours has its name; what the contact wrote is there once.
    fn effect(&mut self, conversation: &Value, Entry { event, .. }: &Entry) {
        let names = |message: &&Value| message["content"].to_string().contains(&event.name);
        let log = conversation["messages"].as_array().into_iter().flatten();
        let (ours, theirs): (Vec<&Value>, Vec<&Value>) =
            log.filter(names).partition(|message| message["direction"] == "outbound");
        let written = usize::from(event.kind != Kind::Trigger);
        for (is, expected, what) in [(ours.len(), 1, "said"), (theirs.len(), written, "heard")] {
            let found = format!("{}: {what} {is} times in {}", event.name, event.conversation);
            match is.cmp(&expected) {
                std::cmp::Ordering::Less => self.lost.push(found),
                std::cmp::Ordering::Greater => self.doubled.push(found),
                std::cmp::Ordering::Equal => {}
            }
        }
    }

    /// The message counts as read.
    fn receipt(&mut self, conversation: &Value, Entry { event, .. }: &Entry) {
        let mut messages = outbound(conversation);
        let read = messages.find(|message| callback(conversation, message) == event.name);
        if read.is_none_or(|message| message["status"] != "read") {
            self.lost.push(format!("a receipt of {}", event.name));
        }
    }

    /// The session counted each once, and stayed on its version.
    fn steps(&mut self, conversation: &Value, entries: &[&Entry], (before, after): Published) {
        let said: Vec<(&str, usize)> = outbound(conversation)
            .filter_map(|message| {
                let mut words = message["content"]["text"].as_str()?.split(' ');
                Some((words.next()?, words.next()?.parse().ok()?))
            })
            .collect();
        let mut counted: Vec<usize> = said.iter().map(|(_, count)| *count).collect();
        counted.sort_unstable();
        if counted != (1..=entries.len()).collect::<Vec<_>>() {
            let id = &conversation["id"];
            self.doubled.push(format!("{id}: {} events counted as {counted:?}", entries.len()));
        }
        let versions: BTreeSet<&str> = said.iter().map(|(version, _)| *version).collect();
        let acknowledged = entries.iter().filter_map(|entry| entry.acknowledged.as_ref());
        let is_old = acknowledged.map(|(at, _)| *at).min().is_some_and(|at| at < before);
        let is_new = entries.iter().all(|entry| entry.begun > after);
        let right = match (is_old, is_new) {
            (true, _) => versions == BTreeSet::from(["v1"]),
            (_, true) => versions == BTreeSet::from(["v2"]),
            _ => versions.len() == 1,
        };
        self.versions[usize::from(versions.contains("v2"))] += 1;
        if !right {
            self.unpinned.push(format!("{}: {versions:?}", conversation["id"]));
        }
    }

    /// What is stored as sent was taken, and nothing else; once, or again in the window.
    fn sendings(
        &mut self,
        conversations: &BTreeMap<String, Value>,
        provider: &Provider,
        window: &Window,
    ) {
        let (distinct, all) = provider.count();
        self.sent = distinct;
        self.again = all - distinct;
        let mut stored = 0;
        for conversation in conversations.values().filter(|found| found["channel"] == "whatsapp") {
            for message in outbound(conversation) {
                stored += 1;
                let callback = callback(conversation, message);
                let taken = provider.taken(&callback).len();
                let sent = ["sent", "delivered", "read"].iter().any(|is| message["status"] == *is);
                if taken == 0 || !sent {
                    let status = &message["status"];
                    self.lost.push(format!("{callback}: {status}, taken {taken} times"));
                } else if !window.explains(&callback, taken) {
                    self.doubled.push(format!("{callback}: taken {taken} times"));
                }
            }
        }
        if distinct != stored {
            self.doubled.push(format!("{distinct} messages were taken, {stored} are stored"));
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} events, {} acknowledged, {} repeated; {} messages sent, {} again in the window; {} sessions before and {} \
             after publishing; {} lost, {} doubled, {} unpinned",
            self.events,
            self.acknowledged,
            self.repeated,
            self.sent,
            self.again,
            self.versions[0],
            self.versions[1],
            self.lost.len(),
            self.doubled.len(),
            self.unpinned.len(),
        )
    }
}
