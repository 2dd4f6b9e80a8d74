//! Whether a text is well-formed XML 1.0.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements are closed, entities are known, and every character is one that XML has (production 2).
pub fn check(text: &str) {
    assert!(text.chars().all(is_char), "{text:?}");
    let mut reader = Reader::from_str(text);
    let mut open = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(element)) => {
                open += 1;
                for attribute in element.attributes() {
                    match attribute.map(|attribute| attribute.unescape_value().map(drop)) {
                        Ok(Ok(())) => {}
                        wrong => panic!("{wrong:?}: {text:?}"),
                    }
                }
            }
            Ok(Event::End(_)) => open -= 1,
            Ok(Event::GeneralRef(name)) => {
                let name = name.decode().unwrap_or_default();
                let known = ["amp", "lt", "gt", "quot", "apos"].contains(&&*name);
                assert!(known || name.starts_with('#'), "&{name};: {text:?}");
            }
            Ok(_) => {}
            Err(error) => panic!("{error}: {text:?}"),
        }
    }
    assert_eq!(open, 0, "{text:?}");
}

fn is_char(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
