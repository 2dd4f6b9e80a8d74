//! The code by which people start a test on a number that agents share.

/// Letters and digits that are not taken for one another: no I, O, 0 and 1. There are 32, so five bits choose one.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Characters of a code (contract/console-bimpe.md, section 4).
const LENGTH: u32 = 8;

/// The code that 40 of these random bits make.
#[must_use]
pub fn test_code(random: u128) -> String {
    (0..LENGTH).map(|at| char::from(ALPHABET[(random >> (5 * at)) as usize & 31])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eight_characters_that_nobody_mistakes() {
        for random in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            let code = test_code(random);
            assert_eq!(code.len(), 8);
            assert!(
                code.chars().all(|c| c.is_ascii_alphanumeric() && !"IO01".contains(c)),
                "{code}"
            );
        }
        assert_ne!(test_code(1), test_code(2));
    }
}
