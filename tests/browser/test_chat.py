"""A visitor of a page chats: with the example menu, over a reload, over a restart of the server, and with a person."""

from playwright.sync_api import expect

MENU = "Hello there, what is it about?"
ORDER = "What is the number of your order?"
SENT = "Thank you. The invoice of order 10234 goes to ana@example.com."


def graph(nodes, *edges):
    edges = [{"from": a, "to": b} for a, b in edges]
    graph = {"entry": nodes[0]["id"], "nodes": nodes, "edges": edges}
    return {"name": "Browser", "system_prompt": "You help.", "graph": graph}


def test_the_example_menu_is_gone_through_with_a_reload_in_the_middle(chat):
    chat = chat("support-menu")
    chat.open()
    chat.says("hello")
    chat.sees(MENU)
    chat.screenshot("menu-closed")
    chat.log.get_by_text("Topics").click()
    chat.screenshot("menu-open")
    chat.presses("A copy of my invoice")
    chat.sees(ORDER)
    before = chat.texts()

    chat.page.reload()
    chat.sees(ORDER)
    assert chat.texts() == before, "the history, in its order, and the chat is open as it was"
    chat.log.get_by_text("Topics").click()
    expect(chat.log.get_by_role("button", name="Opening hours")).to_be_disabled()
    chat.says("10234")
    chat.sees("To which email address shall we send the invoice of order 10234?")
    chat.says("ana@example.com")
    chat.sees(SENT)
    chat.screenshot("menu-done")

    expect(chat.state).to_have_text("")
    said = [("user", "hello"), ("assistant", MENU), ("user", "A copy of my invoice")]
    assert chat.site.log()[:3] == said
    assert chat.site.log()[-1] == ("assistant", SENT)
    assert len(chat.site.log()) == 8


def test_what_is_written_while_the_server_is_away_is_sent_once_when_it_is_back(chat, server):
    ask = {"id": "ask", "type": "ask", "text": "What is it?", "save_as": "it"}
    again = {"id": "again", "type": "ask", "text": "You wrote: {{ vars.it }}", "save_as": "it"}
    chat = chat(graph([ask, again], ("ask", "again"), ("again", "again")))
    chat.open()
    chat.says("hello")
    chat.sees("What is it?")

    server.stop()
    chat.says("tea")
    expect(chat.state).to_contain_text("You are offline")
    chat.says("cake")
    chat.screenshot("offline")
    server.start()

    chat.sees("You wrote: tea")
    chat.sees("You wrote: cake")
    expect(chat.state).to_have_text("")
    said = ["hello", "What is it?", "tea", "You wrote: tea", "cake", "You wrote: cake"]
    assert [text for _, text in chat.site.log()] == said
    assert sorted(chat.texts()) == sorted(said), "and nothing is seen twice"
    chat.page.reload()
    chat.sees("You wrote: cake")
    assert chat.texts() == said


def test_buttons_are_pressed_and_no_text_becomes_markup(chat):
    evil = "<img src=x onerror=alert(1)> javascript:alert(1) see https://shop.example/a?b=1."
    choices = [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]
    ask = {"id": "ask", "type": "ask", "text": evil, "choices": choices, "save_as": "it"}
    told = {"id": "told", "type": "message", "text": "You chose {{ vars.it }}."}
    chat = chat(graph([ask, told], ("ask", "told")))
    chat.open()
    chat.says("<b>hi</b>")
    chat.sees(evil)
    assert chat.log.locator("img, b, script").count() == 0
    links = chat.log.get_by_role("link")
    assert links.evaluate_all("all => all.map(a => a.href)") == ["https://shop.example/a?b=1"]
    chat.screenshot("buttons")

    chat.presses("Yes")

    chat.sees("You chose yes.")
    for name in ["Yes", "No"]:
        expect(chat.log.get_by_role("button", name=name)).to_be_disabled()
    assert chat.texts() == ["<b>hi</b>", evil, "Yes", "You chose yes."]


def test_a_person_who_was_called_is_read_without_asking(chat):
    chat = chat("support-menu")
    chat.open()
    chat.says("hello")
    chat.sees(MENU)
    chat.says("5")
    chat.sees("A colleague answers you here as soon as possible.")
    chat.site.a_person_says("Ada here. What can I do?")
    chat.sees("Ada here. What can I do?")
    # Closed, and what is said meanwhile is there when it is opened again.
    chat.page.keyboard.press("Escape")
    chat.site.a_person_says("Are you there?")
    chat.open()
    chat.sees("Are you there?")


CONTRAST = """(root) => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (of) => {
    const color = getComputedStyle(of).backgroundColor;
    return color.startsWith("rgba(0, 0, 0, 0") && of.parentElement ? ground(of.parentElement) : color;
  };
  const words = [...root.querySelectorAll("*")].filter((e) => !e.classList.contains("sr") && e.checkVisibility()
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  return words.map((e) => {
    const [a, b] = [getComputedStyle(e).color, ground(e)].map(light).sort((x, y) => y - x);
    return [e.textContent, (a + 0.05) / (b + 0.05)];
  });
}"""


def test_it_is_used_by_keyboard_and_told_to_screen_readers(chat):
    chat = chat("support-menu")
    bubble = chat.page.get_by_role("button", name="Open chat")
    expect(bubble).to_have_attribute("aria-expanded", "false")
    bubble.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    expect(chat.page.get_by_role("dialog", name="Chat")).to_be_visible()
    expect(chat.page.get_by_role("button", name="Close chat")).to_have_attribute("aria-expanded", "true")
    expect(chat.log).to_have_attribute("aria-live", "polite")
    chat.page.keyboard.type("hello")
    chat.page.keyboard.press("Shift+Enter")
    chat.page.keyboard.type("there")
    chat.page.keyboard.press("Enter")
    chat.sees(MENU)
    assert chat.texts()[0] == "hello\nthere"
    chat.log.get_by_text("Topics").focus()
    chat.page.keyboard.press("Enter")
    for text, contrast in chat.log.evaluate(CONTRAST.replace("root.query", "root.getRootNode().query")):
        assert contrast >= 4.5, (text, contrast)
    chat.page.keyboard.press("Tab")
    expect(chat.log.get_by_role("button", name="Where is my order?")).to_be_focused()
    chat.page.keyboard.press("Enter")
    chat.sees(ORDER)
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("button", name="Open chat")).to_be_focused()
    expect(chat.log).to_be_hidden()


def test_nothing_moves_for_those_who_want_no_motion(chat):
    chat = chat("support-menu")
    chat.open()
    # A message that is not answered yet.
    chat.page.route("**/messages", lambda _: None)
    chat.says("hello")
    expect(chat.state).to_contain_text("A reply is being written")
    moves = "state => getComputedStyle(state, '::after').animationName"
    assert chat.state.evaluate(moves) == "blink"
    chat.page.emulate_media(reduced_motion="reduce")
    assert chat.state.evaluate(moves) == "none"
