//! A step of a call: what is said, and what follows.

use serde::{Deserialize, Serialize};

/// What is said at one step of a call: as long as a step is known, it is answered the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallStep {
    /// Its number, from 0.
    pub n: u32,
    /// The number of the last message before what is said.
    pub after: u64,
    /// The number of the last message that is said.
    pub last: u64,
    /// What follows.
    pub then: Then,
}

/// What follows on what is said in a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "then", rename_all = "snake_case")]
pub enum Then {
    /// The contact is to answer.
    Listen {
        /// How long, in seconds.
        seconds: u64,
    },
    /// Something else has to happen first.
    Wait {
        /// After how long to ask again, in seconds.
        seconds: u64,
    },
    /// A person is called.
    PutThrough {
        /// Whom, where the workflow says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    /// It is over.
    HangUp {
        /// What there is to say at last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parting: Option<Parting>,
    },
}

/// What is said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parting {
    /// Good bye.
    Goodbye,
    /// Nobody can take the call.
    NobodyHere,
    /// Something went wrong.
    SomethingWrong,
}
