//! What the endpoints of the web chat share: the account, the page that asks, the visitor, and hearing one.

use std::rc::Rc;

use ::conversation::{Applied, Body, Channel, Conversation, TurnError, identity};
use ::engine::{Host as _, WordsError};
use console::LogReader;
use fields::{Errors, FieldError};
use futures::future::LocalBoxFuture;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use store::keys;
use teams::{Account, Kind};
use uuid::Uuid;
use webchat::{
    Caller, MAX_BODY, MESSAGES_A_MINUTE, MessageView, Refusal, VisitorMessage, VisitorToken, heard,
};

use crate::conversation::{waits, words_problem};
use crate::cors::Cors;
use crate::spin_host::engine;
use crate::{Call, Problem, Reply, Rule, jwt};

/// Where the account is in `/channels/webchat/:account/…`.
const ACCOUNT: usize = 2;
/// Messages of a history that are shown at once.
const SHOWN: u64 = 50;

const PURPOSE: &[u8] = b"parlance visitors v1\0";

/// A visitor of a site.
#[derive(Debug)]
struct Visitor {
    id: Uuid,
    conversation: Uuid,
    /// To come with from now on.
    token: String,
}

impl Call {
    /// The web chat account of the path, if pages of the origin that asks may use it.
    ///
    /// # Errors
    /// 404 if there is none, 403 if they may not.
    pub async fn site(&mut self) -> Result<Account, Problem> {
        self.cors = Cors::Refused;
        let key = keys::channel(Kind::Webchat.as_str(), &self.segment(ACCOUNT));
        let account: Option<Account> = self.host.store().read_json(&key).await?;
        let not_found = || Problem::NotFound("There is no web chat of this name.".to_owned());
        let account = account.ok_or_else(not_found)?;
        let caller = Caller {
            origin: self.header("origin"),
            site: self.header("sec-fetch-site"),
            host: self.authority(),
        };
        let why = "This web chat is for pages of its allowed_origins only, and Origin names none of them.";
        let origin = caller.find(&account.allowed_origins);
        let origin = origin.ok_or_else(|| Problem::Forbidden(why.to_owned()))?;
        self.cors = Cors::Allowed(origin.to_owned());
        Ok(account)
    }

    /// The visitor of a token, which must let in to this account.
    async fn visitor(&self, account: &Account, token: String) -> Result<Visitor, Problem> {
        let now = self.host.now().0 / 1000;
        let read: Option<jwt::Read<VisitorToken>> = jwt::read(PURPOSE, &token).await?;
        let read = read.filter(|read| read.claims.is_good(&account.team, &account.account, now));
        let read = read.ok_or(Problem::TokenInvalid)?;
        match read.by_previous || read.claims.is_old(now) {
            true => self.admit(account, read.claims.visitor).await,
            false => Ok(Visitor::of(account, read.claims.visitor, token)),
        }
    }

    /// A visitor with a new token.
    async fn admit(&self, account: &Account, id: Uuid) -> Result<Visitor, Problem> {
        let now = self.host.now().0 / 1000;
        let token = VisitorToken::new(&account.team, &account.account, id, now);
        Ok(Visitor::of(account, id, jwt::sign(PURPOSE, &token).await?))
    }

    /// The token of `Authorization: Bearer`; of any other kind, one that lets nobody in.
    fn visitor_token(&self) -> Option<String> {
        let is_given = self.headers().contains_key(header::AUTHORIZATION);
        is_given.then(|| self.bearer().unwrap_or_default().to_owned())
    }

