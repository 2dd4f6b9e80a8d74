//! A backend that has messages sent, and what must hold of them.

use std::cell::RefCell;
use std::rc::Rc;

use conversation::{Body, Message, TurnError};
use engine::{Key, OrderError, OrderRequest};
use flow::{Content, Variables};
use teams::Account;

use super::host::SimHost;
use super::phone;
use super::record::{Ordered, Record};

/// A backend asks, and waits for what the provider says.
pub async fn order(host: SimHost, record: Rc<RefCell<Record>>, account: Account, n: usize) {
    let (address, key, content, tag) = {
        let order = &record.borrow().orders[n];
        (phone(order.contact), order.key.clone(), content(order), order.tag.clone())
    };
    let key = key.as_deref().map(|key| Key { key, route: "send", body: tag.as_bytes() });
    let address = address.as_str();
    let request = OrderRequest { account: &account, address, content, reply_to: None, key };
    let engine = host.engine();
    match engine.order(&request).await {
        Ok(ordered) => {
            host.world.note(|| format!("task {}: message {}", host.task, ordered.message));
            engine.deliver(ordered.committed).await;
            host.send_marked().await;
            record.borrow_mut().orders[n].answers.push(ordered.message);
        }
        Err(OrderError::Engine(error)) => {
            host.world.note(|| format!("task {}: {error}", host.task));
        }
        Err(OrderError::Turn(TurnError::OptedOut)) => record.borrow_mut().orders[n].refused = true,
        Err(error) => host.world.wrong(format!("order {n}: {error}")),
    }
}

fn content(order: &Ordered) -> Content {
    if order.is_text {
        return Content::Text { text: order.tag.clone() };
    }
    let variables = Variables::Positional(vec![order.tag.clone()]);
    let (name, language) = ("order".to_owned(), "en".to_owned());
    Content::Template { name, language, variables, buttons: Vec::new() }
}

/// G1 and G2: an order with a key is in the log once at most, and what was answered is there.
pub fn judge(order: &Ordered, log: &[Message]) -> Result<(), String> {
    let is_it = |message: &&Message| matches!(&message.body, Body::Outbound { content: said } if *said == content(order));
    let times = log.iter().filter(is_it).count();
    if order.key.is_some() && times > 1 {
        return Err(format!("G1: {} was ordered once, and said {times} times", order.tag));
    }
    let there = |id| log.iter().filter(is_it).any(|message| message.id == id);
    match order.answers.iter().all(|id| there(*id)) {
        true => Ok(()),
        false => Err(format!("G2: {} was acknowledged, and is lost", order.tag)),
    }
}
