//! Which label a language model means: models add quotes, full stops and capitals to what they were told to repeat.

use crate::Label;
use crate::fold::{bare, fold};

/// The label that is written so; else the one that reads so; else the one that reads so without the signs around it.
pub(super) fn find<'a>(labels: &'a [Label], answer: &str) -> Option<&'a Label> {
    let folded = fold(answer);
    let said = bare(&folded);
    let means: [&dyn Fn(&str) -> bool; 4] =
        [&|id| id == answer, &|id| fold(id) == folded, &|id| fold(id) == said, &|id| {
            !said.is_empty() && bare(&fold(id)) == said
        }];
    means.iter().find_map(|means| labels.iter().find(|label| means(&label.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ids: &[&str], answer: &str) -> Option<String> {
        let label = |id: &&str| Label { id: (*id).to_owned(), description: None };
        let labels: Vec<Label> = ids.iter().map(label).collect();
        find(&labels, answer).map(|label| label.id.clone())
    }

    #[test]
    fn quotes_signs_capitals_and_accents_do_not_count() {
        for answer in [
            "order status",
            "Order Status.",
            "\"order status\"",
            " **order  status**\n",
            "`Ordér Status`",
        ] {
            assert_eq!(
                found(&["order status", "other"], answer).as_deref(),
                Some("order status"),
                "{answer}"
            );
        }
        for answer in ["", " ", ".", "order", "order status, other", "none"] {
            assert_eq!(found(&["order status", "other"], answer), None, "{answer}");
        }
    }

    #[test]
    fn what_is_written_alike_comes_before_what_reads_alike() {
        assert_eq!(found(&["c", "C", "c++"], "C").as_deref(), Some("C"));
        assert_eq!(found(&["c", "c++"], "C++").as_deref(), Some("c++"));
        assert_eq!(found(&["c++", "c"], "`c`").as_deref(), Some("c"));
        assert_eq!(found(&["c++"], "C.").as_deref(), Some("c++"));
        assert_eq!(found(&["+", "-"], "+").as_deref(), Some("+"));
    }
}
