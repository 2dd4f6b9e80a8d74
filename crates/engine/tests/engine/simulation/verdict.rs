//! What must hold at the end of every run.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{Body, Conversation, Message, MessageStatus};
use flow::{Content, Variables};
use store::keys;
use store::memory::block_on;
use uuid::Uuid;

use super::{Simulation, conversation_of, setup};

/// A conversation with all of its messages, those of its pages included.
struct Whole {
    document: Conversation,
    log: Vec<Message>,
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

    fn whole(&self, document: Conversation) -> Whole {
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
            self.sent(whole)?;
        }
        self.triggered(&all)?;
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
                ensure(there, || format!("G2: {} was acknowledged, and is lost", trigger.cart))?;
            }
        }
        Ok(())
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
            ensure(right, || format!("accepted {times} times: {message:?}"))?;
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

    /// G1: each message of the contact is there once, and was answered once by the session that it went to.
    fn heard_once(&self) -> Result<(), String> {
        let mut ids = BTreeSet::new();
        let mut begun = BTreeSet::new();
        let mut expected: BTreeMap<(Uuid, String), usize> = BTreeMap::new();
        let mut said = expected.clone();
        for message in &self.log {
            let first = message.session.is_some_and(|session| begun.insert(session));
            match (&message.body, message.session) {
                (Body::Inbound { content, .. }, session) => {
                    ensure(ids.insert(&message.provider_id), || format!("G1: {message:?} twice"))?;
                    // What nothing waits for starts the account's workflow.
                    ensure(session.is_some(), || format!("G4: nothing answered {message:?}"))?;
                    let text = content["body"].as_str().unwrap_or_default();
                    let session = session.filter(|_| !first);
                    if let Some(session) = session {
                        expected.insert((session, format!("got {text}")), 1);
                    }
                }
                (Body::Outbound { content: Content::Text { text } }, Some(session)) => {
                    if let Some(at) = text.find("got ") {
                        *said.entry((session, text[at..].to_owned())).or_default() += 1;
                    }
                }
                _ => {}
            }
        }
        ensure(said == expected, || format!("G1: heard {expected:?}, said {said:?}"))
    }

    /// G5: everything that a session says is of one version.
    fn pinned(&self) -> Result<(), String> {
        let mut versions: BTreeMap<Uuid, BTreeSet<&str>> = BTreeMap::new();
        for message in &self.log {
            if let (Body::Outbound { content }, Some(session)) = (&message.body, message.session) {
                let (Content::Text { text } | Content::Template { name: text, .. }) = content
                else {
                    continue;
                };
                versions.entry(session).or_default().insert(&text[..2]);
            }
        }
        let pinned = versions.values().all(|versions| versions.len() == 1);
        ensure(pinned, || format!("G5: {versions:?}"))
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
