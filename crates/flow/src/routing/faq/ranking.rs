//! Which question a message asks: BM25, brought to a measure from 0 to 1 that does not depend on how many questions
//! there are, nor how long they are.
//!
//! BM25 (Robertson and Zaragoza, «The Probabilistic Relevance Framework: BM25 and Beyond», 2009) gives a question the
//! weights of the words that the message shares with it. That, divided by what the question would score against
//! itself, is how much of the question was said; the shared words' rarity, divided by that of all words of the message,
//! is how much of the message the question explains. The score is the geometric mean of the two: a question that is a
//! small part of a long story about something else does not match, nor does a long question of which one word was said.

use std::collections::{HashMap, HashSet};

use super::small_words::is_small;
use super::stem::stem;
use crate::words::Words;

/// How soon a word's further occurrences in a question stop to count.
const K1: f64 = 1.2;
/// How much a question's length counts.
const B: f64 = 0.75;
/// What a small word counts beside others: «how do I …» tells a question from a statement, and little else.
const SMALL_WEIGHT: f64 = 0.1;
/// The least score of a match. In `pairs.json`, what must match scores 0.417 at least, and what must not 0.402 at most:
/// between what is meant and what only sounds like it there is no gap, so a longer list would have both on either side.
pub(super) const THRESHOLD: f64 = 0.41;

/// The questions, ready to be ranked.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    terms: HashMap<String, Term>,
    /// What each question scores against itself.
    own: Vec<Own>,
    /// The rarity of a word that no question has.
    unknown: f64,
}

#[derive(Debug, Default)]
struct Term {
    small: bool,
    rarity: f64,
    /// The questions that have it, with its weight in each.
    questions: Vec<(usize, f64)>,
}

#[derive(Debug)]
struct Own {
    score: f64,
    terms: usize,
    /// Whether it has small words only: then it must be asked with just these.
    small: bool,
}

/// What a message says of one question.
#[derive(Clone, Default)]
struct Shared {
    weight: f64,
    rarity: f64,
    terms: usize,
    /// Whether one of the shared words is not small.
    telling: bool,
}

impl Ranking {
    pub(super) fn of<'a>(questions: impl Iterator<Item = &'a str>) -> Self {
        let mut terms: HashMap<String, Term> = HashMap::new();
        let mut lengths = Vec::new();
        for (question, text) in questions.enumerate() {
            let words = Words::of(text);
            for (stem, small) in stems(&words) {
                let term = terms.entry(stem.to_owned()).or_default();
                term.small |= small;
                match term.questions.last_mut() {
                    Some((last, times)) if *last == question => *times += 1.0,
                    _ => term.questions.push((question, 1.0)),
                }
            }
            lengths.push(words.units().count() as f64);
        }
        let count = lengths.len() as f64;
        let mean = (lengths.iter().sum::<f64>() / count).max(1.0);
        let mut own: Vec<Own> =
            lengths.iter().map(|_| Own { score: 0.0, terms: 0, small: true }).collect();
        for term in terms.values_mut() {
            term.rarity = rarity(term.questions.len() as f64, count, term.small);
            for (question, times) in &mut term.questions {
                let length = 1.0 - B + B * lengths[*question] / mean;
                *times = term.rarity * *times * (K1 + 1.0) / (*times + K1 * length);
                let own = &mut own[*question];
                own.score += *times;
                own.terms += 1;
                own.small &= term.small;
            }
        }
        Self { terms, own, unknown: rarity(0.0, count, false) }
    }

    /// The questions that a message comes near to, the best first, with scores above 0 up to 1.
    pub(super) fn rank(&self, words: &Words<'_>) -> Vec<(usize, f64)> {
        if self.own.is_empty() {
            return Vec::new();
        }
        let mut shared = vec![Shared::default(); self.own.len()];
        let mut seen = HashSet::new();
        let mut all = 0.0;
        for (stem, small) in stems(words) {
            if !seen.insert(stem) {
                continue;
            }
            let Some(term) = self.terms.get(stem) else {
                all += self.unknown * if small { SMALL_WEIGHT } else { 1.0 };
                continue;
            };
            all += term.rarity;
            for (question, weight) in &term.questions {
                let shared = &mut shared[*question];
                shared.weight += weight;
                shared.rarity += term.rarity;
                shared.terms += 1;
                shared.telling |= !term.small;
            }
        }
        let scores = shared.iter().zip(&self.own).map(|(shared, own)| {
            let same = shared.terms == own.terms && shared.terms == seen.len();
            match (own.small, shared.telling) {
                (true, _) => f64::from(u8::from(same && own.terms > 0)),
                (false, false) => 0.0,
                (false, true) => (shared.weight / own.score * shared.rarity / all).sqrt(),
            }
        });
        let mut ranked: Vec<(usize, f64)> =
            scores.map(rounded).enumerate().filter(|(_, score)| *score > 0.0).collect();
        ranked.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        ranked
    }
}

