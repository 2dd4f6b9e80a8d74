//! Workflows that call others.

use serde_json::{Value, json};
use store::memory::block_on;
use uuid::Uuid;

use super::simulation::setup;
use super::stage::Stage;

fn called() -> Uuid {
    Uuid::from_u128(5)
}

/// Calls a workflow, and says what came back.
fn calling(workflow: Uuid) -> Value {
    json!({"entry": "call", "nodes": [
        {"id": "call", "type": "call", "workflow": workflow.to_string(), "save_as": "back"},
        {"id": "back", "type": "ask", "text": "back with {{vars.back.answer}}"},
        {"id": "failed", "type": "ask", "text": "no such workflow"}],
        "edges": [{"from": "call", "to": "back"}, {"from": "call", "port": "error", "to": "failed"},
            {"from": "back", "to": "call"}, {"from": "failed", "to": "call"}]})
}

/// Asks, and gives the answer back.
fn asking(version: u32) -> Value {
    json!({"entry": "ask", "nodes": [
        {"id": "ask", "type": "ask", "text": format!("{version} ask"), "save_as": "answer"},
        {"id": "got", "type": "message", "text": format!("{version} got {{{{input.text}}}}")}],
        "edges": [{"from": "ask", "to": "got"}]})
}

#[test]
fn a_called_workflow_is_loaded_runs_and_returns() {
    let mut stage = Stage::with(&calling(called()));
    stage.publish(called(), &asking(1));
    stage.hear(0, "wamid.1", "hi");
    stage.hear(0, "wamid.2", "a");
    assert_eq!(stage.received(0), ["1 ask", "1 got a", "back with a"]);
}

#[test]
fn a_workflow_of_another_team_is_not_called() {
    let mut stage = Stage::with(&calling(called()));
    let store = stage.store();
    setup::create_workflow(&store, called(), "other", &asking(1));
    assert!(block_on(setup::publish_as(&store, "other", called(), &asking(1), "theirs")));
    stage.hear(0, "wamid.1", "hi");
    assert_eq!(stage.received(0), ["no such workflow"]);
}

#[test]
fn a_workflow_is_called_once_it_is_published_and_no_more_when_it_is_unpublished() {
    let mut stage = Stage::with(&calling(called()));
    setup::create_workflow(&stage.store(), called(), setup::TEAM, &asking(1));
    stage.hear(0, "wamid.1", "hi");
    stage.publish(called(), &asking(1));
    stage.hear(0, "wamid.2", "again");
    stage.change_workflow(called(), |workflow| workflow.published = false);
    stage.hear(0, "wamid.3", "a");
    stage.hear(0, "wamid.4", "again");
    assert_eq!(
        stage.received(0),
        ["no such workflow", "1 ask", "1 got a", "back with a", "no such workflow"]
    );
}

#[test]
fn a_workflow_republished_while_a_session_is_inside_stays_as_it_was_called() {
    let mut stage = Stage::with(&calling(called()));
    stage.publish(called(), &asking(1));
    stage.hear(0, "wamid.1", "hi");
    stage.publish(called(), &asking(2));
    stage.hear(0, "wamid.2", "a");
    stage.hear(0, "wamid.3", "again");
    assert_eq!(stage.received(0), ["1 ask", "1 got a", "back with a", "2 ask"]);
}

#[test]
fn a_turn_that_goes_through_several_workflows_says_everything_once() {
    let ids: Vec<Uuid> = (10..14).map(Uuid::from_u128).collect();
    let mut stage = Stage::with(&calling(ids[0]));
    for (n, pair) in ids.windows(2).enumerate() {
        let graph = json!({"entry": "say", "nodes": [
            {"id": "say", "type": "message", "text": format!("level {n}")},
            {"id": "count", "type": "set", "contact": {"depth": n}},
            {"id": "call", "type": "call", "workflow": pair[1].to_string()}],
            "edges": [{"from": "say", "to": "count"}, {"from": "count", "to": "call"}]});
        stage.publish(pair[0], &graph);
    }
    stage.publish(ids[3], &asking(1));
    stage.hear(0, "wamid.0", "hi");
    assert_eq!(stage.received(0), ["level 0", "level 1", "level 2", "1 ask"]);
    assert_eq!(stage.contact(0).metadata["depth"], 2);
    assert_eq!(stage.conversation(0).change_number, 3, "each is made once");
}
