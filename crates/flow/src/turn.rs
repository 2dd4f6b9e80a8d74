//! What a node can do in a turn: render, say, save, look at the time. It cannot move: it returns where to go.

use std::collections::HashMap;

use minijinja::value::{Serde, Value as TemplateValue};
use serde_json::Value;

use crate::cut::cut;
use crate::failure::Failure;
use crate::fit::{self, Fit};
use crate::limits::{MAX_TRACE, MAX_TURN_BYTES, MAX_TURN_MESSAGES, MAX_VARS_BYTES};
use crate::template::{Rendered, Text};
use crate::{Content, Program, Scope, State, Timestamp, Trace};

/// One turn, as a node sees it.
pub(crate) struct Turn<'a> {
    pub(crate) program: &'a Program,
    pub(crate) state: &'a mut State,
    /// The index of the node whose turn it is.
    pub(crate) at: usize,
    pub(crate) messages: Vec<Content>,
    pub(crate) needs_attention: bool,
    trace: Vec<Trace>,
    scope: &'a Scope<'a>,
    bytes: usize,
    /// The roots of variables as templates want them, converted when first used.
    roots: HashMap<&'static str, TemplateValue>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(program: &'a Program, state: &'a mut State, scope: &'a Scope<'a>) -> Self {
        Self {
            program,
            state,
            at: 0,
            messages: Vec::new(),
            needs_attention: false,
            trace: Vec::new(),
            scope,
            bytes: 0,
            roots: HashMap::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.scope.now
    }

    /// Whether an edge leaves from this port of the present node.
    pub(crate) fn connected(&self, port: &str) -> bool {
        self.program.after(self.at, port).is_some()
    }

    /// The text with its variables filled in; missing ones are nothing, and traced.
    pub(crate) fn render(&mut self, text: &Text) -> Result<String, Failure> {
        self.run(text)?.into_text()
    }

    /// [`Self::render`], cut to `limit` characters.
    pub(crate) fn render_within(&mut self, text: &Text, limit: usize) -> Result<String, Failure> {
        let rendered = self.render(text)?;
        let within = cut(&rendered, limit).into_owned();
        if within != rendered {
            self.trace(Trace::Cut { node: self.node() });
        }
        Ok(within)
    }

    /// What a single expression gives, with its JSON type; the text of any other template. Null if there is
    /// nothing, and if it cannot be computed, which is traced.
    pub(crate) fn value(&mut self, text: &Text) -> Result<Value, Failure> {
        match self.run(text) {
            Ok(Rendered { value: Some(value), .. }) => {
                Ok(serde_json::to_value(value).unwrap_or_default())
            }
            Ok(rendered) => Ok(Value::from(rendered.into_text()?)),
            Err(Failure::TemplateFailed(message)) => {
                self.trace(Trace::Uncomputed { node: self.node(), message });
                Ok(Value::Null)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Sends a message after those sent already. A blank text is left out, one too long is cut, both traced.
    pub(crate) fn say(&mut self, content: Content) -> Result<(), Failure> {
        let content = match fit::fit(content) {
            Fit::Whole(content) => content,
            Fit::Cut(content) => {
                self.trace(Trace::Cut { node: self.node() });
                content
            }
            Fit::Blank => {
                self.trace(Trace::Blank { node: self.node() });
                return Ok(());
            }
        };
        self.bytes += json_length(&content);
        if self.messages.len() >= MAX_TURN_MESSAGES || self.bytes > MAX_TURN_BYTES {
            return Err(Failure::TurnLimit);
        }
        self.messages.push(content);
        Ok(())
    }

    /// Keeps a value as `{{vars.name}}`.
    pub(crate) fn save(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let before = self.state.vars.insert(name.to_owned(), value);
        if json_length(&self.state.vars) > MAX_VARS_BYTES {
            match before {
                Some(before) => self.state.vars.insert(name.to_owned(), before),
                None => self.state.vars.shift_remove(name),
            };
            return Err(Failure::VarsLimit);
        }
        self.roots.remove("vars");
        self.trace(Trace::Saved { node: self.node(), name: name.to_owned() });
        Ok(())
    }

    /// Counts an answer that does not fit; how many those are by now.
    pub(crate) fn refuse(&mut self) -> u32 {
        self.state.attempts = self.state.attempts.saturating_add(1);
        self.trace(Trace::Refused { node: self.node(), attempts: self.state.attempts });
        self.state.attempts
    }

    /// Marks the conversation for a person.
    pub(crate) fn call_attention(&mut self) {
        self.needs_attention = true;
    }

    pub(crate) fn trace(&mut self, trace: Trace) {
        if self.trace.len() < MAX_TRACE {
            self.trace.push(trace);
        }
    }

    pub(crate) fn into_trace(self) -> Vec<Trace> {
        self.trace
    }

    /// The id of the present node.
    pub(crate) fn node(&self) -> String {
        self.program.id(self.at).to_owned()
    }

    fn run(&mut self, text: &Text) -> Result<Rendered, Failure> {
        let Self { program, state, scope, roots, .. } = self;
        let rendered = program.templates().render(text, &mut |name| {
            let (key, value): (&'static str, fn(&State, &Scope<'_>) -> TemplateValue) = match name {
                "context" | "trigger" => ("context", |_, scope| Serde(scope.context).into()),
                "contact" => ("contact", |_, scope| Serde(scope.contact).into()),
                "vars" => ("vars", |state, _| Serde(&state.vars).into()),
                "input" => ("input", |state, _| {
                    state.input.as_ref().map_or(TemplateValue::UNDEFINED, |i| Serde(i).into())
                }),
                _ => return TemplateValue::UNDEFINED,
            };
            roots.entry(key).or_insert_with(|| value(state, scope)).clone()
        })?;
        for variable in &rendered.missing {
            self.trace(Trace::Missing { node: self.node(), variable: variable.clone() });
        }
        Ok(rendered)
    }
}

fn json_length(value: &impl serde::Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX / 2, |json| json.len())
}
