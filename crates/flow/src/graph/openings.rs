//! What opens a sequence: it mostly reaches contacts who have not written for a day, whom WhatsApp delivers approved
//! templates to and nothing else.

use super::Nodes;
use crate::issue::Issues;
use crate::node::Opening;

/// Warns of free texts that may be the first thing a sequence says.
pub(super) fn check(nodes: &Nodes, entry: Option<usize>, issues: &mut Issues) {
    let mut reached = vec![false; nodes.found.len()];
    let mut to_visit: Vec<usize> = entry.into_iter().collect();
    let mut openings = Vec::new();
    while let Some(at) = to_visit.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        let found = &nodes.found[at];
        match found.node.as_ref().and_then(|node| node.opening()) {
            None => to_visit.extend(found.edges.values().flatten()),
            Some(Opening::Template) => {}
            Some(Opening::Text) => openings.push(at),
        }
    }
    openings.sort_unstable();
    for at in openings {
        let found = &nodes.found[at];
        let message = format!(
            "`{}` may be the first that a contact hears of this sequence; WhatsApp delivers it only within 24 hours \
             after the contact's last message, a `template` always",
            found.id
        );
        issues.warning("free_form_outside_window", found.path.clone(), message);
    }
}
