//! What only the whole graph shows: nodes that no session reaches, and circles that would never stop.

use super::Nodes;
use crate::issue::Issues;

pub(super) fn check(nodes: &Nodes, entry: Option<usize>, issues: &mut Issues) {
    // Without a good entry everything would be unreachable, which says nothing new.
    if let Some(entry) = entry {
        report_unreachable(nodes, entry, issues);
    }
    report_circles(nodes, issues);
}

fn report_unreachable(nodes: &Nodes, entry: usize, issues: &mut Issues) {
    let mut reached = vec![false; nodes.found.len()];
    let mut to_visit = vec![entry];
    while let Some(at) = to_visit.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            to_visit.extend(nodes.found[at].edges.values().flatten());
        }
    }
    for (i, found) in nodes.found.iter().enumerate().filter(|(i, _)| !reached[*i]) {
        // No edge can name a node without an id of its own; that is reported already.
        if nodes.index.get(&found.id) != Some(&i) {
            continue;
        }
        let message = format!(
            "no edges lead from the entry to node `{}`; only a trigger can start there",
            found.id
        );
        issues.warning("unreachable_node", found.path.clone(), message);
    }
}

/// How far the search for circles has come with a node.
#[derive(Copy, Clone, PartialEq)]
enum Seen {
    Not,
    /// On the path that is being walked.
    Now,
    /// With everything behind it.
    Done,
}

/// Walks depth first over the nodes that do not wait; an edge back to the path closes a circle.
fn report_circles(nodes: &Nodes, issues: &mut Issues) {
    let mut seen: Vec<Seen> = nodes
        .found
        .iter()
        .map(|found| {
            // A node of unknown type might wait: it is reported already.
            let passes = found.node.as_ref().is_some_and(|node| !node.waits());
            if passes { Seen::Not } else { Seen::Done }
        })
        .collect();
    for start in 0..nodes.found.len() {
        if seen[start] != Seen::Not {
            continue;
        }
        seen[start] = Seen::Now;
        let mut path = vec![(start, targets(nodes, start))];
        while let Some((at, ahead)) = path.last_mut() {
            let at = *at;
            match ahead.pop() {
                None => {
                    seen[at] = Seen::Done;
                    path.pop();
                }
                Some(to) if seen[to] == Seen::Not => {
                    seen[to] = Seen::Now;
                    path.push((to, targets(nodes, to)));
                }
                Some(to) if seen[to] == Seen::Now => {
                    let circle = path.iter().map(|(node, _)| *node).skip_while(|node| *node != to);
                    report_circle(nodes, &circle.collect::<Vec<_>>(), issues);
                }
                Some(_) => {}
            }
        }
    }
}

/// Where a node leads, in the order of the graph, so that the same graph always gives the same issues.
fn targets(nodes: &Nodes, at: usize) -> Vec<usize> {
    let mut targets: Vec<usize> = nodes.found[at].edges.values().flatten().copied().collect();
    targets.sort_unstable_by(|a, b| b.cmp(a));
    targets.dedup();
    targets
}

fn report_circle(nodes: &Nodes, circle: &[usize], issues: &mut Issues) {
    let Some(first) = circle.first() else {
        return;
    };
    let names = circle.iter().chain([first]).take(12).map(|node| nodes.found[*node].id.as_str());
    let names = names.collect::<Vec<_>>().join(" → ");
    let message = format!(
        "{names}: no node on this circle waits, so it would never end; put an `ask` or a `wait` on it"
    );
    issues.error("cycle_without_wait", nodes.found[*first].path.clone(), message);
}
