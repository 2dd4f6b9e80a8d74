"""A server, a page of another origin that embeds the widget, and Chromium on it."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from server import Server, Site

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
# The tests run in target/clients.
SCREENSHOTS = Path("screenshots")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title>
<h1>A shop</h1><p>It sells tea.</p>
<script src="{server}/channels/webchat/widget.js" data-account="{account}" async></script>"""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def origin(server):
    """Serves a page for each account: `/<account>`."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            page = PAGE.format(server=server.url, account=self.path[1:]).encode()
            # As strict as a careful site has it: what a widget needs more, its documentation would have to say.
            csp = f"default-src 'none'; script-src {server.url}; connect-src {server.url}"
            self.send_response(200)
            for name, value in [("content-type", "text/html"), ("content-length", str(len(page)))]:
                self.send_header(name, value)
            self.send_header("content-security-policy", csp)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    pages = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{pages.server_port}"
    pages.shutdown()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        # Chromium's sandbox does not run as root.
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def chat(server, origin, browser, request):
    """Opens the page of a site with this workflow, by its example's name or as it is."""
    context = browser.new_context(viewport={"width": 900, "height": 700})
    problems = []

    def chat(workflow):
        if isinstance(workflow, str):
            workflow = json.loads((EXAMPLES / f"{workflow}.json").read_text())
        site = Site(server, workflow, origin)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{origin}/{site.account}")
        return Chat(page, site)

    yield chat
    context.close()
    assert not problems


class Chat:
    """The widget, as a visitor uses it."""

    def __init__(self, page, site):
        self.page, self.site = page, site
        self.field = page.get_by_role("textbox", name="Write a message")
        self.log = page.get_by_role("log")
        self.state = page.get_by_role("status")

    def open(self):
        self.page.get_by_role("button", name="Open chat").click()

    def says(self, text):
        self.field.fill(text)
        self.field.press("Enter")

    def sees(self, text):
        self.log.get_by_text(text, exact=True).wait_for()

    def presses(self, name):
        self.log.get_by_role("button", name=name).click()

    def texts(self):
        """What was said, without what a screen reader is told besides."""
        bubbles = self.log.locator(".m > p")
        return bubbles.all_inner_texts()

    def screenshot(self, name):
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"webchat-{name}.png")
