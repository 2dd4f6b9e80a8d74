//! Published contents, compiled: read once for as long as the instance lives, since they never change.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use conversation::{Pinned, Programs};
use flow::Program;
use store::{StoreError, keys};
use uuid::Uuid;
use workflows::Definition;

use crate::{Engine, Host};

/// Compiled contents that an instance keeps. A graph of a hundred nodes takes some 100 KB.
const KEPT: usize = 32;

thread_local! {
    /// Keyed by the hash of the content: it holds nothing of a request.
    static COMPILED: RefCell<Compiled> = RefCell::default();
}

#[derive(Default)]
struct Compiled {
    by_hash: HashMap<String, Rc<Published>>,
    order: VecDeque<String>,
}

impl Compiled {
    fn keep(&mut self, hash: &str, published: &Rc<Published>) {
        if self.by_hash.insert(hash.to_owned(), Rc::clone(published)).is_some() {
            return;
        }
        self.order.push_back(hash.to_owned());
        while self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_hash.remove(&oldest);
        }
    }
}

/// A published content, ready to run.
pub(crate) struct Published {
    name: String,
    ttl_minutes: u32,
    /// Absent where the workflow has no graph.
    pub(crate) program: Option<Program>,
}

impl Published {
    /// What a session of it is pinned to.
    pub(crate) fn pinned(&self, workflow: Uuid, content: &str) -> Pinned {
        Pinned {
            workflow,
            name: self.name.clone(),
            content: content.to_owned(),
            ttl_minutes: self.ttl_minutes,
        }
    }
}

/// The contents that one turn may need.
#[derive(Default)]
pub(crate) struct Loaded(HashMap<String, Rc<Published>>);

impl Loaded {
    pub(crate) fn add(&mut self, hash: &str, published: &Rc<Published>) {
        self.0.insert(hash.to_owned(), Rc::clone(published));
    }

    pub(crate) fn has(&self, hash: &str) -> bool {
        self.0.contains_key(hash)
    }
}

impl Programs for Loaded {
    fn program(&self, content: &str) -> Option<&Program> {
        self.0.get(content)?.program.as_ref()
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
        let Some(definition) = self.host.store().get_json::<Definition>(&key).await? else {
            return Ok(None);
        };
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
        let program = program.filter(|program| program.entry().is_some());
        let published = Rc::new(Published {
            name: definition.name,
            ttl_minutes: definition.settings.session_ttl_minutes,
            program,
        });
        COMPILED.with_borrow_mut(|compiled| compiled.keep(hash, &published));
        Ok(Some(published))
    }
}
