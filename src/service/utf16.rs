//! Offsets for JavaScript, whose strings count UTF-16 units. The rest of the library counts bytes.

/// Returns the UTF-16 units of `text` before the byte `at`; a byte inside a character counts as its start.
pub(super) fn offset(text: &str, at: usize) -> usize {
    text.char_indices().take_while(|(start, c)| start + c.len_utf8() <= at).map(|(_, c)| c.len_utf16()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn han_astral_and_ascii_characters_count_as_javascript_counts_them() {
        let text = "a煤𠮷b";
        let offsets: Vec<usize> = (0..=text.len() + 1).map(|at| offset(text, at)).collect();
        assert_eq!(offsets, [0, 1, 1, 1, 2, 2, 2, 2, 4, 5, 5]);
    }

    proptest! {
        #[test]
        fn an_offset_is_the_length_of_what_is_before(before in "\\PC{0,20}", after in "\\PC{0,5}") {
            let text = format!("{before}{after}");
            prop_assert_eq!(offset(&text, before.len()), before.encode_utf16().count());
        }
    }
}
