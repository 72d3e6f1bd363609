//! Lines and columns of places in a text.

/// The beginnings of all lines of a text.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Returns the line and the column of a byte, both from 1. The column counts characters.
    pub(super) fn place(&self, at: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        // A place in the middle of a character is the one of the character.
        let end = (0..=at.min(self.text.len())).rev().find(|end| self.text.is_char_boundary(*end)).unwrap_or_default();
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count());
        (number(line), number(column))
    }
}

/// Returns an index as a number from 1.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn places_count_lines_and_characters() {
        let lines = Lines::new("ab\né=1\r\n\nx");
        for (at, place) in
            [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (4, (2, 1)), (5, (2, 2)), (9, (3, 1)), (10, (4, 1)), (99, (4, 2))]
        {
            assert_eq!(lines.place(at), place, "{at}");
        }
        assert_eq!(Lines::new("").place(0), (1, 1));
    }
}
