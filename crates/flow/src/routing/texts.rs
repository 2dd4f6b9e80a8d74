//! The texts of flows, rules and answers. Clients of the console write them without knowing our templates: what cannot
//! be read as a template is sent as it stands, with a warning.

use crate::cut::cut;
use crate::fields::Reading;
use crate::limits::{MAX_TEMPLATE_CHARS, MAX_TEXT_CHARS};
use crate::template::{ROOTS, Text, Unusable};

/// Reads the text at a path of the definition. `None`: it is blank.
pub(super) fn read(source: Option<&str>, path: &str, reading: &mut Reading) -> Option<Text> {
    let source = source.filter(|source| !source.trim().is_empty())?;
    let plain = || Text::plain(cut(source, MAX_TEMPLATE_CHARS));
    let too_long = source.len() > MAX_TEMPLATE_CHARS * 4;
    let added = if too_long { Ok((plain(), None)) } else { reading.templates.add(path, source) };
    let at_least = match &added {
        Ok((_, at_least)) if !too_long => at_least.unwrap_or_default(),
        _ => source.chars().count(),
    };
    if at_least > MAX_TEXT_CHARS {
        let message = format!(
            "a text of {at_least} characters; what is beyond {MAX_TEXT_CHARS} is cut off when it is sent"
        );
        reading.issues.warning("text_too_long", path, message);
    }
    match added {
        Ok((text, _)) if text.as_plain().is_none() => Some(text),
        Ok(_) => Some(plain()),
        Err(reason) => {
            let (code, reason) = describe(reason);
            let message = format!(
                "{reason}; the text is sent as it stands, so write a variable like {{{{contact.name}}}}"
            );
            reading.issues.warning(code, path, message);
            Some(plain())
        }
    }
}

fn describe(reason: Unusable) -> (&'static str, String) {
    match reason {
        Unusable::Syntax(reason) => ("template_syntax", reason),
        Unusable::UnknownRoot(root) => {
            let known = ROOTS.join(", ");
            let reason = format!("no variable `{root}`; variables begin with {known}");
            ("unknown_variable_root", reason)
        }
    }
}
