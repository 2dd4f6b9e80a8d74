"""The documented requests, from actions.json and trigger.json, each with its documented answer, field for field."""

import json
from pathlib import Path

import pytest

from form import differences

HERE = Path(__file__).parent
DOCS = HERE.parent.parent / "docs/compatibility.md"


def cases(name):
    all_cases = json.loads((HERE / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in all_cases]


def filled(value, names):
    """With `{flow}`, `{phone}`, … replaced by what they stand for."""
    text = json.dumps(value)
    for name, known in names.items():
        text = text.replace("{%s}" % name, known)
    return json.loads(text)


def send(shop, case, **more):
    if "body" in case:
        more["json"] = case["body"]
    return shop.http.request(case["method"], case["path"], **more)


def judge(answer, case):
    assert answer.status_code == case["status"], answer.text
    found = answer.json()
    # Of a list, the page shows one.
    if isinstance(case["answer"], list) and case["answer"]:
        assert isinstance(found, list) and found
        found = found[:1]
    assert differences(found, case["answer"], added=case.get("adds", [])) == []


@pytest.mark.parametrize("case", cases("actions.json"))
def test_the_actions_api_answers_as_documented(shop, case):
    case = filled(case, shop.names())
    judge(send(shop, case, headers={"Authorization": f"Bearer {shop.key}"}), case)


@pytest.mark.parametrize("case", cases("trigger.json"))
def test_the_trigger_api_answers_as_documented(shop, case):
    case = filled(case, shop.names())
    headers = {"x-api-key": shop.key, "Cookie": f"accessToken={shop.token()}"}
    given = {name: headers[name] for name in case.get("headers", headers)}
    judge(send(shop, case, headers=given), case)


def test_what_is_added_to_a_documented_answer_is_in_the_docs():
    docs = DOCS.read_text(encoding="utf-8")
    for case in [*cases("actions.json"), *cases("trigger.json")]:
        for place in case.values[0].get("adds", []):
            assert f"`{place.rsplit('/', 1)[-1]}`" in docs, place


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/triggers/new-flow-triggered"])
def test_without_a_key_both_documented_shapes_are_given(shop, path):
    answer = shop.http.get(path)
    shapes = {"message": "Unauthenticated.", "error": "Unauthenticated."}
    assert (answer.status_code, answer.json()) == (401, shapes)
