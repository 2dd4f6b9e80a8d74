//! What must hold at the end of every run.

mod calls;
mod contacts;
mod listed;
mod sequences;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use conversation::{Body, Conversation, Message, MessageStatus, SessionStatus};
use flow::{Awaits, Content, Variables};
use store::keys;
use store::memory::block_on;
use uuid::Uuid;

use super::{Simulation, conversation_of, orders, rules, setup};

/// A conversation with all of its messages, those of its pages included.
pub(super) struct Whole {
    pub(super) document: Conversation,
    pub(super) log: Vec<Message>,
}

impl Simulation {
    /// The conversations that were begun.
    pub fn documents(&self) -> Vec<Conversation> {
        let store = setup::open(&self.world.kv);
        let read = |contact| {
            block_on(store.read_json(&keys::conversation(&conversation_of(contact).to_string())))
                .expect("a conversation that can be read")
        };
        (0..self.contacts).filter_map(read).collect()
    }

    pub(super) fn whole(&self, document: Conversation) -> Whole {
        let store = setup::open(&self.world.kv);
        let mut log: Vec<Message> = Vec::new();
        for n in 1..=document.log_pages {
            let key = keys::conversation_log(&document.id.to_string(), n);
            let page: Option<Vec<Message>> = block_on(store.get_json(&key)).expect("a page");
            log.extend(page.expect("a page that the document counts"));
        }
        log.extend(document.log.iter().cloned());
        Whole { document, log }
    }

    /// Holds the run against the guarantees of design section 2.
    pub fn judge(&self) -> Result<(), String> {
        if let Some(wrong) = self.world.wrong.borrow().first() {
            return Err(wrong.clone());
        }
        let all: Vec<Whole> = self.documents().into_iter().map(|d| self.whole(d)).collect();
        for whole in &all {
            whole.numbered()?;
            whole.heard_once()?;
            whole.pinned()?;
            whole.sequences()?;
            self.sent(whole)?;
            self.served(whole)?;
            self.changed(whole)?;
            self.told(whole)?;
        }
        self.called_once()?;
        self.listed(&all)?;
        self.triggered(&all)?;
        self.ordered(&all)?;
        self.kept(&all)
    }

    /// G2: what was acknowledged is there.
    fn kept(&self, all: &[Whole]) -> Result<(), String> {
        let record = self.record.borrow();
        for heard in &record.heard {
            let id = conversation_of(heard.contact);
            let whole = all.iter().find(|whole| whole.document.id == id);
            let there = whole.is_some_and(|whole| {
                whole.log.iter().any(|m| m.provider_id.as_deref() == Some(&heard.id))
            });
            ensure(there, || format!("G2: {} was acknowledged, and is lost", heard.id))?;
        }
        Ok(())
    }

    /// G1 and G2 of triggers.
    fn triggered(&self, all: &[Whole]) -> Result<(), String> {
        let record = self.record.borrow();
        let openings: Vec<(Uuid, String)> =
            all.iter().flat_map(|whole| &whole.log).filter_map(opening).collect();
        let sessions: BTreeSet<(Uuid, &String)> = openings.iter().map(|(s, c)| (*s, c)).collect();
        ensure(sessions.len() == openings.len(), || "G1: a session opened twice".to_owned())?;
        for trigger in &record.triggers {
            let of = |cart: &str| openings.iter().filter(|(_, c)| c == cart).count();
            if trigger.key.is_some() {
                let times = of(&trigger.cart);
                ensure(times <= 1, || format!("G1: {} started {times} times", trigger.cart))?;
            }
            for (session, already_running) in &trigger.answers {
                let there = all.iter().flat_map(|whole| &whole.log).any(|message| {
                    message.session == Some(*session)
                        && (*already_running
                            || opening(message).is_some_and(|o| o.1 == trigger.cart))
                });
                let there = there || all.iter().any(|whole| whole.never_began(*session));
                ensure(there, || format!("G2: {} was acknowledged, and is lost", trigger.cart))?;
            }
        }
        Ok(())
    }

    fn ordered(&self, all: &[Whole]) -> Result<(), String> {
        self.record.borrow().orders.iter().try_for_each(|order| {
            let id = conversation_of(order.contact);
            let whole = all.iter().find(|whole| whole.document.id == id);
            orders::judge(order, whole.map_or(&[], |whole| &whole.log))
        })
    }

    /// G3: each message reached the provider or failed, and none that is not ours did; in the order of the log.
    fn sent(&self, whole: &Whole) -> Result<(), String> {
        let provider = self.world.provider.borrow();
        let mine = |id: &Uuid| whole.log.iter().find(|message| message.id == *id);
        let (mut last, mut seen) = (0, BTreeSet::new());
        for accepted in &provider.accepted {
            if accepted.conversation != whole.document.id || !seen.insert(accepted.message) {
                continue;
            }
            let message = mine(&accepted.message);
            let message = message.ok_or_else(|| format!("G3: {accepted:?} is in no log"))?;
            ensure(message.sequence > last, || format!("{accepted:?} overtook another"))?;
            last = message.sequence;
        }
        for message in &whole.log {
            let times = provider.accepted.iter().filter(|a| a.message == message.id).count();
            let right = match (&message.body, message.status) {
                (Body::Inbound { .. }, status) => status == MessageStatus::Received && times == 0,
                (_, MessageStatus::Failed) => message.error.is_some(),
                (_, MessageStatus::Sent | MessageStatus::Delivered | MessageStatus::Read) => {
                    times > 0
                }
                (_, MessageStatus::Queued | MessageStatus::Received) => false,
            };
            ensure(right, || format!("G3: accepted {times} times: {message:?}"))?;
        }
        Ok(())
    }
}

