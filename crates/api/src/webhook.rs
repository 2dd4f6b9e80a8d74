//! Creating a webhook, as both APIs that have them do.

use ::engine::Host as _;
use fields::FieldError;
use webhooks::{AddError, NewWebhook, Surface, Webhook};

use crate::spin_host::engine;
use crate::{Call, Problem, random, secrets};

impl Call {
    /// Creates a webhook of a team, and tells one of the actions API that it is: one write, and two for an
    /// `Idempotency-Key`. The webhook, and its secret, which is shown with this answer only: so the answer is not kept. The
    /// same request again, by its key, finds what it made.
    ///
    /// # Errors
    /// 409 for an `Idempotency-Key` that came with another body, 422 for an address that may not be called, or too many
    /// webhooks; [`Problem::NotConfigured`] without a `secrets_key`.
    pub async fn create_webhook(
        &mut self,
        team: &str,
        new: NewWebhook,
    ) -> Result<(Webhook, String), Problem> {
        let secrets = secrets().await?;
        let request = self.idempotency_key(team).await?;
        let there = webhooks::load(self.host.store(), team).await?;
        let webhook = match there.find(request.id) {
            Some(webhook) => webhook.clone(),
            None => {
                webhooks::check_room(&there).map_err(add_problem)?;
                let engine = engine(&self.host).await;
                let checked = engine.check_webhook(&new.url).await;
                checked.map_err(|why| vec![FieldError::new("/url", why)])?;
                let secret = webhooks::new_secret(random());
                let sealed = webhooks::seal_secret(request.id, &secret, &secrets, random());
                let mut webhook = Webhook {
                    id: request.id,
                    url: new.url,
                    events: new.events,
                    secret: sealed.map_err(|error| Problem::Internal(error.to_string()))?,
                    surface: new.surface,
                    request: request.used.clone(),
                    test: None,
                    disabled: None,
                    created_at: self.host.now(),
                };
                if webhook.surface == Surface::Actions {
                    webhook.test = Some(engine.test_webhook(&webhook, &secret).await);
                }
                if there.webhooks.is_empty() {
                    rotation::announce(self.host.store(), team).await?;
                }
                // Another of the same request may have been faster: then it is that one.
                webhooks::add(self.host.store(), team, &webhook).await.map_err(add_problem)?
            }
        };
        if webhook.request.body != request.used.body {
            return Err(Problem::key_reused());
        }
        let secret = webhooks::open_secret(&webhook, &secrets);
        let secret = secret.map_err(|_| Problem::WrongKey)?;
        self.keep_no_answer().await;
        Ok((webhook, secret))
    }
}

fn add_problem(error: AddError) -> Problem {
    match error {
        AddError::Full => Problem::rule(error.to_string()),
        AddError::Store(error) => error.into(),
    }
}
