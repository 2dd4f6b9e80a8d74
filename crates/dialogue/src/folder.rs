//! Runs the dialogues of files and folders, or writes them anew, and counts what of their workflows they take.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::compare::explain;
use crate::coverage::{Coverage, Coverages, Taken, Walked};
use crate::{Dialogue, Workflow};

/// How the dialogues of some files and folders went.
#[derive(Debug, Default)]
pub struct Report {
    /// How many were played.
    pub played: usize,
    /// What is not as expected.
    pub failures: Vec<Failure>,
    /// The files that were written anew, since they were not as expected.
    pub blessed: Vec<PathBuf>,
    /// What of each workflow's file the dialogues take, by path. Nothing where a filter left some out.
    pub coverage: Vec<(PathBuf, Coverage)>,
}

/// A file that is not as expected.
#[derive(Debug)]
pub struct Failure {
    /// The file.
    pub file: PathBuf,
    /// What is not as expected, in lines.
    pub text: String,
}

/// Plays the dialogues among files and in folders and their folders; workflows that lie there are counted too. With
/// `bless`, dialogues that are not as expected are written as they went. `filter` is a part of a dialogue's path.
///
/// # Errors
/// When a path cannot be read, or there is no dialogue at all.
pub fn check(paths: &[PathBuf], filter: Option<&str>, bless: bool) -> anyhow::Result<Report> {
    let mut files = Vec::new();
    for path in paths {
        find(path, &mut files)?;
    }
    files.sort();
    files.dedup();
    let mut report = Report::default();
    let mut coverages = Coverages::default();
    for file in files {
        match Kind::of(&file) {
            Kind::Other => {}
            Kind::Workflow => {
                if let Ok(workflow) = Workflow::read(&file) {
                    coverages.add(&Walked::new(workflow, Taken::default()));
                }
            }
            Kind::Dialogue => {
                if filter.is_none_or(|filter| file.to_string_lossy().contains(filter)) {
                    report.play(&file, bless, &mut coverages);
                }
            }
        }
    }
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    ensure!(report.played > 0 || filter.is_some(), "there is no dialogue in {}", names.join(", "));
    if filter.is_none() {
        report.coverage = coverages.into_iter().collect();
    }
    Ok(report)
}

/// The JSON files at a path. A file that is named is taken whatever its name.
fn find(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let unreadable = || format!("cannot read {}", path.display());
    if !path.metadata().with_context(unreadable)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        if path.is_dir() || path.extension().is_some_and(|extension| extension == "json") {
            find(&path, files)?;
        }
    }
    Ok(())
}

/// What a file is.
enum Kind {
    Dialogue,
    Workflow,
    Other,
}

impl Kind {
    /// What cannot be read is taken for a dialogue, so that it is said.
    fn of(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).ok();
        match text.and_then(|text| serde_json::from_str::<Value>(&text).ok()) {
            Some(Value::Object(fields)) if fields.contains_key("turns") => Self::Dialogue,
            Some(Value::Object(fields)) if fields.contains_key("graph") => Self::Workflow,
            Some(_) => Self::Other,
            None => Self::Dialogue,
        }
    }
}

impl Report {
    fn play(&mut self, file: &Path, bless: bool, coverages: &mut Coverages) {
        self.played += 1;
        match self.try_play(file, bless, coverages) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => self.failures.push(Failure { file: file.to_owned(), text }),
            Err(error) => {
                let text = format!("{error:#}\n");
                self.failures.push(Failure { file: file.to_owned(), text });
            }
        }
    }

    /// What is wrong with a dialogue, and still is when it was blessed.
    fn try_play(
        &mut self,
        file: &Path,
        bless: bool,
        coverages: &mut Coverages,
    ) -> anyhow::Result<String> {
        let mut dialogue = Dialogue::read(file)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let played = dialogue.play(folder)?;
        played.walked.iter().for_each(|walked| coverages.add(walked));
        if bless {
            let before = dialogue.clone();
            dialogue.bless(&played);
            if dialogue != before {
                std::fs::write(file, dialogue.to_text())?;
                self.blessed.push(file.to_owned());
            }
        }
        Ok(explain(&dialogue, &played))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Failure { file, text } in &self.failures {
            writeln!(f, "{} does not go as it says (- expected, + seen):", file.display())?;
            text.lines().try_for_each(|line| writeln!(f, "  {line}"))?;
        }
        for file in &self.blessed {
            writeln!(f, "{} was written anew", file.display())?;
        }
        for (file, coverage) in &self.coverage {
            let name = file.file_name().unwrap_or(file.as_os_str());
            writeln!(f, "{}: {coverage}", name.to_string_lossy())?;
        }
        let dialogues = if self.played == 1 { "dialogue" } else { "dialogues" };
        write!(f, "{} {dialogues}, {} failed", self.played, self.failures.len())
    }
}
