//! What the components weigh. A component that links more than it needs is larger than its class: it starts slower, and takes
//! longer to build and to push. The classes are what there is today and a tenth, not what is wanted (docs/performance.md).

use std::path::Path;

/// Steps a conversation: the engine.
const ENGINE: (u64, &[&str]) = (
    3_400_000,
    &[
        "actions_send_template_message",
        "actions_send_text_message",
        "actions_trigger_sequence",
        "channels_telephony_messages",
        "channels_telephony_status",
        "channels_telephony_voice",
        "console_calls",
        "console_conversation_ai_status",
        "ops_outbox_retry",
        "trigger_conversation_answer_mode",
        "trigger_send_message",
    ],
);
/// The same, optimised as a whole: see crates/xtask/src/build.rs.
const ENGINE_WITH_LTO: (u64, &[&str]) = (
    3_100_000,
    &[
        "actions_trigger_flow",
        "channels_webchat_messages",
        "channels_whatsapp",
        "console_conversation_messages",
        "console_conversation_send",
        "ops_sweep",
        "trigger_workflow_trigger",
    ],
);
/// Reads, checks or compiles a definition: the workflow language.
const LANGUAGE: (u64, &[&str]) = (
    2_350_000,
    &[
        "console_agent",
        "console_agents",
        "console_workflow",
        "console_workflow_publish",
        "console_workflow_simulate",
        "console_workflow_validate",
        "console_workflows",
        "console_workflows_clone",
    ],
);
/// Reads a conversation.
const CONVERSATION: (u64, &[&str]) = (
    1_250_000,
    &[
        "actions_new_message_received",
        "channels_webchat_stream",
        "console_call",
        "console_conversation",
        "console_conversation_message",
        "console_conversation_stream",
        "console_conversation_stream_ticket",
        "console_conversations",
        "ops_conversation",
        "ops_outbox",
        "trigger_conversation",
        "trigger_conversation_agents",
        "trigger_conversation_status",
        "trigger_conversation_tags",
        "trigger_conversations",
        "trigger_get_messages",
    ],
);
/// Any other, and so a new one.
const OTHER: u64 = 900_000;

fn budget(component: &str) -> u64 {
    let classes = [ENGINE, ENGINE_WITH_LTO, LANGUAGE, CONVERSATION];
    let class = classes.iter().find(|(_, components)| components.contains(&component));
    class.map_or(OTHER, |(bytes, _)| *bytes)
}

#[test]
fn no_component_weighs_more_than_its_class() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = std::fs::read_to_string(root.join("spin.toml")).unwrap();
    let sources = manifest.lines().filter_map(|line| line.strip_prefix("source = \""));
    let mut heavy = Vec::new();
    let mut count = 0;
    for source in sources.filter_map(|source| source.strip_suffix('"')) {
        let file = root.join(source);
        let name = file.file_stem().unwrap().to_str().unwrap();
        let bytes = file.metadata().unwrap().len();
        if bytes > budget(name) {
            heavy.push(format!("{name}: {bytes} bytes, of {} at most", budget(name)));
        }
        count += 1;
    }
    assert!(count > 80, "{count} components");
    assert!(heavy.is_empty(), "{heavy:#?}");
}

#[test]
fn a_class_names_components_that_there_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = std::fs::read_to_string(root.join("spin.toml")).unwrap();
    for component in
        [ENGINE, ENGINE_WITH_LTO, LANGUAGE, CONVERSATION].iter().flat_map(|(_, names)| *names)
    {
        assert!(manifest.contains(&format!("/{component}.wasm\"")), "{component}");
    }
}
