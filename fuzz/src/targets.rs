//! What is fuzzed: a file each, with what must hold whatever comes in besides that nothing panics.

mod answers;
mod bodies;
mod conditions;
mod contents;
mod definitions;
mod documents;
mod forms;
mod simulations;
mod templates;
mod texts;
mod webchat;
mod webhooks;
mod workflows;

/// Something that takes input from strangers.
pub struct Target {
    /// By which it is chosen, and its folder in `corpus/`.
    pub name: &'static str,
    /// What most of its inputs are.
    #[cfg_attr(not(fuzzing), allow(dead_code))]
    pub form: Form,
    /// Takes one input; panics where something does not hold.
    pub run: fn(&[u8]),
}

/// How inputs are changed.
pub enum Form {
    /// As JSON, mostly.
    Json,
    /// As bytes.
    Bytes,
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    Target { name: "answers", form: Form::Json, run: answers::run },
    Target { name: "bodies", form: Form::Json, run: bodies::run },
    Target { name: "conditions", form: Form::Json, run: conditions::run },
    Target { name: "contents", form: Form::Json, run: contents::run },
    Target { name: "definitions", form: Form::Json, run: definitions::run },
    Target { name: "documents", form: Form::Json, run: documents::run },
    Target { name: "forms", form: Form::Bytes, run: forms::run },
    Target { name: "simulations", form: Form::Json, run: simulations::run },
    Target { name: "templates", form: Form::Json, run: templates::run },
    Target { name: "texts", form: Form::Bytes, run: texts::run },
    Target { name: "webchat", form: Form::Json, run: webchat::run },
    Target { name: "webhooks", form: Form::Json, run: webhooks::run },
    Target { name: "workflows", form: Form::Json, run: workflows::run },
];

pub use contents::send;

/// The target of that name.
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
