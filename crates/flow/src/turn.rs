//! What a node can do in a turn: render, say, save, look at the time. It cannot move: it returns where to go.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use minijinja::value::{Serde, Value as TemplateValue};
use serde_json::Value;

use crate::cut::cut;
use crate::failure::Failure;
use crate::fit::{self, Fit};
use crate::limits::{
    MAX_SEARCHED_CHARS, MAX_TRACE, MAX_TURN_BYTES, MAX_TURN_CHANGES, MAX_TURN_MESSAGES,
    MAX_VALUE_DEPTH, MAX_VARS_BYTES,
};
use crate::measure::{is_deeper, json_length};
use crate::node::{ERROR, Move, NEXT};
use crate::parts::Approved;
use crate::template::{Path, Rendered, Step, Text};
use crate::{Change, Content, Program, Scope, State, Timestamp, Trace};

/// One turn, as a node sees it.
pub(crate) struct Turn<'a> {
    pub(crate) program: &'a Program,
    pub(crate) state: &'a mut State,
    /// The index of the node whose turn it is.
    pub(crate) at: usize,
    pub(crate) messages: Vec<Content>,
    /// What goes instead of a message where only approved ones do, by its place in `messages`.
    pub(crate) outside_window: BTreeMap<usize, Content>,
    pub(crate) changes: Vec<Change>,
    pub(crate) needs_attention: bool,
    pub(crate) handed_off: bool,
    pub(crate) put_through: Option<String>,
    trace: Vec<Trace>,
    pub(crate) scope: &'a Scope<'a>,
    /// The contact with the changes of this turn; `None` while there are none.
    changed: Option<Value>,
    /// Of messages and changes, as JSON.
    bytes: usize,
    /// Characters that patterns have searched through.
    searched: usize,
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
            outside_window: BTreeMap::new(),
            changes: Vec::new(),
            needs_attention: false,
            handed_off: false,
            put_through: None,
            trace: Vec::new(),
            scope,
            changed: None,
            bytes: 0,
            searched: 0,
            roots: HashMap::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.scope.now
    }

    /// Whether an edge leaves from this port of the present node.
    fn connected(&self, port: &str) -> bool {
        self.program.after(self.at, port).is_some()
    }

    /// On through the port of a choice or label; where it has no edge, through `next`.
    pub(crate) fn leave_by(&self, id: &str) -> Move {
        let own = self.connected(id) || !self.connected(NEXT);
        Move::Leave(if own { id } else { NEXT }.to_owned())
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
        if let Some(path) = text.as_path()
            && let Ok(found) = self.look_up(path)
        {
            let value = found.map(Cow::into_owned).unwrap_or_default();
            if value.is_null() {
                self.trace(Trace::Missing { node: self.node(), variable: path.to_string() });
            }
            return Ok(value);
        }
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
        let Some(content) = self.fitted(content) else {
            self.trace(Trace::Blank { node: self.node() });
            return Ok(());
        };
        self.bytes += json_length(&content);
        if self.messages.len() >= MAX_TURN_MESSAGES || self.bytes > MAX_TURN_BYTES {
            return Err(Failure::TurnLimit);
        }
        self.messages.push(content);
        Ok(())
    }

    /// Cut where it is too long; nothing where it is blank.
    fn fitted(&mut self, content: Content) -> Option<Content> {
        match fit::fit(content) {
            Fit::Whole(content) => Some(content),
            Fit::Cut(content) => {
                self.trace(Trace::Cut { node: self.node() });
                Some(content)
            }
            Fit::Blank => None,
        }
    }

    /// [`Self::say`], with what goes instead where the channel takes only approved messages.
    pub(crate) fn say_or(
        &mut self,
        content: Content,
        outside_window: Option<&Approved>,
    ) -> Result<(), Failure> {
        let at = self.messages.len();
        self.say(content)?;
        // A blank text was left out.
        if let Some(approved) = outside_window.filter(|_| self.messages.len() > at) {
            let template = approved.render(self)?;
            if let Some(template) = self.fitted(template) {
                self.bytes += json_length(&template);
                self.outside_window.insert(at, template);
            }
        }
        Ok(())
    }

    /// Sends a text with its variables filled in.
    pub(crate) fn say_text(&mut self, text: &Text) -> Result<(), Failure> {
        let text = self.render(text)?;
        self.say(Content::Text { text })
    }

    /// Keeps a value as `{{vars.name}}`.
    pub(crate) fn save(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        if is_deeper(&value, MAX_VALUE_DEPTH) {
            return Err(Failure::VarsLimit);
        }
        let before = self.state.vars.insert(name.to_owned(), value);
        if self.vars_length() > MAX_VARS_BYTES {
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

    /// Counts the characters that a pattern is about to search through.
    pub(crate) fn search(&mut self, chars: usize) -> Result<(), Failure> {
        self.searched += chars;
        if self.searched > MAX_SEARCHED_CHARS { Err(Failure::PatternLimit) } else { Ok(()) }
    }

    /// Counts an answer that does not fit; how many those are by now.
    pub(crate) fn refuse(&mut self) -> u32 {
        self.state.attempts = self.state.attempts.saturating_add(1);
        self.trace(Trace::Refused { node: self.node(), attempts: self.state.attempts });
        self.state.attempts
    }

    /// Bytes of all variables, those of callers included.
    pub(crate) fn vars_length(&self) -> usize {
        let callers: usize = self.state.callers.iter().map(|c| json_length(&c.vars)).sum();
        callers + json_length(&self.state.vars)
    }

    /// Goes on in another program, or with other variables: what was converted for templates is of the old ones.
    pub(crate) fn go_to(&mut self, program: &'a Program, at: usize) {
        self.program = program;
        self.at = at;
        self.roots.remove("vars");
    }

    /// The contact as it is now.
    pub(crate) fn contact(&self) -> &Value {
        self.changed.as_ref().unwrap_or(self.scope.contact)
    }

    /// Changes the contact, for what follows in this turn and for good.
    pub(crate) fn change(&mut self, change: Change) -> Result<(), Failure> {
        let field = match &change {
            Change::Field { name, .. } => name.as_str(),
            Change::AddTag { .. } | Change::RemoveTag { .. } => "tags",
            Change::OptIn | Change::OptOut => "consent",
        };
        self.trace(Trace::Changed { node: self.node(), field: field.to_owned() });
        self.bytes += json_length(&change);
        if self.changes.len() >= MAX_TURN_CHANGES || self.bytes > MAX_TURN_BYTES {
            return Err(Failure::TurnLimit);
        }
        change.apply_to(self.changed.get_or_insert_with(|| self.scope.contact.clone()));
        self.roots.remove("contact");
        self.changes.push(change);
        Ok(())
    }

    /// Traces what could not be done, where the session goes on all the same.
    pub(crate) fn note_failure(&mut self, message: String) {
        self.trace(Trace::Failed { node: self.node(), message });
    }

    /// What could not be done: the session goes on through `error`.
    pub(crate) fn fail(&mut self, message: String) -> Move {
        self.trace(Trace::Failed { node: self.node(), message });
        Move::Leave(ERROR.to_owned())
    }

    /// Marks the conversation for a person.
    pub(crate) fn call_attention(&mut self) {
        self.needs_attention = true;
    }

    /// Leaves the conversation to a person: automation pauses.
    pub(crate) fn hand_off(&mut self) {
        self.needs_attention = true;
        self.handed_off = true;
    }

    pub(crate) fn trace(&mut self, trace: Trace) {
        if self.trace.len() < MAX_TRACE {
            self.trace.push(trace);
        }
    }

    /// Notes what has to be there, however much was noted before: in the place of the last entry if there is no more room.
    pub(crate) fn trace_surely(&mut self, trace: Trace) {
        self.trace.truncate(MAX_TRACE - 1);
        self.trace.push(trace);
    }

    pub(crate) fn into_trace(self) -> Vec<Trace> {
        self.trace
    }

    /// The id of the present node.
    pub(crate) fn node(&self) -> String {
        self.program.id(self.at).to_owned()
    }

    /// The value at a path as it is stored, without converting all that its root holds. An error: only a template
    /// can tell.
    fn look_up(&self, path: &Path) -> Result<Option<Cow<'_, Value>>, ()> {
        let fields = match path.root {
            "input" => return self.look_up_input(path),
            "context" | "trigger" => Some(self.scope.context),
            "contact" => self.contact().as_object(),
            "vars" => Some(&self.state.vars),
            _ => None,
        };
        let (Some(fields), Some((Step::Key(first), rest))) = (fields, path.steps.split_first())
        else {
            return Err(());
        };
        let found = rest.iter().try_fold(fields.get(first), |value, step| match (value, step) {
            (Some(Value::Object(fields)), Step::Key(key)) => Ok(fields.get(key)),
            (Some(Value::Array(items)), Step::Index(index)) => Ok(items.get(*index)),
            (None, _) => Ok(None),
            _ => Err(()),
        })?;
        Ok(found.map(Cow::Borrowed))
    }

    /// The answer is no JSON yet; of it, conditions mostly want the text. An empty one is none (see [`crate::Reply`]).
    fn look_up_input(&self, path: &Path) -> Result<Option<Cow<'_, Value>>, ()> {
        match &path.steps[..] {
            [Step::Key(key)] if key == "text" => {
                let text = self.state.input.as_ref().map(|reply| reply.text.as_str());
                let text = text.filter(|text| !text.is_empty());
                Ok(text.map(|text| Cow::Owned(Value::from(text))))
            }
            _ => Err(()),
        }
    }

    fn run(&mut self, text: &Text) -> Result<Rendered, Failure> {
        let Self { program, state, scope, roots, changed, .. } = self;
        let rendered = program.templates().render(text, &mut |name| {
            let key = match name {
                "context" | "trigger" => "context",
                "contact" => "contact",
                "vars" => "vars",
                "input" => "input",
                _ => return TemplateValue::UNDEFINED,
            };
            let value = || match (key, &state.input) {
                ("context", _) => Serde(scope.context).into(),
                ("contact", _) => Serde(changed.as_ref().unwrap_or(scope.contact)).into(),
                ("vars", _) => Serde(&state.vars).into(),
                (_, Some(input)) => Serde(input).into(),
                (_, None) => TemplateValue::UNDEFINED,
            };
            roots.entry(key).or_insert_with(value).clone()
        })?;
        for variable in &rendered.missing {
            self.trace(Trace::Missing { node: self.node(), variable: variable.clone() });
        }
        Ok(rendered)
    }
}
