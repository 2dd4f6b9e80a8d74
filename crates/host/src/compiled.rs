//! Compiled components, kept from one start to the next.
//!
//! Not wasmtime's own cache: what comes from that lies in memory whole, uncompressed. These files are mapped, so of each
//! component only that takes memory which runs.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use wasmtime::component::Component;
use wasmtime::{Engine, Result};

/// How the files end.
const EXTENSION: &str = "cwasm";

/// A folder of compiled components: one of each name, `<name>.<hash of the wasm and of the engine>.cwasm`. Whoever may write
/// there may run code in this process.
pub(crate) struct Compiled {
    folder: PathBuf,
}

impl Compiled {
    /// That folder, made if there is none.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The component of this wasm, read from `source`: as it was kept, else compiled and kept.
    pub(crate) fn component(
        &self,
        engine: &Engine,
        source: &Path,
        wasm: &[u8],
    ) -> Result<Component> {
        let name = source.file_stem().unwrap_or_default().to_string_lossy();
        let path = self.folder.join(format!("{name}.{}.{EXTENSION}", hash(engine, wasm)));
        // One that another engine made, or that is cut short, is refused, and made again.
        if path.exists()
            && let Ok(component) = map(engine, &path)
        {
            return Ok(component);
        }
        let compiled = engine.precompile_component(wasm)?;
        // Where the disk is full, or read-only, it runs all the same.
        if self.keep(&path, &compiled).is_err() {
            return Component::from_binary(engine, wasm);
        }
        drop(compiled);
        self.forget_others(&name, &path);
        // Unless whoever starts with another version at this moment has removed it.
        map(engine, &path).or_else(|_| Component::from_binary(engine, wasm))
    }

    /// Whole, or not at all: others may start at the same time, and the machine may stop.
    fn keep(&self, path: &Path, compiled: &[u8]) -> std::io::Result<()> {
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(compiled)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes what was kept of this name before. Who runs it has it mapped, and goes on.
    fn forget_others(&self, name: &str, kept: &Path) {
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        for path in files.flatten().map(|file| file.path()).filter(|path| path != kept) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let of_this_name = stem.rsplit_once('.').is_some_and(|(of, _)| of == name);
            if of_this_name && path.extension().is_some_and(|extension| extension == EXTENSION) {
                // It takes space, no more.
                let _ = fs::remove_file(&path);
            }
        }
    }
}

/// What decides whether a compiled component is still the right one.
fn hash(engine: &Engine, wasm: &[u8]) -> String {
    let mut compatible = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut compatible);
    let mut hash = Sha256::new();
    hash.update(compatible.finish().to_le_bytes());
    hash.update(wasm);
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[allow(unsafe_code)]
fn map(engine: &Engine, path: &Path) -> Result<Component> {
    // SAFETY: the file is what `precompile_component` gave: `keep` writes no other, and never one that is there.
    unsafe { Component::deserialize_file(engine, path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The least component, and one that has a custom section of no bytes named `v`.
    const VERSIONS: [&[u8]; 2] = [b"\0asm\x0d\0\x01\0", b"\0asm\x0d\0\x01\0\0\x02\x01v"];

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        files
    }

    #[test]
    fn a_component_is_compiled_once() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, engine) = (Compiled::open(folder.path()).unwrap(), Engine::default());
        let get = || cache.component(&engine, Path::new("some/menu.wasm"), VERSIONS[0]).map(drop);
        get().unwrap();
        let kept = files(folder.path());
        let made = fs::metadata(&kept[0]).unwrap().modified().unwrap();
        get().unwrap();
        assert_eq!(files(folder.path()), kept);
        assert_eq!(fs::metadata(&kept[0]).unwrap().modified().unwrap(), made);

        fs::write(&kept[0], b"cut short").unwrap();
        get().unwrap();
        assert_ne!(fs::read(&kept[0]).unwrap(), b"cut short", "it is made again");
    }

    #[test]
    fn one_version_of_each_name_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, engine) = (Compiled::open(folder.path()).unwrap(), Engine::default());
        for (name, version) in [("menu", 0), ("menu.old", 0), ("list", 0), ("menu", 1)] {
            let source = format!("{name}.wasm");
            cache.component(&engine, Path::new(&source), VERSIONS[version]).unwrap();
        }
        let kept = files(folder.path());
        let names: Vec<_> = kept
            .iter()
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .map(|stem| stem.rsplit_once('.').unwrap().0.to_owned())
            .collect();
        assert_eq!(names, ["list", "menu", "menu.old"]);
    }
}
