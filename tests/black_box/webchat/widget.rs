//! The script that a site embeds.

use black_box::App;

#[test]
fn the_widget_is_served_to_any_page_and_once() {
    let app = App::shared();
    let get = || app.client.get("/channels/webchat/widget.js");
    let answer = get().send();
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("content-type", "text/javascript; charset=utf-8"),
        ("cache-control", "public, max-age=3600"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert!(answer.body.contains("data-account"), "{}", &answer.body[..80]);
    assert!(answer.body.len() < 16 * 1024, "small: {} bytes", answer.body.len());
    let tag = answer.header("etag").expect("a tag").to_owned();

    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let unchanged = get().header("if-none-match", &known).send();
        assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""), "{known}");
        assert_eq!(unchanged.header("etag"), Some(tag.as_str()));
    }
    assert_eq!(get().header("if-none-match", "\"x\"").send().status, 200);
}

#[test]
fn the_widget_sets_nothing_as_markup() {
    let widget = App::shared().client.get("/channels/webchat/widget.js").send().body;
    for markup in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!widget.contains(markup), "{markup}");
    }
}
