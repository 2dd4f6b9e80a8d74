//! Two servers, or two kinds of requests to one, that take turns: what slows the machine for a while slows both.

use std::time::Duration;

use anyhow::Context as _;

use super::load::{Load, Measured};
use super::options::Options;
use super::requests::Requests;
use super::side::Side;

/// The most that is sent before the first round, which fills the caches of instances.
const WARM_UP: Duration = Duration::from_millis(300);
/// A paced load sends less, so it is given more time.
const PACED: u32 = 2;

/// Rounds, and how long each is.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    rounds: u32,
    round: Duration,
}

impl Turns {
    /// As the options say, for such a load.
    pub fn new(options: &Options, load: Load) -> Self {
        let times = if matches!(load, Load::Paced(_)) { PACED } else { 1 };
        Self { rounds: options.rounds.max(1), round: options.round() * times }
    }

    fn warm_up(self) -> Duration {
        WARM_UP.min(self.round)
    }

    /// One server alone.
    ///
    /// # Errors
    /// As [`Side::round`].
    pub async fn alone(
        self,
        side: &Side,
        requests: &Requests,
        load: Load,
    ) -> anyhow::Result<Measured> {
        side.round(requests, load, self.warm_up()).await?;
        let mut measured = Measured::default();
        for _ in 0..self.rounds {
            measured.add(side.round(requests, load, self.round).await?);
        }
        Ok(measured)
    }

    /// A server, and one `beside` it. What the second is asked for is made, in each round anew, from what the first came
    /// to: documents grow.
    ///
    /// # Errors
    /// As [`Side::round`].
    pub async fn beside(
        self,
        (own, requests): (&Side, &Requests),
        beside: &Side,
        load: Load,
        same: impl AsyncFn(&Measured) -> anyhow::Result<Requests>,
    ) -> anyhow::Result<(Measured, Measured)> {
        own.round(requests, load, self.warm_up()).await?;
        let (mut first, mut second) = (Measured::default(), Measured::default());
        for round in 0..self.rounds {
            let measured = own.round(requests, load, self.round).await?;
            let requests = same(&measured).await?;
            first.add(measured);
            if round == 0 {
                let warmed = beside.round(&requests, load, self.warm_up()).await;
                warmed.context("what is measured beside it")?;
            }
            let measured = beside.round(&requests, load, self.round).await;
            second.add(measured.context("what is measured beside it")?);
        }
        Ok((first, second))
    }
}
