//! A workflow as the console is sent it: read, stored, shown, changed and published. What is shown can be sent back, what is
//! stored can be read, and what has no errors can be published and compiled.

use fields::Errors;
use flow::{Severity, Timestamp, compile};
use serde_json::Value;
use uuid::Uuid;
use workflows::{Content, Definition, Workflow};

use crate::{pointer, sessions};

pub fn run(input: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(input) else { return };
    let created = read(&body, Definition::default(), true);
    let Some(draft) = read(&body, Definition::default(), false) else { return };
    assert!(created.is_none_or(|created| created == draft), "what is new reads as what is changed");
    let bytes = serde_json::to_vec(&draft).map_or(usize::MAX, |json| json.len());
    if bytes > workflows::MAX_DEFINITION_BYTES {
        return;
    }
    let mut workflow = Workflow::new(Uuid::from_u128(7), "acme", draft, Timestamp(1));
    check_stored(&workflow);
    if !workflow.draft.name.is_empty() && !workflow.draft.system_prompt.is_empty() {
        let shown = serde_json::json!(workflow.shown_to("acme"));
        let sent_back = read(&shown, Definition::default(), true);
        assert_eq!(sent_back.as_ref(), Some(&workflow.draft), "what is shown can be sent back");
    }
    let issues = workflow.issues();
    sessions::check_issues(&serde_json::to_value(&workflow.draft).unwrap_or_default(), &issues);
    let wrong = issues.iter().any(|issue| issue.severity == Severity::Error);
    match workflow.publish(Timestamp(2)) {
        Err(refused) => assert!(wrong && !refused.0.is_empty()),
        Ok(content) => {
            assert!(!wrong);
            check_content(&content, &workflow.draft);
        }
    }
    check_stored(&workflow);
}

fn read(body: &Value, mut definition: Definition, create: bool) -> Option<Definition> {
    let errors = Errors::new();
    definition.apply(&errors.body(body), create);
    match errors.into_result(definition) {
        Ok(definition) => Some(definition),
        Err(errors) => {
            pointer::check(body, &errors, "Workflow");
            None
        }
    }
}

fn check_stored(workflow: &Workflow) {
    let Ok(json) = store::to_json("workflow:7", workflow) else { panic!("it cannot be written") };
    match store::from_json::<Workflow>("workflow:7", &json) {
        Ok(read) => assert_eq!(read, *workflow, "read as it was written"),
        Err(error) => panic!("what was stored cannot be read: {error:?}"),
    }
}

/// What was published runs.
fn check_content(content: &Content, draft: &Definition) {
    match store::from_json::<Definition>("workflow:7@1", &content.json) {
        Ok(read) => {
            assert_eq!(read, *draft);
            assert!(compile(read.parts()).is_ok(), "what is published compiles");
        }
        Err(error) => panic!("what was published cannot be read: {error:?}"),
    }
}
