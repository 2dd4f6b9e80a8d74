"""The examples of the published page of `trigger-flow` (001-trigger-flow.txt), run as they are."""

import json
import os
import shutil
import subprocess
import sys

import pytest

import page
from backend import FLOW_NAME
from form import differences
from server import BASE_URL

PAGE = page.text("001-trigger-flow.txt")


def run(command, code, key, **environment):
    """What a program prints that is given an example."""
    environment = dict(os.environ, QYVO_TOKEN=key, NO_PROXY="127.0.0.1", **environment)
    done = subprocess.run(
        command, input=code, env=environment, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def curl(shop, code, tmp_path):
    """What is to be printed stands in a .curlrc: the command is as published."""
    (tmp_path / ".curlrc").write_text('silent\nwrite-out = "\\n%{http_code}"\n')
    printed = run(["sh"], code, shop.key, CURL_HOME=str(tmp_path))
    body, status = printed.rsplit("\n", 1)
    return json.loads(body), int(status)


def fetch(shop, code, _):
    """Without node, the same request is made here."""
    if shutil.which("node") is None:
        body = {"flow_id": shop.flow, "phone": "+14155550123"}
        body["context"] = {"cart_id": "987654321", "cart_total": "129.00"}
        return shop.action("trigger-flow", body), None
    module = code + "console.log(JSON.stringify(session));\n"
    return json.loads(run(["node", "--input-type=module"], module, shop.key)), None


def httpx(shop, code, _):
    program = code + "import json\nprint(json.dumps(session))\n"
    return json.loads(run([sys.executable], program, shop.key)), None


def php(shop, code, _):
    """Laravel's client is not run: what it sends of this array is."""
    headers = {"Accept": "application/json", "User-Agent": "GuzzleHttp/7"}
    path = "/api/v1/actions/trigger-flow"
    answer = shop.request("POST", path, json=page.php_body(code), headers=headers)
    return answer.json(), answer.status_code


def documented(shop):
    """The published answer, with ids by their form."""
    answer = json.loads(page.answer(PAGE))
    assert answer["flow_name"] == FLOW_NAME
    return answer | {"id": "<uuid>", "flow_id": shop.flow, "contact_id": "<uuid>"}


@pytest.mark.parametrize("send", [curl, fetch, httpx, php])
def test_an_example_starts_the_flow_and_again_finds_it_running(another_shop, send, tmp_path):
    shop = another_shop
    code = page.aimed_at(page.example(PAGE, send.__name__), BASE_URL, shop.flow, shop.key)

    started, status = send(shop, code, tmp_path)
    again, second = send(shop, code, tmp_path)

    assert differences(started, documented(shop)) == []
    assert again == started | {"status": "already_running"}
    assert status in (201, None) and second in (200, None)
    contact = shop.action("get-contact", {"phone": "+14155550123"})
    assert contact["id"] == started["contact_id"] and contact["opted_in_at"] is not None
    newest = shop.poll("new-flow-triggered")[0]
    assert newest["id"] == started["id"]
    assert newest["context"]["cart_id"] == "987654321"
    assert newest["context"]["cart_total"] == "129.00"


def test_of_the_page_nothing_but_the_address_the_key_and_the_flow_is_changed():
    for language in page.MARKS:
        code = page.example(PAGE, language)
        aimed = page.aimed_at(code, "ORIGIN", "FLOW", "KEY")
        back = aimed.replace("ORIGIN", page.ORIGIN).replace("FLOW", page.FLOW)
        assert code in PAGE
        assert back.replace("KEY", page.TOKEN) == code


@pytest.mark.parametrize(
    ("flow", "status", "error"),
    [("nobody", 404, "Flow not found or not published"), ("plain", 422, "Flow has no entry node")],
)
def test_the_errors_of_the_page_are_said_letter_for_letter(shop, flow, status, error):
    assert error in PAGE
    body = {"flow_id": shop.names()[flow], "phone": shop.phone}
    answer = shop.request("POST", "/api/v1/actions/trigger-flow", json=body)
    assert (answer.status_code, answer.json()) == (status, {"error": error})
