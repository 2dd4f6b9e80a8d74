//! A telephony account of a team, and Twilio's requests about it.

use serde_json::{Value, json};
use stand_in::{TelephonyRequest, TelephonyWebhook, new_sid};

use crate::app::{PUBLIC_URL, unique};
use crate::{Answer, Request, Team, wait_for};

/// A number of a team.
pub struct Line {
    /// Whose it is.
    pub team: Team,
    /// The number.
    pub number: String,
    /// What webhooks are signed with.
    pub auth_token: String,
}

/// A call under way, as Twilio has it.
pub struct PhoneCall<'l> {
    /// On which number.
    pub line: &'l Line,
    /// Twilio's id.
    pub sid: String,
    /// What every request about it says.
    pub webhook: TelephonyWebhook,
    /// What Twilio was told to do last.
    pub answer: Answer,
}

impl Line {
    /// A number whose calls and texts a workflow answers.
    #[track_caller]
    pub fn answered_by(team: &Team, definition: &Value) -> Self {
        let workflow = team.has_published(definition);
        Self::with(team, json!({"workflow_id": workflow}))
    }

    /// A number registered with these fields more.
    #[track_caller]
    pub fn with(team: &Team, more: Value) -> Self {
        let number = format!("+1500{:07}", unique());
        let auth_token = format!("auth-token-of-{number}");
        let mut body = json!({
            "team": team.name, "type": "telephony", "account": number,
            "credentials": {"account_sid": stand_in::ACCOUNT_SID, "auth_token": auth_token},
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        team.app.ops("POST", "/ops/channels").json(&body).send().expect(201);
        Self { team: team.clone(), number, auth_token }
    }

    /// A signed request of Twilio to `voice`, `status` or `messages`, with its query.
    pub fn request(&self, what: &str, webhook: &TelephonyWebhook) -> Request {
        self.request_to(&format!("{PUBLIC_URL}/channels/telephony/{}/{what}", self.number), webhook)
    }

    /// The same to a whole address that Twilio was given.
    pub fn request_to(&self, url: &str, webhook: &TelephonyWebhook) -> Request {
        let form = webhook.sign(&self.auth_token, url);
        let path = url.strip_prefix(PUBLIC_URL).expect("an address of ours");
        self.team
            .app
            .client
            .post(path)
            .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
            .header("x-twilio-signature", &form.signature)
            .body(form.body)
    }

    /// Somebody calls.
    #[track_caller]
    pub fn is_called_by(&self, phone: &str) -> PhoneCall<'_> {
        let webhook = TelephonyWebhook::call(phone, &self.number);
        let answer = self.request("voice", &webhook).send();
        let sid = webhook.value("CallSid").to_owned();
        PhoneCall { line: self, sid, webhook, answer }
    }

    /// What Twilio was asked for that phone, once there are `count` of it.
    #[track_caller]
    pub fn wait_for_requests_to(&self, phone: &str, count: usize) -> Vec<TelephonyRequest> {
        wait_for(&format!("{count} requests to Twilio for {phone}"), || {
            let mut sent = self.team.app.stand_in.telephony_sent();
            sent.retain(|request| request.to() == phone);
            (sent.len() >= count).then_some(sent)
        })
    }

    /// The contact takes the call that Twilio was asked for.
    #[track_caller]
    pub fn is_taken(&self, request: &TelephonyRequest) -> PhoneCall<'_> {
        let sid = request.sid.clone().expect("a call that was placed");
        let webhook = TelephonyWebhook::answered(&sid, &self.number, request.to());
        let answer = self.request_to(request.field("Url"), &webhook).send();
        PhoneCall { line: self, sid, webhook, answer }
    }

    /// A contact writes a text.
    #[track_caller]
    pub fn is_texted_by(&self, phone: &str, text: &str) -> Answer {
        self.request("messages", &TelephonyWebhook::text(phone, &self.number, text)).send()
    }

    /// Its conversation with a phone.
    pub fn conversation_with(&self, phone: &str) -> String {
        use conversation::{Channel, identity};
        let (team, number) = (&self.team.name, &self.number);
        identity::conversation(team, Channel::Telephony, number, phone).to_string()
    }
}

impl PhoneCall<'_> {
    /// What is said at this step, in order.
    pub fn says(&self) -> Vec<String> {
        texts_of(&self.answer.body, "Say")
    }

    /// The address that follows: of the first `<Gather>`, `<Dial>` or else the last `<Redirect>`.
    pub fn next(&self, verb: &str) -> String {
        let xml = &self.answer.body;
        if verb == "Redirect" {
            return texts_of(xml, "Redirect").pop().unwrap_or_else(|| panic!("no Redirect: {xml}"));
        }
        let start = xml.find(&format!("<{verb} ")).unwrap_or_else(|| panic!("no {verb}: {xml}"));
        let from = xml[start..].find("action=\"").expect("an action") + start + 8;
        let to = xml[from..].find('"').expect("its end") + from;
        unescaped(&xml[from..to])
    }

    /// The caller presses keys.
    #[track_caller]
    pub fn presses(&mut self, keys: &str) {
        let webhook = self.webhook.clone().digits(keys);
        self.goes_on("Gather", &webhook);
    }

    /// The caller speaks.
    #[track_caller]
    pub fn hears(&mut self, words: &str) {
        let webhook = self.webhook.clone().speech(words);
        self.goes_on("Gather", &webhook);
    }

    /// The caller does neither, or waits.
    #[track_caller]
    pub fn is_silent(&mut self) {
        let webhook = self.webhook.clone();
        self.goes_on("Redirect", &webhook);
    }

    /// The call was put through, with that outcome.
    #[track_caller]
    pub fn was_put_through(&mut self, outcome: &str) {
        let webhook = self.webhook.clone().with("DialCallStatus", outcome);
        self.goes_on("Dial", &webhook);
    }

    #[track_caller]
    fn goes_on(&mut self, verb: &str, webhook: &TelephonyWebhook) {
        let request = self.line.request_to(&self.next(verb), webhook);
        self.answer = request.send();
        assert_eq!(self.answer.status, 200, "{}", self.answer);
        // Twilio asks again if the answer does not come: it gets the same.
        let again = request.send();
        assert_eq!(again.body, self.answer.body, "a step that comes again is answered the same");
    }

    /// Whether the call is over for us.
    pub fn is_hung_up(&self) -> bool {
        self.answer.body.contains("<Hangup")
    }
}

/// The texts of the elements of that name, in order.
pub fn texts_of(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let elements = xml.split(&open).skip(1).filter_map(|rest| {
        let text = &rest[rest.find('>')? + 1..];
        Some(unescaped(&text[..text.find(&close)?]))
    });
    elements.collect()
}

fn unescaped(text: &str) -> String {
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'")];
    let mut plain = text.to_owned();
    for (entity, character) in entities {
        plain = plain.replace(entity, character);
    }
    plain.replace("&amp;", "&")
}

/// A text's id.
pub fn a_sid() -> String {
    new_sid("SM")
}
