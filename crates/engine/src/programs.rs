//! Published contents, compiled: read once for as long as the instance lives, since they never change.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use conversation::{Pinned, Programs};
use flow::{Kind, Pin, Program};
use store::{StoreError, keys};
use uuid::Uuid;
use workflows::{Definition, Head};

use crate::{Engine, Host};

/// Compiled contents that an instance keeps.
const KEPT: usize = 32;
/// The bytes that they may have as JSON together; the newest is kept whatever it has. Compiled, a graph takes some forty times
/// that: one of 1,000 nodes and 200 KiB takes 8 MiB of the 64 that an instance should need (tests/black_box/memory.rs).
const KEPT_BYTES: usize = 512 * 1024;

thread_local! {
    /// Keyed by the hash of the content: it holds nothing of a request.
    static COMPILED: RefCell<Compiled> = RefCell::default();
}

#[derive(Default)]
struct Compiled {
    by_hash: HashMap<String, Rc<Published>>,
    /// With their bytes.
    order: VecDeque<(String, usize)>,
    bytes: usize,
}

impl Compiled {
    fn keep(&mut self, hash: &str, published: &Rc<Published>, bytes: usize) {
        if self.by_hash.insert(hash.to_owned(), Rc::clone(published)).is_some() {
            return;
        }
        self.order.push_back((hash.to_owned(), bytes));
        self.bytes += bytes;
        while (self.order.len() > KEPT || self.bytes > KEPT_BYTES && self.order.len() > 1)
            && let Some((oldest, bytes)) = self.order.pop_front()
        {
            self.by_hash.remove(&oldest);
            self.bytes -= bytes;
        }
    }
}

/// A published content, ready to run.
pub(crate) struct Published {
    name: String,
    pub(crate) kind: Kind,
    ttl_minutes: u32,
    /// Absent where it does not compile, which publishing has refused.
    pub(crate) program: Option<Program>,
}

impl Published {
    /// What a session of it is pinned to.
    pub(crate) fn pinned(&self, workflow: Uuid, content: &str) -> Pinned {
        Pinned {
            workflow,
            name: self.name.clone(),
            kind: self.kind,
            content: content.to_owned(),
            ttl_minutes: self.ttl_minutes,
        }
    }
}

/// The contents that one turn may need. What it needs besides, it notes: it is then loaded, and the turn applied anew.
#[derive(Default)]
pub(crate) struct Loaded {
    /// By content; `None`: not there.
    contents: HashMap<String, Option<Rc<Published>>>,
    /// What the workflows that were called have published, by id; `None`: nothing for this team.
    heads: HashMap<String, Option<Pin>>,
    missing: RefCell<Vec<Missing>>,
}

/// What a turn needed and did not find.
enum Missing {
    Content(Pin),
    Head(String),
}

impl Loaded {
    pub(crate) fn add(&mut self, hash: &str, published: Option<&Rc<Published>>) {
        self.contents.insert(hash.to_owned(), published.map(Rc::clone));
    }

    pub(crate) fn knows(&self, hash: &str) -> bool {
        self.contents.contains_key(hash)
    }

    fn find(&self, hash: &str) -> Option<&Program> {
        self.contents.get(hash)?.as_ref()?.program.as_ref()
    }
}

impl Programs for Loaded {
    fn program(&self, content: &str) -> Option<&Program> {
        self.find(content)
    }
}

impl flow::Programs for Loaded {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        if !self.knows(&pin.content) {
            self.missing.borrow_mut().push(Missing::Content(pin.clone()));
        }
        self.find(&pin.content)
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let Some(head) = self.heads.get(workflow) else {
            self.missing.borrow_mut().push(Missing::Head(workflow.to_owned()));
            return None;
        };
        let pin = head.clone()?;
        Some((pin.clone(), self.pinned(&pin)?))
    }
}

impl<H: Host> Engine<'_, H> {
    /// The published content of a workflow with this hash. `None` if it is not there: it is written before the
    /// head that names it, so that is damage, not a race.
    pub(crate) async fn published(
        &self,
        workflow: Uuid,
        hash: &str,
    ) -> Result<Option<Rc<Published>>, StoreError> {
        if let Some(published) =
            COMPILED.with_borrow(|compiled| compiled.by_hash.get(hash).cloned())
        {
            return Ok(Some(published));
        }
        let key = keys::workflow_content(&workflow.to_string(), hash);
        let Some(json) = self.host.store().get(&key).await? else { return Ok(None) };
        let definition: Definition = store::from_json(&key, &json)?;
        let program = match flow::compile(definition.parts()) {
            Ok(program) => Some(program),
            Err(issues) => {
                self.host.log(&format!(
                    "workflow {workflow}@{hash} does not compile: {} issues",
                    issues.len()
                ));
                None
            }
        };
        let published = Rc::new(Published {
            name: definition.name,
            kind: definition.kind,
            ttl_minutes: definition.settings.session_ttl_minutes,
            program,
        });
        COMPILED.with_borrow_mut(|compiled| compiled.keep(hash, &published, json.len()));
        Ok(Some(published))
    }

    /// Loads what a turn missed. Whether there was anything: then the turn has to be applied anew.
    pub(crate) async fn load_missing(
        &self,
        loaded: &mut Loaded,
        team: &str,
    ) -> Result<bool, StoreError> {
        let missing = loaded.missing.take();
        for what in &missing {
            match what {
                Missing::Content(pin) => {
                    let published = match pin.workflow.parse() {
                        Ok(workflow) => self.published(workflow, &pin.content).await?,
                        Err(_) => None,
                    };
                    loaded.add(&pin.content, published.as_ref());
                }
                Missing::Head(workflow) => {
                    let pin = self.released(workflow, team).await?;
                    loaded.heads.insert(workflow.clone(), pin);
                }
            }
        }
        Ok(!missing.is_empty())
    }

    /// What a workflow has published now, if it is the team's.
    async fn released(&self, workflow: &str, team: &str) -> Result<Option<Pin>, StoreError> {
        let Ok(id) = workflow.parse::<Uuid>() else { return Ok(None) };
        let head = workflows::head(self.host.store(), team, id).await?;
        let release = head.as_ref().and_then(Head::release);
        Ok(release
            .map(|release| Pin { workflow: workflow.to_owned(), content: release.content.clone() }))
    }
}
