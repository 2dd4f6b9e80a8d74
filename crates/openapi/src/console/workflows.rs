//! Workflows: the contract's operations and ours.

use ::workflows::{
    ReleaseView, Simulated, SimulatedView, Simulation, ValidationView, WorkflowView, body,
    read_expected_revision, read_source,
};
use fields::describe;
use flow::schema::{definitions, graph};
use flow::{Event, State, Timestamp};
use serde_json::{Value, json};

use super::{EXAMPLE_ID, envelope, page};
use crate::Parameter;
use crate::operation::Method::{Delete, Get, Patch, Post};
use crate::operation::{Method, Operation};
use crate::schemas::{Schemas, reference};

/// What a list can be sorted by.
const SORTABLE: &[&str] = &["created_at", "created_on", "updated_at", "name"];
const READ: &str = "workflows:read";
const WRITE: &str = "workflows:write";

fn workflow(
    method: Method,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::new("workflows", method, path, id, summary)
}

pub(super) fn operations() -> Vec<Operation> {
    let scope = json!({"enum": ["owned", "public", "accessible"], "default": "accessible"});
    let scope = Parameter::query("scope", "The team's own, those of all teams, or both.", scope);
    let create =
        json!({"name": "Welcome", "system_prompt": "You greet people who write to a shop."});
    let one = "/workflows/{workflowId}";
    vec![
        workflow(Get, "/workflows", "listWorkflows", "List workflows")
            .scope(READ)
            .page(SORTABLE)
            .parameter(scope)
            .answers(200, "A page of workflows.", "WorkflowPage"),
        workflow(Post, "/workflows", "createWorkflow", "Create a workflow")
            .about("One without a graph goes live at once, as every change of it does.")
            .scope(WRITE)
            .body("CreateWorkflow", create)
            .answers(201, "The new workflow.", "WorkflowEnvelope"),
        workflow(Post, "/workflows/clone", "cloneWorkflow", "Copy a workflow")
            .about("One of the team's own, or one that is public.")
            .scope(WRITE)
            .body("CloneWorkflow", json!({"source_workflow_id": EXAMPLE_ID}))
            .errors(&[404])
            .answers(201, "The copy, which is the team's own.", "WorkflowEnvelope"),
        workflow(Get, one, "getWorkflow", "Get a workflow").scope(READ).answers(
            200,
            "The workflow.",
            "WorkflowEnvelope",
        ),
        workflow(Patch, one, "updateWorkflow", "Change a workflow")
            .about("Absent fields stay, null clears, lists are replaced whole.")
            .scope(WRITE)
            .body(
                "UpdateWorkflow",
                json!({"description": "For people who write for the first time."}),
            )
            .answers(200, "The workflow as it is now.", "WorkflowEnvelope"),
        workflow(Delete, one, "deleteWorkflow", "Delete a workflow")
            .about("One that agents use stays: 409.")
            .scope(WRITE)
            .answers(200, "It is deleted.", "DeletedEnvelope"),
        workflow(Post, "/workflows/{workflowId}/validate", "validateWorkflow", "Check a draft")
            .about("Errors block publishing, warnings do not.")
            .scope(READ)
            .answers(200, "What was found.", "ValidationEnvelope"),
        workflow(Post, "/workflows/{workflowId}/publish", "publishWorkflow", "Publish a draft")
            .about("It goes live as a new version. Sessions that run stay on theirs.")
            .scope(WRITE)
            .answers(200, "The workflow as it is now.", "WorkflowEnvelope"),
        workflow(
            Post,
            "/workflows/{workflowId}/unpublish",
            "unpublishWorkflow",
            "Take a workflow out of use",
        )
        .about("It cannot be started any more. Sessions that run go on.")
        .scope(WRITE)
        .answers(200, "The workflow as it is now.", "WorkflowEnvelope"),
        workflow(Get, "/workflows/{workflowId}/versions", "listWorkflowVersions", "List versions")
            .about("The newest first.")
            .scope(READ)
            .page(&[])
            .answers(200, "A page of versions.", "WorkflowVersionPage"),
        workflow(
            Get,
            "/workflows/{workflowId}/versions/{version}",
            "getWorkflowVersion",
            "Get a version",
        )
        .scope(READ)
        .answers(200, "The version, with what was published.", "WorkflowVersionEnvelope"),
        workflow(
            Post,
            "/workflows/{workflowId}/simulate",
            "simulateWorkflow",
            "Take a turn without a conversation",
        )
        .about("Nothing is stored, sent or called: the state is the client's, who gives it back.")
        .scope(READ)
        .without_idempotency()
        .body("SimulateWorkflow", json!({"event": {"type": "start"}}))
        .answers(
            200,
            "What the turn did, and the state after it.",
            "SimulatedTurnEnvelope",
        ),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<WorkflowView<'_>>();
    schemas.shown::<ReleaseView>();
    schemas.shown::<ValidationView>();
    schemas.shown::<SimulatedView<'_>>();
    schemas.read::<State>();
    schemas.read::<Event>();
    let kind = "text, button, list, image, …; any other word counts as other.";
    schemas.add("ReplyKindInput", json!({"type": "string", "description": kind}));
    page(schemas, "WorkflowPage", reference("Workflow"));
    page(schemas, "WorkflowVersionPage", reference("WorkflowVersion"));
    envelope(schemas, "WorkflowEnvelope", reference("Workflow"));
    envelope(schemas, "WorkflowVersionEnvelope", reference("WorkflowVersion"));
    envelope(schemas, "ValidationEnvelope", reference("Validation"));
    envelope(schemas, "SimulatedTurnEnvelope", reference("SimulatedTurn"));
    graph_schemas(schemas);
    schemas.add("CreateWorkflow", with_graph(body(true)));
    let changed = with_graph(body(false));
    schemas.add("WorkflowFields", changed.clone());
    let revision = describe(|body| {
        let _ = read_expected_revision(body);
    });
    let mut update = changed;
    let about = "The `revision` that the change was made for: at another one it is a 409.";
    update["properties"]["expected_revision"] = revision["properties"]["expected_revision"].clone();
    update["properties"]["expected_revision"]["description"] = about.into();
    let about = "What it was created as: it stays so, another kind is a 400.";
    update["properties"]["kind"]["description"] = about.into();
    schemas.add("UpdateWorkflow", update);
    schemas.add("CloneWorkflow", describe(|body| drop(read_source(body))));
    let mut simulate = describe(|body| {
        let _ = Simulation::read(body, Timestamp(0));
        let _ = Simulated::read(body);
    });
    let none = json!({"type": "null"});
    simulate["properties"]["definition"] = json!({"anyOf": [reference("WorkflowFields"), none]});
    schemas.add("SimulateWorkflow", simulate);
}

/// A draft may hold any object as its graph; what can be published is described beside it.
fn with_graph(mut body: Value) -> Value {
    let about = "What is said and asked, step by step. A draft need not be finished: what is wrong is found by \
        `validate`, and refused by `publish`.";
    let any = json!({"type": "object", "description": "A draft that is not finished."});
    let ways = json!([reference("Graph"), any, {"type": "null"}]);
    body["properties"]["graph"] = json!({"description": about, "anyOf": ways});
    body
}

/// The graph and its parts, under names of their own.
fn graph_schemas(schemas: &mut Schemas) {
    let name = |part: &str| {
        let words = part.split('_').map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_uppercase() + rest
        });
        format!("Graph{}", words.collect::<String>())
    };
    let parts = definitions();
    let place = |mut schema: Value| {
        move_references(&mut schema, &name);
        schema
    };
    schemas.add("Graph", place(graph()));
    for (part, schema) in parts {
        schemas.add(&name(&part), place(schema));
    }
}

fn move_references(schema: &mut Value, name: &impl Fn(&str) -> String) {
    match schema {
        Value::Object(keywords) => {
            for (keyword, value) in keywords.iter_mut() {
                match value {
                    Value::String(place) if keyword == "$ref" => {
                        let part = place.trim_start_matches("#/$defs/");
                        *place = format!("#/components/schemas/{}", name(part));
                    }
                    value => move_references(value, name),
                }
            }
            // Not every tool that reads a document knows classes of characters.
            let is_odd =
                |pattern: &Value| pattern.as_str().is_some_and(|text| text.contains("\\p{"));
            if keywords.get("pattern").is_some_and(is_odd) {
                keywords.shift_remove("pattern");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| move_references(item, name)),
        _ => {}
    }
}
