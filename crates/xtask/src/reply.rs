//! `cargo xtask reply`: signs and posts what WhatsApp would, when a contact answers.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use http::{StatusCode, Uri};
use stand_in::{Inbound, Webhook, new_message_id};

/// What the contact does, and where it goes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The contact's phone number, such as +14155550123.
    #[arg(long, value_name = "PHONE", value_parser = phone)]
    from: String,
    /// What they write, or the title of what they tap.
    text: String,
    /// They tap a template's quick reply with this payload.
    #[arg(long, value_name = "ID", group = "tap")]
    payload: Option<String>,
    /// They tap the reply button with this id.
    #[arg(long, value_name = "ID", group = "tap")]
    button: Option<String>,
    /// They choose the list row with this id.
    #[arg(long, value_name = "ID", group = "tap")]
    row: Option<String>,
    /// The name in their profile.
    #[arg(long, default_value = "Stand-in")]
    name: String,
    /// The message id; the same one again is a redelivery. [default: a new one]
    #[arg(long, value_name = "WAMID")]
    id: Option<String>,
    /// The channel's account: the phone number id.
    #[arg(long, default_value = stand_in::ACCOUNT, value_parser = digits)]
    account: String,
    /// What the channel was registered with.
    #[arg(long, default_value = stand_in::APP_SECRET)]
    app_secret: String,
    /// Where the host is.
    #[arg(
        long,
        env = "PARLANCE_URL",
        default_value = "http://127.0.0.1:3000",
        value_parser = origin
    )]
    url: String,
}

impl Options {
    fn webhook(&self) -> Webhook {
        let (from, text) = (&self.from, &self.text);
        let message = match (&self.payload, &self.button, &self.row) {
            (Some(payload), ..) => Inbound::quick_reply(from, payload, text),
            (_, Some(id), _) => Inbound::button(from, id, text),
            (_, _, Some(id)) => Inbound::row(from, id, text),
            _ => Inbound::text(from, text),
        };
        let id = self.id.clone().unwrap_or_else(new_message_id);
        Webhook::new(&self.account).message(&message.name(&self.name).id(id))
    }
}

/// Posts it, and shows the answer.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(async {
        let signed = options.webhook().sign(&options.app_secret);
        signed.post(&options.url, &options.account).await
    });
    runtime.shutdown_timeout(Duration::ZERO);
    let answer = answer.context("the webhook was not delivered; is `cargo xtask up` running?")?;
    let status = answer.status();
    if status == StatusCode::OK {
        println!("{status}");
        return Ok(ExitCode::SUCCESS);
    }
    let hint = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "\nIs --app-secret the one that the channel was registered with?"
        }
        StatusCode::NOT_FOUND => "\nIs a whatsapp channel registered for this --account?",
        _ => "",
    };
    bail!("{status}: {}{hint}", String::from_utf8_lossy(answer.body()).trim())
}

/// Digits with the country code, 7 to 15 of them; `+`, spaces and dashes are left out.
fn phone(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|char| !" -()".contains(*char)).collect();
    let digits = digits.strip_prefix('+').unwrap_or(&digits);
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(digits.to_owned());
    }
    Err("must be a phone number with its country code, such as +14155550123".into())
}

fn origin(text: &str) -> Result<String, String> {
    let uri = text.parse::<Uri>().map_err(|error| error.to_string())?;
    if uri.scheme_str() == Some("http") && uri.path() == "/" && uri.query().is_none() {
        return Ok(text.to_owned());
    }
    Err("must be an origin, such as http://127.0.0.1:3000; https is not spoken here".into())
}

fn digits(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err("must be a phone number id: digits".into())
}

#[cfg(test)]
mod tests {
    use channels::whatsapp::{self, InboundMessage, UpdateKind};
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn sent(words: &[&str]) -> (String, InboundMessage) {
        let line =
            Line::try_parse_from(["reply", "--from", "+1 (415) 555-0123"].iter().chain(words));
        let body = line.unwrap_or_else(|error| panic!("{error}")).options.webhook().body();
        let mut updates = whatsapp::parse(&body).unwrap();
        let update = updates.remove(0);
        match update.kind {
            UpdateKind::Message(message) => (update.account, message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_text_goes_to_the_readmes_account_unless_another_is_named() {
        let (account, message) = sent(&["hello"]);
        assert_eq!(account, stand_in::ACCOUNT);
        assert_eq!(message.from.wa_id.as_deref(), Some("14155550123"));
        assert_eq!((message.message_type.as_str(), message.reply.text.as_str()), ("text", "hello"));
        let words = ["hello", "--account", "7", "--id", "wamid.x", "--name", "Ana"];
        let (account, message) = sent(&words);
        assert_eq!((account.as_str(), message.id.as_str()), ("7", "wamid.x"));
        assert_eq!(message.name.as_deref(), Some("Ana"));
    }

    #[test]
    fn a_tap_says_what_was_tapped() {
        for (flag, kind) in
            [("--payload", "button"), ("--button", "interactive"), ("--row", "interactive")]
        {
            let (_, message) = sent(&[flag, "finish", "Finish my order"]);
            assert_eq!(message.message_type, kind);
            assert_eq!(message.reply.payload.as_deref(), Some("finish"), "{flag}");
            assert_eq!(message.reply.text, "Finish my order", "{flag}");
        }
    }
}
