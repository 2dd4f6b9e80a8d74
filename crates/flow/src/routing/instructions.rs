//! What the language model is told of a workflow, as text that a person could follow too.

use std::fmt::Write as _;

use super::actions::FLOW;
use crate::fold::fold;
use crate::limits::MAX_INSTRUCTIONS_BYTES;
use crate::{Definition, Tool};

/// The system prompt, then the rules, questions and flows that count; cut at the end of a line.
pub(super) fn write(definition: &Definition<'_>) -> String {
    let mut text = definition.system_prompt.trim().to_owned();
    // Writing to a String cannot fail.
    let _ = rules(&mut text, definition);
    let _ = questions(&mut text, definition);
    let _ = flows(&mut text, definition);
    cut_at_line(&mut text, MAX_INSTRUCTIONS_BYTES);
    text
}

fn heading(text: &mut String, heading: &str) -> std::fmt::Result {
    let space = if text.is_empty() { "" } else { "\n\n" };
    writeln!(text, "{space}# {heading}")
}

fn rules(text: &mut String, definition: &Definition<'_>) -> std::fmt::Result {
    let rules = definition.rules.iter().filter(|rule| rule.enabled);
    for (i, rule) in rules.enumerate() {
        if i == 0 {
            heading(text, "Rules")?;
        }
        write!(text, "\n## {}\nWhen the contact says: {}\n", rule.name, rule.trigger)?;
        if let Some(condition) = rule.condition.as_ref().filter(|text| !text.trim().is_empty()) {
            writeln!(text, "Only if: {condition}")?;
        }
        writeln!(text, "Answer: {}", rule.response)?;
        if let Some(function) =
            rule.action.as_deref().and_then(|action| function(action, definition))
        {
            writeln!(text, "Then call {function}, if you are offered it.")?;
        }
    }
    Ok(())
}

/// The function that does what the action of a rule does. `None`: none does.
fn function(action: &str, definition: &Definition<'_>) -> Option<String> {
    let folded = fold(action);
    let tool = match folded.as_str() {
        "handoff" => Tool::HandOff,
        "end" => Tool::EndConversation,
        "opt_out" => Tool::OptOut,
        other => {
            let name = other.strip_prefix(FLOW)?.trim();
            let flow =
                definition.flows.iter().find(|flow| flow.is_active && fold(&flow.name) == name)?;
            return Some(format!("start_flow with {}", flow.name));
        }
    };
    Some(tool.name().to_owned())
}

fn questions(text: &mut String, definition: &Definition<'_>) -> std::fmt::Result {
    for (i, faq) in definition.faq.iter().enumerate() {
        if i == 0 {
            heading(text, "Questions and answers")?;
        }
        write!(text, "\nQuestion: {}\nAnswer: {}\n", faq.question, faq.answer)?;
    }
    Ok(())
}

fn flows(text: &mut String, definition: &Definition<'_>) -> std::fmt::Result {
    let flows = definition.flows.iter().filter(|flow| flow.is_active);
    for (i, flow) in flows.enumerate() {
        if i == 0 {
            heading(text, "What the contact can ask for")?;
        }
        match &flow.description {
            Some(description) => write!(text, "\n- {}: {description}", flow.name)?,
            None => write!(text, "\n- {}", flow.name)?,
        }
    }
    Ok(())
}

/// Keeps whole lines of a text; of a first line that is too long alone, what fits.
fn cut_at_line(text: &mut String, limit: usize) {
    if text.len() > limit {
        text.truncate(text.floor_char_boundary(limit));
        text.truncate(text.rfind('\n').unwrap_or(text.len()));
    }
    text.truncate(text.trim_end().len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_cut_at_the_end_of_a_line() {
        for (text, limit, cut) in [
            ("one\ntwo\nthree", 20, "one\ntwo\nthree"),
            ("one\ntwo\nthree", 10, "one\ntwo"),
            ("one\ntwo\nthree", 7, "one"),
            ("été et hiver", 4, "ét"),
            ("one\n\n\ntwo", 6, "one"),
        ] {
            let mut text = text.to_owned();
            cut_at_line(&mut text, limit);
            assert_eq!(text, cut);
        }
    }
}
