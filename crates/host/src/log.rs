//! What the host says: one line per request, what guests print, and what went wrong.
//! Lines carry route patterns, never paths, queries or headers, so no secret gets into a log.

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// Where [`Event`]s go.
#[derive(Clone, Default)]
pub enum LogSink {
    /// To the host's standard error, one line an event.
    #[default]
    Stderr,
    /// Nowhere.
    Off,
    /// To a function, which may be called from any thread.
    Callback(Arc<dyn Fn(&Event) + Send + Sync>),
}

/// One thing worth a line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A request was answered: the head of its response is known.
    Request {
        /// The HTTP method.
        method: String,
        /// The pattern that matched as spin.toml has it, or `-` where none did.
        route: String,
        /// The status sent.
        status: u16,
        /// From the request's head read to the response's head ready.
        elapsed: Duration,
    },
    /// A component printed a line.
    Guest {
        /// Its id in spin.toml.
        component: String,
        /// The line, without its end.
        line: String,
    },
    /// The host has something to say: a trap, a refused outbound request, a shadowed route.
    Host {
        /// One or more lines of text.
        message: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Request { method, route, status, elapsed } => {
                write!(f, "{method} {route} {status} {:.1}ms", elapsed.as_secs_f64() * 1000.0)
            }
            Event::Guest { component, line } => write!(f, "{component}: {line}"),
            Event::Host { message } => write!(f, "host: {message}"),
        }
    }
}

impl LogSink {
    pub(crate) fn write(&self, event: Event) {
        match self {
            LogSink::Stderr => {
                // Nothing can be done about a standard error that is closed.
                let _ = writeln!(std::io::stderr().lock(), "{event}");
            }
            LogSink::Off => {}
            LogSink::Callback(callback) => callback(&event),
        }
    }

    pub(crate) fn host(&self, message: impl fmt::Display) {
        self.write(Event::Host { message: message.to_string() });
    }
}

impl fmt::Debug for LogSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LogSink::Stderr => "Stderr",
            LogSink::Off => "Off",
            LogSink::Callback(_) => "Callback",
        })
    }
}
