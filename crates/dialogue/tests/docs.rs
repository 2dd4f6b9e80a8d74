//! The dialogue in docs/dialogues.md goes as it says.

use std::path::Path;

use dialogue::{Dialogue, explain};

#[test]
fn the_example_of_the_docs_goes_as_it_says() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let text = std::fs::read_to_string(docs.join("dialogues.md")).expect("docs/dialogues.md");
    let (_, rest) = text.split_once("```json\n").expect("an example");
    let (json, _) = rest.split_once("```").expect("its end");
    let dialogue: Dialogue = serde_json::from_str(json).expect("a dialogue");
    let played = dialogue.play(&docs).expect("a workflow");
    assert_eq!(explain(&dialogue, &played), "");
    assert_eq!(dialogue.to_text(), json, "it is laid out as blessing would");
}