    /// Takes what a visitor writes, who begins to be one if no token came, and answers with what is said to it at once.
    ///
    /// # Errors
    /// As [`Call::site`]; 400 for what is no message, 401 for a token that lets nobody in, 409 if the same message came so
    /// long ago that it is not known any more, 429 for too many.
    pub fn hear_visitor(&mut self) -> LocalBoxFuture<'_, Result<Reply, Problem>> {
        Box::pin(async move {
            let account = self.site().await?;
            self.allow_body(MAX_BODY);
            let known = match self.visitor_token() {
                Some(token) => Some(self.visitor(&account, token).await?),
                None => None,
            };
            let body = self.json().await?;
            let errors = Errors::new();
            let message = VisitorMessage::read(&errors.body(&body));
            errors.into_result(())?;
            let has_token = known.is_some();
            let visitor = match known {
                Some(visitor) => visitor,
                None => {
                    let begun = message.visitor(&account.team, &account.account);
                    self.admit(&account, begun).await?
                }
            };
            let host = Rc::clone(&self.host);
            let now = host.now();
            let committed = engine(&host)
                .await
                .hear_visitor(&account, visitor.id, message.event(), |conversation| {
                    message.inbound(conversation, has_token, now)
                })
                .await
                .map_err(visitor_problem)?;
            let (result, conversation) = (committed.result, committed.conversation.clone());
            self.deliver_later(vec![committed]);
            let status = match result {
                Err(Refusal::NoToken) => return Err(Problem::TokenInvalid),
                Err(Refusal::TooFast) => return Err(too_fast()),
                Ok(Applied::Duplicate) => StatusCode::OK,
                Ok(_) => StatusCode::CREATED,
            };
            let body = answer(&visitor, &conversation, &message).ok_or_else(forgotten)?;
            Ok(Reply::json(status, &body))
        })
    }

    /// What was said, newest page first: up to 50 messages before the one that the query names `before`, oldest first.
    ///
    /// # Errors
    /// As [`Call::site`]; 401 without a token that lets in, 400 or 404 for a `before` that is no message of the conversation.
    pub async fn visitor_history(&mut self) -> Result<Reply, Problem> {
        let account = self.site().await?;
        let token = self.visitor_token().ok_or(Problem::TokenInvalid)?;
        let visitor = self.visitor(&account, token).await?;
        let conversation = self.conversation_with(&visitor).await?;
        let (mut shown, mut more, mut pending) = (Vec::new(), false, false);
        if let Some(conversation) = &conversation {
            let log = LogReader::new(self.host.store(), conversation);
            let last = match self.query("before") {
                None => log.count(),
                Some(before) => {
                    let id = before.parse().map_err(|_| not_an_id())?;
                    let message = log.find(id).await?.ok_or_else(message_not_found)?;
                    message.sequence - 1
                }
            };
            let first = last.saturating_sub(SHOWN) + 1;
            shown = log.range(first, last).await?.iter().map(MessageView::of).collect();
            more = first > 1;
            pending = conversation.is_calling() || conversation.has_turn_waiting();
        }
        Ok(Reply::ok(&json!({
            "visitor": visitor.id,
            "token": visitor.token,
            "messages": shown,
            "more": more,
            "pending": pending,
        })))
    }

    /// The visitor's messages as they are said.
    ///
    /// # Errors
    /// As [`Call::site`] and [`Call::stream`]; 401 without a token that lets in, 404 before the first message.
    pub async fn visitor_stream(&mut self) -> Result<Reply, Problem> {
        let account = self.site().await?;
        // An `EventSource` sends no headers of its own.
        let token = self.visitor_token().or_else(|| self.query("token"));
        let visitor = self.visitor(&account, token.ok_or(Problem::TokenInvalid)?).await?;
        let conversation = self.conversation_with(&visitor).await?;
        let not_found = || Problem::NotFound("There is no conversation yet.".to_owned());
        self.stream(&conversation.ok_or_else(not_found)?, |_, message| {
            serde_json::to_value(MessageView::of(message)).unwrap_or_default()
        })
        .await
    }

    async fn conversation_with(&self, visitor: &Visitor) -> Result<Option<Conversation>, Problem> {
        let key = keys::conversation(&visitor.conversation.to_string());
        Ok(self.host.store().read_json(&key).await?)
    }

    /// Tells a page what it may send.
    ///
    /// # Errors
    /// As [`Call::site`].
    pub async fn preflight(&mut self, methods: &'static [Method]) -> Result<Reply, Problem> {
        self.site().await?;
        let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
        Ok(Reply::preflight(&methods.join(", ")))
    }
}

impl Visitor {
    fn of(Account { team, account, .. }: &Account, id: Uuid, token: String) -> Self {
        let address = id.to_string();
        let conversation = identity::conversation(team, Channel::Webchat, account, &address);
        Self { id, conversation, token }
    }
}

/// What came of a message; `None` if the document does not hold it any more.
fn answer(visitor: &Visitor, conversation: &Conversation, sent: &VisitorMessage) -> Option<Value> {
    let message = heard(conversation, sent)?;
    let said = conversation.log.iter().filter(|said| {
        said.sequence > message.sequence && matches!(said.body, Body::Outbound { .. })
    });
    Some(json!({
        "visitor": visitor.id,
        "token": visitor.token,
        "message": MessageView::of(message),
        "replies": said.map(MessageView::of).collect::<Vec<_>>(),
        "pending": waits(conversation, message.id),
    }))
}

fn visitor_problem(error: WordsError) -> Problem {
    match error {
        WordsError::Turn(TurnError::Full(_)) => too_fast(),
        error => words_problem(error),
    }
}

fn too_fast() -> Problem {
    let why = format!("A visitor may write {MESSAGES_A_MINUTE} messages a minute.");
    Problem::TooOften(format!("{why} Send it again later, with the same id."))
}

fn forgotten() -> Problem {
    let why = "This message came before, and what was answered is in the history only.";
    Problem::Conflict(Rule::new("conflict", why))
}

fn not_an_id() -> Problem {
    vec![FieldError::new("/before", "must be the id of a message of this conversation")].into()
}

fn message_not_found() -> Problem {
    Problem::NotFound("Message not found".to_owned())
}
