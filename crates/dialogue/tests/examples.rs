//! The examples' dialogues, as `cargo xtask test` runs them. `cargo xtask test --bless` writes them anew.

use std::path::Path;

#[test]
fn the_examples_go_as_their_dialogues_say_and_every_port_is_taken() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let bless = std::env::var_os("UPDATE").is_some();
    let report = dialogue::check(&[examples], None, bless).expect("the examples");
    assert!(report.failures.is_empty(), "{report}");
    for (file, coverage) in &report.coverage {
        assert_eq!(coverage.not_taken(), [""; 0], "{}", file.display());
    }
}
