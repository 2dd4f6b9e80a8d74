//! placeholder until the routing is merged

/// x
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// x
    OptOut,
    /// x
    OptIn,
}

/// x
pub const OPTED_OUT_TEXT: &str =
    "You will receive no more messages. Answer START to receive them again.";
/// x
pub const OPTED_IN_TEXT: &str = "You will receive messages again. Answer STOP to receive no more.";

/// x
pub fn command(text: &str, session_waits: bool) -> Option<Command> {
    match text.trim().to_lowercase().as_str() {
        "stop" => Some(Command::OptOut),
        "cancel" if !session_waits => Some(Command::OptOut),
        "start" => Some(Command::OptIn),
        _ => None,
    }
}
