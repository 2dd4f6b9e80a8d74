//! `faq`: questions with their answers. The question that comes nearest to the message, if it comes near enough.

mod ranking;
mod small_words;
mod stem;

use std::collections::HashSet;

use self::ranking::{Ranking, THRESHOLD};
use super::answer::Answer;
use super::{Decision, Reader, Route, texts};
use crate::Faq;
use crate::limits::MAX_CONSIDERED;
use crate::turn::Turn;
use crate::words::Words;

/// The questions of a definition.
#[derive(Debug, Default)]
pub(super) struct Questions {
    ranking: Ranking,
    names: Vec<String>,
    /// The node of the first answer; the others follow.
    start: usize,
}

pub(super) fn read(faq: &[Faq], reader: &mut Reader<'_>) -> Questions {
    let start = reader.nodes.len();
    for (i, Faq { question, answer }) in faq.iter().enumerate() {
        if Words::of(question).is_empty() {
            let message =
                "a question without words is never found; write it as a contact would ask";
            reader.reading.issues.warning("never_chosen", format!("/faq/{i}/question"), message);
        }
        let says = texts::read(Some(answer), &format!("/faq/{i}/answer"), reader.reading);
        reader.place(format!("#faq/{i}"), Answer { says, ..Answer::default() }, None);
    }
    let questions = faq.iter().map(|faq| faq.question.as_str());
    let names = questions.clone().map(str::to_owned).collect();
    Questions { ranking: Ranking::of(questions), names, start }
}

/// The indices of all these texts, those first that a message comes nearest to; the others after them, in order.
#[must_use]
pub fn nearest<'a>(texts: impl Iterator<Item = &'a str> + Clone, message: &str) -> Vec<usize> {
    let ranked = Ranking::of(texts.clone()).rank(&Words::of(message));
    let mut order: Vec<usize> = ranked.into_iter().map(|(text, _)| text).collect();
    let near: HashSet<usize> = order.iter().copied().collect();
    order.extend((0..texts.count()).filter(|text| !near.contains(text)));
    order
}

impl Questions {
    /// The question that a message asks.
    pub(super) fn choose<'a>(
        &'a self,
        turn: &mut Turn<'_>,
        words: &Words<'_>,
    ) -> Option<Decision<'a>> {
        let ranked = self.ranking.rank(words);
        for (question, score) in ranked.iter().take(MAX_CONSIDERED) {
            Route::Faq.consider(turn, &self.names[*question], *score);
        }
        let (best, _) = *ranked.first().filter(|(_, score)| *score >= THRESHOLD)?;
        Some(Decision { route: Route::Faq, name: Some(&self.names[best]), at: self.start + best })
    }
}
