"""Compares an answer with a documented one: texts between < and > stand for what has that form."""

import re
import uuid
from datetime import datetime

FORMS = {
    "uuid": lambda value: isinstance(value, str) and str(uuid.UUID(value)) == value,
    # ISO 8601, UTC, with its offset (contract/actions-qyvo.md, section 1).
    "time": lambda value: bool(re.search(r"\d\+00:00$", value)) and bool(datetime.fromisoformat(value)),
    "text": lambda value: isinstance(value, str) and value != "",
    "count": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "object": lambda value: isinstance(value, dict),
    "texts": lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    "list": lambda value: isinstance(value, list),
    "wamid": lambda value: value.startswith("wamid."),
    # A JSON Web Token.
    "jwt": lambda value: len(value.split(".")) == 3,
}


def differences(found, documented, path="", added=()):
    """What is not as documented, each with its place."""
    if isinstance(documented, dict) and isinstance(found, dict):
        missing = [f"{path}/{name} is missing" for name in documented if name not in found]
        more = [f"{path}/{name} is not documented" for name in found if name not in documented]
        more = [one for one in more if one.split(" ")[0] not in added]
        there = [
            differences(found[name], form, f"{path}/{name}", added)
            for name, form in documented.items()
            if name in found
        ]
        return sum(there, missing + more)
    if isinstance(documented, list) and isinstance(found, list):
        if len(found) != len(documented):
            return [f"{path} has {len(found)} items, not {len(documented)}"]
        pairs = enumerate(zip(found, documented))
        return sum((differences(a, b, f"{path}/{n}", added) for n, (a, b) in pairs), [])
    form = re.fullmatch(r"<(\w+)(\??)>", documented) if isinstance(documented, str) else None
    if form is None:
        right = found == documented and type(found) is type(documented)
    else:
        right = (form[2] and found is None) or has_form(form[1], found)
    return [] if right else [f"{path} is {found!r}, not {documented!r}"]


def has_form(name, value):
    try:
        return FORMS[name](value)
    except (ValueError, TypeError, AttributeError):
        return False
