//! The published workflows that a simulated turn calls. Which ones, only the turn knows: what it does not find is loaded,
//! and the turn is taken again, since it does nothing besides.

use std::cell::RefCell;
use std::collections::HashMap;

use flow::limits::MAX_CALLS;
use flow::{Pin, Program, Programs, State, Step};
use store::{Kv, Store, StoreError, keys};
use uuid::Uuid;

use crate::head::{Head, head};
use crate::{Definition, Simulation, Workflow};

/// Documents that one simulated turn may load: a head and a content for each of as many calls as there may be within
/// one another. A call beyond them leaves by `error`.
const MAX_LOADED: usize = 2 * MAX_CALLS;

/// The team's published workflows, as far as they were asked for.
#[derive(Default)]
struct Callable {
    /// What is published now, by the workflow's id; `None`: nothing that the team may call.
    heads: HashMap<String, Option<Pin>>,
    /// By the workflow's id and the content; `None`: not there.
    contents: HashMap<(String, String), Option<Program>>,
    missing: RefCell<Option<Missing>>,
}

enum Missing {
    Head(String),
    Content(Pin),
}

impl Programs for Callable {
    fn pinned(&self, pin: &Pin) -> Option<&Program> {
        let Some(program) = self.contents.get(&key(pin)) else {
            self.missing.replace(Some(Missing::Content(pin.clone())));
            return None;
        };
        program.as_ref()
    }

    fn published(&self, workflow: &str) -> Option<(Pin, &Program)> {
        let Some(head) = self.heads.get(workflow) else {
            self.missing.replace(Some(Missing::Head(workflow.to_owned())));
            return None;
        };
        let pin = head.clone()?;
        let program = self.pinned(&pin)?;
        Some((pin, program))
    }
}

fn key(pin: &Pin) -> (String, String) {
    (pin.workflow.clone(), pin.content.clone())
}

/// Takes a simulated turn of `program`. `call` nodes find what the team has published.
///
/// # Errors
/// When the store fails.
pub async fn simulate<K: Kv>(
    store: &Store<K>,
    team: &str,
    program: &Program,
    simulation: &Simulation,
) -> Result<(State, Step), StoreError> {
    let mut callable = Callable::default();
    loop {
        let taken = simulation.run(program, &callable);
        match callable.missing.take() {
            Some(missing) if callable.loaded() < MAX_LOADED => {
                callable.load(store, team, missing).await?;
            }
            _ => return Ok(taken),
        }
    }
}

impl Callable {
    fn loaded(&self) -> usize {
        self.heads.len() + self.contents.len()
    }

    async fn load<K: Kv>(
        &mut self,
        store: &Store<K>,
        team: &str,
        missing: Missing,
    ) -> Result<(), StoreError> {
        match missing {
            Missing::Head(workflow) => {
                let head = called(store, team, &workflow).await?;
                let release = head.as_ref().and_then(Head::release);
                let pin = release.map(|release| Pin {
                    workflow: workflow.clone(),
                    content: release.content.clone(),
                });
                self.heads.insert(workflow, pin);
            }
            Missing::Content(pin) => {
                let definition = match called(store, team, &pin.workflow).await? {
                    Some(head) => content(store, head.id, &pin.content).await?,
                    None => None,
                };
                let program = definition.and_then(|found| flow::compile(found.parts()).ok());
                self.contents.insert(key(&pin), program);
            }
        }
        Ok(())
    }
}

/// A workflow of the team, also one that was deleted: sessions that run it go on.
async fn called<K: Kv>(
    store: &Store<K>,
    team: &str,
    workflow: &str,
) -> Result<Option<Head>, StoreError> {
    match workflow.parse() {
        Ok(id) => head(store, team, id).await,
        Err(_) => Ok(None),
    }
}

/// A published content of a workflow, by its hash.
async fn content<K: Kv>(
    store: &Store<K>,
    workflow: Uuid,
    hash: &str,
) -> Result<Option<Definition>, StoreError> {
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hash {
        return Ok(None);
    }
    store.get_json(&keys::workflow_content(&workflow.to_string(), hash)).await
}

/// What a version of a workflow was published with. `None`: it never was, or longer ago than is remembered.
///
/// # Errors
/// When the store fails.
pub async fn version<K: Kv>(
    store: &Store<K>,
    workflow: &Workflow,
    version: u32,
) -> Result<Option<Definition>, StoreError> {
    match workflow.releases.iter().find(|release| release.version == version) {
        Some(release) => content(store, workflow.id, &release.content).await,
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests;