/// The stems of a text in order, each with whether its word is small.
fn stems<'w>(words: &'w Words<'_>) -> impl Iterator<Item = (&'w str, bool)> {
    words.units().map(|unit| (stem(unit), is_small(unit)))
}

/// The inverse document frequency of BM25, in the form that is never negative.
fn rarity(having: f64, count: f64, small: bool) -> f64 {
    let rarity = ((count - having + 0.5) / (having + 0.5)).ln_1p();
    if small { rarity * SMALL_WEIGHT } else { rarity }
}

/// As the trace shows it, so that the trace explains the decision; and the same on every machine.
fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    /// Questions, and what people ask: the index of the question it is, or null.
    #[derive(Deserialize)]
    struct Case {
        about: String,
        faq: Vec<String>,
        asks: BTreeMap<String, Option<usize>>,
    }

    fn cases() -> Vec<Case> {
        serde_json::from_str(include_str!("pairs.json")).unwrap()
    }

    #[test]
    fn people_find_their_question_and_no_other() {
        let mut wrong = Vec::new();
        let (mut least, mut most) = (1.0_f64, 0.0_f64);
        for case in cases() {
            let ranking = Ranking::of(case.faq.iter().map(String::as_str));
            for (text, expected) in &case.asks {
                let ranked = ranking.rank(&Words::of(text));
                let best = ranked.first().map_or(0.0, |(_, score)| *score);
                match expected {
                    Some(_) => least = least.min(best),
                    None => most = most.max(best),
                }
                let found = ranked.first().filter(|(_, score)| *score >= THRESHOLD);
                if found.map(|(question, _)| *question) != *expected {
                    wrong.push(format!("{}: {text}: {ranked:?}, not {expected:?}", case.about));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!((least, most), (0.417, 0.402), "what THRESHOLD lies between");
        let asks = cases().into_iter().flat_map(|case| case.asks.into_values());
        let (matching, other): (Vec<_>, Vec<_>) = asks.partition(Option::is_some);
        assert!(matching.len() >= 100 && other.len() >= 70, "{} {}", matching.len(), other.len());
    }

    #[test]
    fn a_question_scores_one_against_itself() {
        for case in cases() {
            let ranking = Ranking::of(case.faq.iter().map(String::as_str));
            for (i, question) in case.faq.iter().enumerate() {
                assert_eq!(ranking.rank(&Words::of(question))[0], (i, 1.0), "{question}");
            }
        }
    }

    #[test]
    fn nothing_is_found_among_nothing() {
        let ranking = Ranking::of([].into_iter());
        assert_eq!(ranking.rank(&Words::of("hello")), []);
        let blank = Ranking::of(["", "?!"].into_iter());
        assert_eq!(blank.rank(&Words::of("hello")), []);
        assert_eq!(blank.rank(&Words::of("")), []);
    }
}
