//! The documents, for whoever asks, as they are kept in docs/openapi.

use black_box::{App, workspace};

/// Each: its path, its file and its type.
const DOCUMENTS: [(&str, &str, &str); 3] = [
    ("/api/v1/openapi.yaml", "actions.yaml", "application/yaml"),
    ("/api/v1/console/openapi.json", "console.json", "application/json"),
    ("/openapi.json", "trigger.json", "application/json"),
];

#[test]
fn each_document_is_served_to_anybody_as_it_is_kept() {
    let app = App::shared();
    for (path, file, content_type) in DOCUMENTS {
        let answer = app.client.get(path).send();
        let kept = std::fs::read_to_string(workspace().join("docs/openapi").join(file));
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.header("content-type"), Some(content_type), "{path}");
        assert!(answer.body == kept.expect("the document"), "{path} is not {file}");
    }
}

#[test]
fn a_document_cannot_be_changed_which_each_surface_says_in_its_shape() {
    let app = App::shared();
    for ((path, ..), field) in DOCUMENTS.into_iter().zip(["error", "statusCode", "message"]) {
        let answer = app.client.post(path).text("{}").send();
        assert!(answer.expect(405).get(field).is_some(), "{answer}");
        assert_eq!(answer.header("allow"), Some("GET"));
    }
}
