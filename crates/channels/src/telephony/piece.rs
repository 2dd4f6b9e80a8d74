//! Texts that are longer than one message or one `<Say>` may be.

/// The text in pieces of at most `max` UTF-16 units, which is how SMS counts: never more characters than that. Cut after
/// the last of `ends` that leaves more than half of a piece, else between words, else anywhere. Blank pieces are left out.
pub(super) fn pieces(text: &str, max: usize, ends: &[&str]) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let most = fitting(rest, max);
        let cut = if most == rest.len() { most } else { cut(&rest[..most], &rest[most..], ends) };
        let (piece, after) = rest.split_at(cut);
        pieces.push(piece.trim_end().to_owned());
        rest = after.trim_start();
    }
    pieces
}

/// The bytes that fit; at least one character's.
fn fitting(text: &str, max: usize) -> usize {
    let mut units = 0;
    for (at, char) in text.char_indices() {
        units += char.len_utf16();
        if units > max && at > 0 {
            return at;
        }
    }
    text.len()
}

fn cut(head: &str, after: &str, ends: &[&str]) -> usize {
    if after.starts_with(char::is_whitespace)
        && ends.iter().any(|end| head.ends_with(end.trim_end()))
    {
        return head.len();
    }
    let end = ends.iter().filter_map(|end| head.rfind(end).map(|at| at + end.len())).max();
    let word = || match after.starts_with(char::is_whitespace) {
        true => Some(head.len()),
        false => head.rfind(char::is_whitespace).filter(|at| *at > 0),
    };
    end.filter(|end| *end > head.len() / 2).or_else(word).unwrap_or(head.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCES: [&str; 3] = [". ", "! ", "? "];

    #[test]
    fn what_fits_is_one_piece() {
        assert_eq!(pieces(" One. Two. ", 9, &SENTENCES), ["One. Two."]);
        assert_eq!(pieces(" \n", 9, &SENTENCES), [""; 0]);
    }

    #[test]
    fn a_piece_ends_with_a_sentence_else_with_a_word_else_anywhere() {
        assert_eq!(pieces("One, two. Three four", 14, &SENTENCES), ["One, two.", "Three four"]);
        assert_eq!(pieces("One, two. Three four", 9, &SENTENCES), ["One, two.", "Three", "four"]);
        assert_eq!(pieces("A. bcdef ghijkl", 10, &SENTENCES), ["A. bcdef", "ghijkl"]);
        assert_eq!(pieces("abcdefgh", 3, &SENTENCES), ["abc", "def", "gh"]);
    }

    #[test]
    fn an_emoji_counts_as_two_and_is_never_cut() {
        assert_eq!(
            pieces("\u{1f600}\u{1f600}\u{1f600}", 5, &["\n"]),
            ["\u{1f600}\u{1f600}", "\u{1f600}"]
        );
        assert_eq!(pieces("\u{1f600}\u{1f600}", 1, &["\n"]), ["\u{1f600}", "\u{1f600}"]);
    }
}
