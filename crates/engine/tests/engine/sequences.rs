//! Sequences: started by their kind, moved on by the sweep, and no answer to a message.

use conversation::SessionStatus;
use engine::{TriggerError, TriggerRequest};
use flow::Kind;
use serde_json::{Map, json};
use store::memory::block_on;
use uuid::Uuid;

use super::simulation::setup::{self, TEAM};
use super::simulation::workflows::{BETWEEN, campaign_graph};
use super::stage::{MINUTE, Stage, to};

fn stage() -> Stage {
    let stage = Stage::new();
    stage.publish(setup::campaign(), &campaign_graph(1));
    stage
}

fn starts(stage: &mut Stage, workflow: Uuid, kind: Option<Kind>) -> Result<Uuid, TriggerError> {
    let host = stage.host();
    let request = TriggerRequest {
        team: TEAM,
        workflow,
        kind,
        contact: to(0),
        account: None,
        start_at: None,
        context: Map::from_iter([("cart".to_owned(), json!("cart"))]),
        key: None,
    };
    let started = block_on(host.engine().trigger(&request))?;
    stage.deliver(started.committed);
    Ok(started.session)
}

#[test]
fn the_sweep_moves_a_sequence_on_on_its_days() {
    let mut stage = stage();
    starts(&mut stage, setup::campaign(), Some(Kind::Sequence)).unwrap();
    assert_eq!(stage.received(0), ["v1 step 1"]);
    stage.sweep_for(BETWEEN[0] + 1);
    assert_eq!(stage.received(0), ["v1 step 1", "v1 step 2"]);
    stage.sweep_for(BETWEEN[1] + 1);
    assert_eq!(stage.received(0), ["v1 step 1", "v1 step 2", "v1 step 3"]);
    assert_eq!(stage.conversation(0).sessions[0].status, SessionStatus::Completed);
    assert_eq!(stage.conversation(0).due(), None);
}

#[test]
fn what_is_started_has_to_be_of_the_kind_that_is_asked_for() {
    let mut stage = stage();
    for (workflow, wrong) in [(setup::campaign(), Kind::Flow), (setup::offer(), Kind::Sequence)] {
        let refused = starts(&mut stage, workflow, Some(wrong)).err().unwrap();
        assert!(matches!(refused, TriggerError::WorkflowNotFound));
    }
    starts(&mut stage, setup::campaign(), None).unwrap();
    starts(&mut stage, setup::offer(), None).unwrap();
    assert_eq!(stage.received(0), ["v1 step 1", "v1 open"], "where nothing is asked for, either");
}

#[test]
fn a_sequence_that_a_flow_holds_back_makes_no_sweep_look_at_it() {
    let mut stage = stage();
    starts(&mut stage, setup::campaign(), None).unwrap();
    starts(&mut stage, setup::offer(), None).unwrap();
    stage.sweep_for(BETWEEN[0] + 3);
    let before = stage.conversation(0);
    assert!(
        before.check_at.unwrap().0 > stage.world.clock.get() + 10 * MINUTE,
        "not before the flow"
    );
    stage.sweep_for(1);
    assert_eq!(stage.conversation(0), before, "it is held, and not touched");
    // The offer gives up after 20 minutes; then, at once, what was due.
    stage.sweep_for(14);
    assert_eq!(stage.received(0), ["v1 step 1", "v1 open", "v1 step 2"]);
}

#[test]
fn a_sequence_answers_nobody_who_writes_first() {
    let mut stage = stage();
    stage.change::<teams::Account>(&store::keys::channel("whatsapp", setup::ACCOUNT), |account| {
        account.workflow_id = Some(setup::campaign());
    });
    stage.hear(0, "wamid.1", "hello");
    assert!(stage.received(0).is_empty());
    assert!(stage.conversation(0).needs_attention, "a person has to");
}