impl Whole {
    /// G4: no message is missing, none is there twice.
    fn numbered(&self) -> Result<(), String> {
        let sequences: BTreeSet<u64> = self.log.iter().map(|message| message.sequence).collect();
        let whole = sequences == (1..=self.document.sequence).collect()
            && sequences.len() == self.log.len();
        ensure(whole, || format!("G4: {} messages, numbered {sequences:?}", self.log.len()))
    }

    /// G1 and G4: each message of the contact is there once, and was answered once, in order, by the session that it
    /// went to.
    fn heard_once(&self) -> Result<(), String> {
        let mut ids = BTreeSet::new();
        // What starts a session is not answered by it; a trigger, or the first message.
        let mut begun: BTreeSet<Uuid> =
            self.log.iter().filter_map(opening).map(|(session, _)| session).collect();
        let mut heard: BTreeMap<Uuid, Vec<&str>> = BTreeMap::new();
        let mut said = heard.clone();
        for message in &self.log {
            match (&message.body, message.session) {
                (Body::Inbound { content, .. }, session) => {
                    ensure(ids.insert(&message.provider_id), || format!("G1: {message:?} twice"))?;
                    // What nothing waits for starts the account's workflow.
                    ensure(session.is_some() || self.needs_no_answer(message), || {
                        format!("G4: nothing answered {message:?}")
                    })?;
                    let text = content["body"].as_str().unwrap_or_default();
                    if let Some(session) = session.filter(|session| !begun.insert(*session)) {
                        heard.entry(session).or_default().push(text);
                    }
                }
                (Body::Outbound { .. }, Some(session)) => {
                    if let Some((text, _)) = got(message) {
                        said.entry(session).or_default().push(text);
                    }
                }
                _ => {}
            }
        }
        for session in self.interrupted() {
            let of = |lists: &BTreeMap<Uuid, Vec<_>>| lists.get(&session).map_or(0, Vec::len);
            if of(&heard) == of(&said) + 1 {
                heard.entry(session).or_default().pop();
            }
        }
        heard.retain(|_, texts| !texts.is_empty());
        ensure(said == heard, || format!("G1: heard {heard:?}, said {said:?}"))
    }

    /// Words of command are for no session, and a STOP drops what waited for one.
    fn needs_no_answer(&self, message: &Message) -> bool {
        let is_stop = |m: &&Message| {
            matches!(m.body, Body::Inbound { .. }) && rules::opts_out(m) == Some(true)
        };
        rules::opts_out(message).is_some()
            || self.log.iter().filter(is_stop).any(|stop| stop.sequence > message.sequence)
    }

    /// Sessions that were ended while they waited for a call: what they were asked last is not answered.
    fn interrupted(&self) -> impl Iterator<Item = Uuid> {
        let sessions = self.document.sessions.iter().filter(|session| {
            session.state.awaits == Awaits::Effect
                && (session.status == SessionStatus::Expired
                    || session.outcome.as_deref() == Some("opted_out"))
        });
        sessions.map(|session| session.id)
    }

    /// G5: everything that a session says is of one version, and so is what a workflow says each time it is called;
    /// later calls are not of older versions.
    fn pinned(&self) -> Result<(), String> {
        let mut versions: BTreeMap<Uuid, BTreeSet<&str>> = BTreeMap::new();
        let mut called: BTreeMap<Uuid, &str> = BTreeMap::new();
        let mut newest = "";
        for message in &self.log {
            if let (Body::Outbound { content }, Some(session)) = (&message.body, message.session) {
                let (Content::Text { text } | Content::Template { name: text, .. }) = content
                else {
                    continue;
                };
                let version = &text[..2];
                if version.starts_with('v') {
                    versions.entry(session).or_default().insert(version);
                } else if text.ends_with("sure?") {
                    ensure(version >= newest, || format!("G5: {version} after {newest}"))?;
                    newest = version;
                    called.insert(session, version);
                } else {
                    let pinned = called.get(&session) == Some(&version);
                    ensure(pinned, || format!("G5: {text} in a call of {called:?}"))?;
                }
            }
        }
        let pinned = versions.values().all(|versions| versions.len() == 1);
        ensure(pinned, || format!("G5: {versions:?}"))
    }
}

/// What a session answered, and by whom it was served.
fn got(message: &Message) -> Option<(&str, Option<&str>)> {
    let Body::Outbound { content: Content::Text { text } } = &message.body else { return None };
    let got = text.get(3..)?.strip_prefix("got ")?;
    match got.split_once(" by ") {
        Some((text, by)) => Some((text, Some(by))),
        None => Some((got, None)),
    }
}

/// The session and the cart of a message that opens a session.
fn opening(message: &Message) -> Option<(Uuid, String)> {
    let Body::Outbound { content: Content::Template { variables, .. } } = &message.body else {
        return None;
    };
    let Variables::Positional(carts) = variables else { return None };
    Some((message.session?, carts.first()?.clone()))
}

fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}
