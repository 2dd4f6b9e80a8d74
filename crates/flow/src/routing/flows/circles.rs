//! Scripts that lead to one another with no `followup` between: a circle of them would never end.

use std::collections::{BTreeMap, HashSet};

use crate::issue::Issues;

/// Where a script leads without waiting.
pub(super) struct Jump {
    /// The script's name.
    pub(super) name: String,
    /// The action's place in the definition.
    pub(super) path: String,
    /// The first node of the script that it leads to.
    pub(super) to: usize,
}

/// Walks from every script to the next, by first nodes, until the way ends or was walked before.
pub(super) fn report(jumps: &BTreeMap<usize, Jump>, issues: &mut Issues) {
    let mut done: HashSet<usize> = HashSet::new();
    for first in jumps.keys() {
        let mut walk = Vec::new();
        let mut at = *first;
        while let Some(jump) = jumps.get(&at).filter(|_| !done.contains(&at)) {
            if let Some(begin) = walk.iter().position(|(start, _)| *start == at) {
                report_circle(&walk[begin..], issues);
                break;
            }
            walk.push((at, jump));
            at = jump.to;
        }
        done.extend(walk.iter().map(|(start, _)| *start));
    }
}

fn report_circle(circle: &[(usize, &Jump)], issues: &mut Issues) {
    let Some((_, first)) = circle.first() else {
        return;
    };
    let names = circle.iter().chain(circle.first()).take(12).map(|(_, jump)| jump.name.as_str());
    let names = names.collect::<Vec<_>>().join(" → ");
    let message = format!(
        "{names}: no step on this circle waits, so it would never end; put a `followup` on it"
    );
    issues.error("cycle_without_wait", first.path.clone(), message);
}
