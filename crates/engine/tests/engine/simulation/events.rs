//! What happens in a run: drawn at its beginning, and what comes again afterwards.

use std::rc::Rc;

use super::record::{Heard, Ordered, Triggered};
use super::{Simulation, workflows};

/// Something that is to happen.
#[derive(Clone, Debug)]
pub enum Event {
    Trigger(usize),
    Order(usize),
    /// Messages in one webhook.
    Webhook(Vec<usize>),
    Receipts(Vec<(usize, &'static str)>),
    Publish(u32),
    Sweep,
}

impl Simulation {
    pub(super) fn draw_events(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let campaigns = [self.random.once_in(3), self.random.once_in(2)];
        for n in 0..=self.below(3) {
            let contact = self.below(self.contacts);
            let key = (!self.random.once_in(3)).then(|| format!("key-{}-{contact}", n / 2));
            let cart = format!("cart-{}-{contact}", key.clone().unwrap_or_else(|| n.to_string()));
            let is_campaign = campaigns[n / 2];
            let (answers, refused) = (Vec::new(), false);
            let trigger = Triggered { contact, key, cart, is_campaign, answers, refused };
            self.record.borrow_mut().triggers.push(trigger);
            // Some callers are impatient.
            for _ in 0..=u64::from(self.random.once_in(3)) {
                events.push(Event::Trigger(n));
            }
        }
        for n in 0..self.below(3) {
            let (contact, is_text) = (self.below(self.contacts), self.random.once_in(2));
            let key = (!self.random.once_in(4)).then(|| format!("order-{n}"));
            self.record.borrow_mut().orders.push(Ordered::new(n, contact, key, is_text));
            for _ in 0..=u64::from(self.random.once_in(2)) {
                events.push(Event::Order(n));
            }
        }
        let mut webhook = Vec::new();
        for n in 0..1 + self.below(7) {
            let contact = self.below(self.contacts);
            let (id, text) = (format!("wamid.in.{n}"), self.draw_text(n));
            let heard = Heard { contact, id, text, acknowledged: false };
            self.record.borrow_mut().heard.push(heard);
            webhook.push(n);
            if !self.random.once_in(3) {
                let webhook = std::mem::take(&mut webhook);
                // Delivered to several at the same instant.
                for _ in 0..=self.random.below(3) / 2 {
                    events.push(Event::Webhook(webhook.clone()));
                }
            }
        }
        if !webhook.is_empty() {
            events.push(Event::Webhook(webhook));
        }
        if self.random.once_in(2) {
            events.push(Event::Publish(2));
        }
        for _ in 0..self.below(3) {
            events.push(Event::Sweep);
        }
        for at in (1..events.len()).rev() {
            let other = self.below(at + 1);
            events.swap(at, other);
        }
        events
    }

    /// Mostly something that is answered.
    fn draw_text(&mut self, n: usize) -> String {
        match self.below(12) {
            0 => "STOP".to_owned(),
            1 => "START".to_owned(),
            2 => format!("{}{n}", workflows::LEAVE),
            3 => format!("{}{n}", workflows::AGREE),
            _ => format!("e{n}"),
        }
    }

    /// What the callers and the provider deliver again; and some that was acknowledged.
    pub(super) fn unacknowledged(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let record = Rc::clone(&self.record);
        let record = record.borrow();
        for (n, trigger) in record.triggers.iter().enumerate() {
            let wanting = trigger.answers.is_empty() && !trigger.refused;
            if trigger.key.is_some() && (wanting || self.comes_again()) {
                events.push(Event::Trigger(n));
            }
        }
        for (n, order) in record.orders.iter().enumerate() {
            if order.key.is_some() && (order.is_wanting() || self.comes_again()) {
                events.push(Event::Order(n));
            }
        }
        for (n, heard) in record.heard.iter().enumerate() {
            if !heard.acknowledged || self.comes_again() {
                events.push(Event::Webhook(vec![n]));
            }
        }
        events
    }

    fn comes_again(&mut self) -> bool {
        self.repeats && self.random.once_in(10)
    }
}
