//! The words by which a contact stops and starts being written to, before anything else looks at a message.

use crate::fold::{bare, fold};

/// What is sent once to a contact that opted out.
pub const OPTED_OUT_TEXT: &str =
    "You will receive no more messages from us. Answer START to receive them again.";
/// What is sent to a contact that opted in again.
pub const OPTED_IN_TEXT: &str =
    "You will receive messages from us again. Answer STOP to receive no more.";

/// What a contact says about being written to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// No more messages.
    OptOut,
    /// Messages again.
    OptIn,
}

/// Reads a whole message as a command: `stop`, `stopall` and `unsubscribe` opt out, and, where no session waits for an
/// answer, `cancel`, `end` and `quit`; `start` and `unstop` opt in. Case, accents, and punctuation around do not count.
#[must_use]
pub fn command(text: &str, session_waits: bool) -> Option<Command> {
    // The longest word has eleven letters: a longer message is folded for nothing.
    if text.trim().len() > 100 {
        return None;
    }
    let folded = fold(text);
    match bare(&folded) {
        "stop" | "stopall" | "unsubscribe" => Some(Command::OptOut),
        "cancel" | "end" | "quit" if !session_waits => Some(Command::OptOut),
        "start" | "unstop" => Some(Command::OptIn),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_whole_message() {
        let (out, opt_in, none) = (Some(Command::OptOut), Some(Command::OptIn), None);
        for (text, waiting, idle) in [
            ("stop", out, out),
            (" STOP. ", out, out),
            ("«Stop!»", out, out),
            ("Stóp", out, out),
            ("ＳＴＯＰ。", out, out),
            ("StopAll", out, out),
            ("unsubscribe", out, out),
            ("cancel", none, out),
            ("END", none, out),
            ("quit!", none, out),
            ("Start", opt_in, opt_in),
            ("unstop", opt_in, opt_in),
            ("please stop", none, none),
            ("stop it", none, none),
            ("stops", none, none),
            ("s t o p", none, none),
            ("", none, none),
            ("...", none, none),
            ("yes", none, none),
        ] {
            assert_eq!((command(text, true), command(text, false)), (waiting, idle), "{text:?}");
        }
        assert_eq!(command(&format!("stop{}", " ".repeat(10_000)), false), out);
    }
}
