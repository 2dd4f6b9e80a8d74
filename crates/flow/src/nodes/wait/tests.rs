use serde_json::{Value, json};

use super::*;
use crate::nodes::tests::stage::{Stage, outcome};
use crate::{Event, Status, Step, validate};

fn wait(fields: Value) -> Stage {
    let mut node = fields;
    node["type"] = json!("wait");
    Stage::new(node, &["next"])
}

/// Minutes until the session goes on; `None`: it went on at once.
fn pause(stage: &mut Stage) -> Option<f64> {
    let step = stage.start();
    match step.status {
        Status::Waiting { deadline } => {
            assert_eq!((stage.state.awaits, stage.state.deadline), (Awaits::Time, deadline));
            Some((deadline.unwrap().0 - stage.now.0) as f64 / 60_000.0)
        }
        _ => {
            assert_eq!(outcome(&step), "next");
            None
        }
    }
}

fn is_traced(step: &Step) -> bool {
    step.trace.iter().any(|trace| matches!(trace, Trace::Uncomputed { .. }))
}

#[test]
fn a_session_goes_on_when_its_minutes_have_passed() {
    let mut stage = wait(json!({"minutes": 90}));
    assert_eq!(pause(&mut stage), Some(90.0));
    stage.now = stage.now.plus_minutes(89.9);
    assert!(matches!(stage.turn(&Event::Timeout).status, Status::Waiting { .. }));
    assert!(matches!(stage.reply("hello?").status, Status::Waiting { .. }));
    stage.now = stage.now.plus_minutes(0.1);
    assert_eq!(outcome(&stage.turn(&Event::Timeout)), "next");
}

#[test]
fn minutes_may_come_from_a_variable() {
    for (minutes, pauses) in [
        (json!(5), Some(5.0)),
        (json!("1,5"), Some(1.5)),
        (json!(0), None),
        (json!(-1), None),
        (json!(43_201), None),
        (json!("soon"), None),
        (json!([5]), None),
        (Value::Null, None),
    ] {
        let mut stage = wait(json!({"minutes": "{{context.m}}"})).context(json!({"m": minutes}));
        assert_eq!(pause(&mut stage), pauses, "{minutes}");
        assert_eq!(is_traced(&stage.start()), pauses.is_none(), "{minutes}");
    }
    assert_eq!(pause(&mut wait(json!({"minutes": "{{context.m + 1}}"}))), None);
    assert_eq!(pause(&mut wait(json!({"minutes": "2.5"}))), Some(2.5));
}

#[test]
fn a_session_waits_until_a_time_and_not_for_one_that_has_passed() {
    for (until, pauses) in [
        ("2026-05-07T08:24:23Z", Some(10.0)),
        ("2026-05-07T08:14:23Z", None),
        ("2020-01-01", None),
        ("08:15:23", Some(1.0)),
        ("2027-05-07", Some(525_105.617)),
    ] {
        let mut plain = wait(json!({"until": until}));
        let minutes = |minutes: f64| (minutes * 1_000.0).round() / 1_000.0;
        assert_eq!(pause(&mut plain).map(minutes), pauses, "{until}");
        assert!(!is_traced(&plain.start()));
        let mut template = wait(json!({"until": "{{context.t}}"})).context(json!({"t": until}));
        assert_eq!(pause(&mut template).map(minutes), pauses, "{until}");
    }
    let mut ahead = wait(json!({"until": "10:24:23", "utc_offset": "+02:00"}));
    assert_eq!(pause(&mut ahead), Some(10.0));
}

#[test]
fn what_is_no_time_within_a_year_is_not_waited_for_and_traced() {
    for time in [json!("tomorrow"), json!("2260-12-24"), json!(5), Value::Null] {
        let mut stage = wait(json!({"until": "{{context.t}}"})).context(json!({"t": time}));
        assert_eq!(pause(&mut stage), None, "{time}");
        assert!(is_traced(&stage.start()), "{time}");
    }
}

#[test]
fn only_what_always_waits_may_stand_alone_on_a_circle() {
    let codes = |fields: Value| {
        let mut node = fields;
        node["id"] = json!("w");
        node["type"] = json!("wait");
        let graph = json!({"entry": "w", "nodes": [node], "edges": [{"from": "w", "to": "w"}]});
        validate(&graph).iter().map(|issue| issue.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(json!({"minutes": 5})), [""; 0]);
    assert_eq!(codes(json!({"until": "09:30"})), [""; 0], "every morning");
    assert_eq!(codes(json!({"until": "2026-12-24"})), ["cycle_without_wait"]);
    assert_eq!(codes(json!({"until": "{{context.t}}"})), ["cycle_without_wait"]);
    assert_eq!(codes(json!({"minutes": "{{context.m}}"})), ["cycle_without_wait"]);
}
