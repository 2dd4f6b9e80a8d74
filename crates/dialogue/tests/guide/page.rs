//! The page: its JSON blocks and its tables.

use std::path::PathBuf;

use crate::corpus;

pub struct Page {
    text: String,
}

fn file() -> PathBuf {
    corpus::root().join("docs/workflows.md")
}

pub fn updates() -> bool {
    std::env::var_os("UPDATE").is_some()
}

impl Page {
    pub fn read() -> Self {
        Self { text: std::fs::read_to_string(file()).expect("docs/workflows.md") }
    }

    /// Every block of code; all of them are JSON.
    pub fn blocks(&self) -> Vec<String> {
        let parts: Vec<&str> = self.text.split("```").collect();
        assert_eq!(parts.len() % 2, 1, "every block is closed");
        let blocks = parts.into_iter().skip(1).step_by(2);
        blocks.map(|block| block.strip_prefix("json\n").expect("JSON").to_owned()).collect()
    }

    pub fn replace(&mut self, block: &str, by: &str) {
        self.text = self.text.replacen(block, by, 1);
    }

    pub fn write_if_updating(&self) {
        if updates() {
            std::fs::write(file(), &self.text).unwrap();
        }
    }

    /// The rows of the table whose first column has this heading.
    pub fn table(&self, heading: &str) -> Vec<Vec<String>> {
        let lines = self.table_lines(heading);
        lines.iter().skip(2).map(|line| cells(line)).collect()
    }

    /// A table as it is written.
    pub fn table_lines(&self, heading: &str) -> Vec<&str> {
        let begin = format!("| {heading} |");
        let lines = self.text.lines().skip_while(|line| !line.starts_with(&begin));
        let table: Vec<&str> = lines.take_while(|line| line.starts_with('|')).collect();
        assert!(table.len() > 2, "a table `{heading}`");
        table
    }

    /// What stands in backticks, anywhere but in blocks.
    pub fn words(&self) -> Vec<String> {
        let prose: String = self.text.split("```").step_by(2).collect();
        prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The page in one line.
    pub fn flowing(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The cells of a row; a `\|` is a character of one.
fn cells(line: &str) -> Vec<String> {
    const ESCAPED: &str = "\u{1}";
    let line = line.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", ESCAPED);
    line.split('|').map(|cell| cell.trim().replace(ESCAPED, "|")).collect()
}

/// What stands in backticks.
pub fn ticked(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}
