//! The inputs of a corpus, as files.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Whether an input of the corpus has a name of its own, as an example has, or what once broke something: those stay. The
/// others are named by the SHA-1 of their content.
pub fn is_named(input: &Path) -> bool {
    let name = input.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    !(name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The files of a folder with their sizes in bytes.
pub fn smallest_first(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        files.push((file.metadata()?.len(), file.path()));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_name_of_its_own_stays_in_the_corpus() {
        assert!(!is_named(Path::new("c/da39a3ee5e6b4b0d3255bfef95601890afd80709")));
        assert!(is_named(Path::new("c/context-too-deep.json")));
    }
}
