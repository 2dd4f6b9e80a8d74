//! TwiML: what Twilio is told to do with a call or a text message (page: voice/twiml).

use super::language::Voice;

/// What begins every document.
const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
/// Hints of one `<Gather>`, and characters of each (page: voice/twiml/gather#hints).
const MAX_HINTS: usize = 500;
const MAX_HINT_CHARS: usize = 100;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Words to speak, at most [`super::MAX_SAY_CHARS`] characters. Blank ones are left out: Twilio would end the call.
    Say(String),
    /// The address of a recording to play.
    Play(String),
    /// Speaks, and waits for keys or words meanwhile; without any it goes on with the next verb.
    Gather {
        /// What is spoken: [`Verb::Say`], [`Verb::Play`] and [`Verb::Pause`], others are left out.
        prompt: Vec<Verb>,
        /// Where the answer is posted.
        action: String,
        /// Seconds without a key before it goes on.
        timeout: u64,
        /// The number of keys after which nothing more is waited for.
        num_digits: Option<u32>,
        /// Words that are likely to be spoken.
        hints: Vec<String>,
    },
    /// Seconds of silence.
    Pause(u64),
    /// Where the next instructions are asked for.
    Redirect(String),
    /// Connects the caller to somebody.
    Dial {
        /// Whom: E.164.
        number: String,
        /// The number that they see.
        caller_id: String,
        /// Where the outcome is posted.
        action: String,
    },
    /// Ends the call.
    Hangup,
    /// Answers a text message.
    Message {
        /// The words, at most [`super::MAX_BODY_CHARS`] characters; may be empty where there is a file.
        body: String,
        /// The address of a file.
        media: Option<String>,
        /// Where is told what becomes of it (page: messaging/twiml/message#statuscallback).
        status_callback: String,
    },
}

/// The document of these instructions, with its XML declaration. What XML 1.0 cannot hold is left out, everything else is
/// escaped.
#[must_use]
pub fn twiml(verbs: &[Verb], voice: &Voice<'_>) -> String {
    let mut xml = format!("{DECLARATION}<Response>");
    for verb in verbs {
        write(&mut xml, verb, voice);
    }
    xml + "</Response>"
}

fn write(xml: &mut String, verb: &Verb, voice: &Voice<'_>) {
    match verb {
        Verb::Say(text) if is_blank(text) => {}
        Verb::Say(text) => {
            let language = Some(voice.tag());
            element(xml, "Say", &[("language", language), ("voice", voice.name())], text);
        }
        Verb::Play(url) => element(xml, "Play", &[], url),
        Verb::Gather { prompt, action, timeout, num_digits, hints } => {
            let (timeout, num_digits) =
                (timeout.to_string(), num_digits.map(|digits| digits.to_string()));
            let hints = hint_list(hints);
            let attributes = [
                ("input", Some("dtmf speech")),
                ("method", Some("POST")),
                ("action", Some(action.as_str())),
                ("timeout", Some(&timeout)),
                ("speechTimeout", Some("auto")),
                ("numDigits", num_digits.as_deref()),
                ("hints", hints.as_deref()),
                ("language", Some(voice.tag())),
            ];
            open(xml, "Gather", &attributes);
            let spoken =
                |verb: &&Verb| matches!(verb, Verb::Say(_) | Verb::Play(_) | Verb::Pause(_));
            prompt.iter().filter(spoken).for_each(|verb| write(xml, verb, voice));
            close(xml, "Gather");
        }
        Verb::Pause(seconds) => {
            element(xml, "Pause", &[("length", Some(&seconds.to_string()))], "");
        }
        Verb::Redirect(url) => element(xml, "Redirect", &[("method", Some("POST"))], url),
        Verb::Dial { number, caller_id, action } => {
            let attributes = [
                ("callerId", Some(caller_id.as_str())),
                ("action", Some(action)),
                ("method", Some("POST")),
            ];
            open(xml, "Dial", &attributes);
            element(xml, "Number", &[], number);
            close(xml, "Dial");
        }
        Verb::Hangup => element(xml, "Hangup", &[], ""),
        Verb::Message { body, media, status_callback } => {
            open(xml, "Message", &[("statusCallback", Some(status_callback.as_str()))]);
            if !is_blank(body) {
                element(xml, "Body", &[], body);
            }
            if let Some(url) = media {
                element(xml, "Media", &[], url);
            }
            close(xml, "Message");
        }
    }
}

/// Separated by commas, so a hint has none.
fn hint_list(hints: &[String]) -> Option<String> {
    let hints = hints.iter().map(|hint| hint.replace(',', " ")).filter(|hint| !is_blank(hint));
    let cut = |hint: String| hint.trim().chars().take(MAX_HINT_CHARS).collect::<String>();
    let list = hints.map(cut).take(MAX_HINTS).collect::<Vec<_>>().join(",");
    Some(list).filter(|list| !list.is_empty())
}

type Attributes<'a> = [(&'a str, Option<&'a str>)];

fn element(xml: &mut String, name: &str, attributes: &Attributes<'_>, text: &str) {
    open(xml, name, attributes);
    escape(xml, text);
    close(xml, name);
}

fn open(xml: &mut String, name: &str, attributes: &Attributes<'_>) {
    xml.push('<');
    xml.push_str(name);
    for (name, value) in attributes {
        let Some(value) = value else { continue };
        xml.push(' ');
        xml.push_str(name);
        xml.push_str("=\"");
        escape(xml, value);
        xml.push('"');
    }
    xml.push('>');
}

fn close(xml: &mut String, name: &str) {
    xml.push_str("</");
    xml.push_str(name);
    xml.push('>');
}

/// Line ends and tabs as numbers too: a reader turns those in an attribute into spaces, and a carriage return into a
/// line end.
fn escape(xml: &mut String, text: &str) {
    for char in text.chars().filter(|char| is_xml(*char)) {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' => xml.push_str("&#9;"),
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            char => xml.push(char),
        }
    }
}

/// XML 1.0, production 2; surrogates are no `char`.
fn is_xml(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

fn is_blank(text: &str) -> bool {
    text.chars().filter(|char| is_xml(*char)).all(char::is_whitespace)
}
