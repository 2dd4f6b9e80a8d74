//! Server-sent events, read as they come: what has not come yet is waited for.

use std::io::{BufRead, BufReader, Lines, Read};

use serde_json::Value;

use crate::Request;

/// Events that a server sends, one after another, until it ends.
pub struct Events {
    lines: Lines<BufReader<Box<dyn Read>>>,
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerEvent {
    /// What `Last-Event-ID` names it by.
    pub id: String,
    /// Its type.
    pub event: String,
    /// What it holds.
    pub data: Value,
}

impl Request {
    /// Sends it, and reads events.
    ///
    /// # Panics
    /// When the answer is none of events.
    #[track_caller]
    pub fn events(&self) -> Events {
        let response = self.run().expect("an answer");
        let content_type = response.headers().get("content-type");
        let content_type = content_type.and_then(|value| value.to_str().ok());
        assert_eq!((response.status().as_u16(), content_type), (200, Some("text/event-stream")));
        let body: Box<dyn Read> = Box::new(response.into_body().into_reader());
        Events { lines: BufReader::new(body).lines() }
    }
}

impl Iterator for Events {
    type Item = ServerEvent;

    /// The next event; what is only a comment is none. `None` at a clean end.
    fn next(&mut self) -> Option<ServerEvent> {
        let (mut id, mut event, mut data) = (String::new(), String::new(), None);
        for line in self.lines.by_ref() {
            let line = line.expect("a line, or a clean end");
            let (field, value) = line.split_once(": ").unwrap_or((line.as_str(), ""));
            match field {
                "id" => id = value.to_owned(),
                "event" => event = value.to_owned(),
                "data" => data = Some(serde_json::from_str(value).expect("JSON")),
                "" if line.is_empty() && data.is_some() => {
                    return Some(ServerEvent { id, event, data: data.unwrap_or_default() });
                }
                _ => {}
            }
        }
        None
    }
}
