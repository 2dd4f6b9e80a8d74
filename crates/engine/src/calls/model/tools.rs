//! What the language model may do, in OpenAI's words: functions, and calls of them.

use flow::{Tool, ToolCall};
use serde_json::{Value, json};

/// Characters of a name that nobody knows which are shown: as long as a name may be.
const MAX_NAME_CHARS: usize = 64;

/// The `tools` of a request.
pub(super) fn functions(offered: &[Tool]) -> Vec<Value> {
    offered.iter().map(function).collect()
}

fn function(tool: &Tool) -> Value {
    let parameters = match tool {
        Tool::StartFlow { flows } => json!({
            "type": "object",
            "properties": {"flow": {"type": "string", "enum": flows}},
            "required": ["flow"],
        }),
        _ => json!({"type": "object", "properties": {}}),
    };
    json!({"type": "function", "function": {
        "name": tool.name(), "description": tool.description(), "parameters": parameters,
    }})
}

/// The first call in an answer's message; `None`: there is none. Whether there is such a flow, the session sees.
///
/// # Errors
/// Why it is none of what was offered.
pub(super) fn called(offered: &[Tool], message: &Value) -> Result<Option<ToolCall>, String> {
    let Some(function) = message.pointer("/tool_calls/0/function") else { return Ok(None) };
    let name = function["name"].as_str().unwrap_or_default();
    let tool = offered.iter().find(|tool| tool.name() == name).ok_or_else(|| {
        let name: String = name.chars().take(MAX_NAME_CHARS).collect();
        format!("the language model calls `{name}`, which it was not offered")
    })?;
    Ok(Some(match tool {
        Tool::HandOff => ToolCall::HandOff,
        Tool::EndConversation => ToolCall::EndConversation,
        Tool::OptOut => ToolCall::OptOut,
        Tool::StartFlow { .. } => {
            let flow = flow_of(&function["arguments"]);
            let flow = flow.ok_or("the language model calls `start_flow` without a `flow`")?;
            ToolCall::StartFlow { flow }
        }
    }))
}

/// Arguments are JSON within a string; some servers leave the string out.
fn flow_of(arguments: &Value) -> Option<String> {
    let read =
        arguments.as_str().and_then(|json| serde_json::from_slice::<Value>(json.as_bytes()).ok());
    read.as_ref().unwrap_or(arguments)["flow"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered() -> [Tool; 2] {
        [Tool::HandOff, Tool::StartFlow { flows: vec!["Delivery".to_owned()] }]
    }

    fn call(name: &Value, arguments: &Value) -> Value {
        json!({"content": null, "tool_calls": [{"id": "call_1", "type": "function",
            "function": {"name": name, "arguments": arguments}}]})
    }

    #[test]
    fn functions_have_the_names_of_the_flows() {
        let functions = functions(&offered());
        assert_eq!(functions[0]["function"]["parameters"]["properties"], json!({}));
        let flow = &functions[1]["function"]["parameters"]["properties"]["flow"];
        assert_eq!(*flow, json!({"type": "string", "enum": ["Delivery"]}));
        assert_eq!((&functions[1]["type"], functions.len()), (&json!("function"), 2));
    }

    #[test]
    fn a_call_of_what_was_offered_is_read() {
        let delivery = ToolCall::StartFlow { flow: "Delivery".to_owned() };
        for (name, arguments, called_) in [
            ("hand_off", json!("{}"), ToolCall::HandOff),
            ("hand_off", json!(""), ToolCall::HandOff),
            ("hand_off", Value::Null, ToolCall::HandOff),
            ("hand_off", json!("{broken"), ToolCall::HandOff),
            ("start_flow", json!(r#"{"flow": "Delivery"}"#), delivery.clone()),
            ("start_flow", json!({"flow": "Delivery"}), delivery),
        ] {
            let message = call(&json!(name), &arguments);
            assert_eq!(called(&offered(), &message), Ok(Some(called_)), "{message}");
        }
    }

    #[test]
    fn what_was_not_offered_is_said_to_be_so() {
        for (name, arguments) in [
            (json!("opt_out"), json!("{}")),
            (json!("create_order"), json!("{}")),
            (json!(7), json!("{}")),
            (json!("x".repeat(100_000)), Value::Null),
            (json!("start_flow"), json!("{}")),
            (json!("start_flow"), json!("{\"flow\": 7}")),
            (json!("start_flow"), json!("[\"Delivery\"]")),
            (json!("start_flow"), json!("Delivery")),
            (json!("start_flow"), Value::Null),
        ] {
            let why = called(&offered(), &call(&name, &arguments)).unwrap_err();
            assert!(why.len() < 200, "{why}");
        }
    }

    #[test]
    fn an_answer_without_a_call_has_none() {
        for message in [
            Value::Null,
            json!({"content": "Hi"}),
            json!({"content": "Hi", "tool_calls": null}),
            json!({"content": "Hi", "tool_calls": []}),
            json!({"content": "Hi", "tool_calls": [{"type": "custom"}]}),
        ] {
            assert_eq!(called(&offered(), &message), Ok(None), "{message}");
        }
    }
}
