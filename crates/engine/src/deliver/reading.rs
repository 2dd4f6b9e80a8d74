//! Showing a contact that its message was read, and that an answer is being made, on accounts that want it.
//!
//! It goes beside the first message, or the first call, of the delivery that follows the commit which took the contact's
//! message: hardly anything waits for it, nothing is stored of it, and a message that comes again is not shown again. Typing is shown
//! only where a call makes the contact wait; else it would go on below the answer.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use channels::whatsapp::reading_request;
use futures::future::{Either, select};
use http::Request;
use store::Kv as _;
use teams::{Account, Credentials};

use super::Delivered;
use crate::turn::Committed;
use crate::{Engine, Host};

/// How long it may take.
const WITHIN: Duration = Duration::from_secs(10);

/// How long it may take more than what it is beside, in milliseconds: both leave at once, but this one may need a connection of
/// its own. If what is beside it did not wait at all, it would often be broken off before it left.
const MORE: u64 = 500;

/// A message of the contact that is to be shown as read.
#[derive(Debug)]
pub(crate) struct Heard {
    account: Account,
    /// The provider's id.
    message: String,
    /// Whether it was shown; that an answer is being made was not.
    read: bool,
}

impl<R> Committed<R> {
    /// Has the last message that was taken shown as read when it is answered, if the account wants that.
    pub(crate) fn show_as_read(&mut self, account: &Account) {
        let heard = self.heard.take().filter(|_| account.mark_as_read);
        self.reading =
            heard.map(|message| Heard { account: account.clone(), message, read: false });
    }
}

impl<H: Host> Engine<'_, H> {
    /// What is to be shown before a message, or before a call.
    pub(super) fn reading(&self, hand: &mut Delivered, typing: bool) -> Option<Request<Vec<u8>>> {
        let heard = hand.reading.as_mut().filter(|heard| typing || !heard.read)?;
        heard.read = true;
        let secrets = self.providers.secrets.as_ref()?;
        let Ok(Credentials::Whatsapp { access_token, .. }) = heard.account.credentials(secrets)
        else {
            return None;
        };
        let (origin, account) = (&self.providers.whatsapp_api_url, &heard.account.account);
        let request = reading_request(origin, account, &access_token, &heard.message, typing);
        if typing {
            hand.reading = None;
        }
        request.ok()
    }

    /// Does what matters, and shows this meanwhile: what matters comes to its end [`MORE`] later than without, at most.
    pub(super) async fn while_showing<T>(
        &self,
        shown: Option<Request<Vec<u8>>>,
        what_matters: impl Future<Output = T>,
    ) -> T {
        let Some(request) = shown else { return what_matters.await };
        let (shown, what_matters) = (pin!(self.show(request)), pin!(what_matters));
        match select(shown, what_matters).await {
            Either::Left(((), what_matters)) => what_matters.await,
            Either::Right((done, shown)) => {
                select(shown, pin!(self.host.store().kv().pause(MORE))).await;
                done
            }
        }
    }

    async fn show(&self, request: Request<Vec<u8>>) {
        match self.host.send(request, WITHIN).await {
            Ok(answer) if (200..300).contains(&answer.status) => {}
            Ok(answer) => self.host.log(&format!("not shown as read: HTTP {}", answer.status)),
            Err(error) => self.host.log(&format!("not shown as read: {error}")),
        }
    }
}
