"""The examples of a published page, cut out of it as they are: only the address of the server and ids are put in."""

import re
from pathlib import Path

HERE = Path(__file__).parent
# Where an example begins, and how it ends.
MARKS = {
    "curl": ("curl ", "}'\n"),
    "fetch": ("const session = await fetch(", "r.json());\n"),
    "php": ("$session = Http::", "->json();\n"),
    "httpx": ("import os, httpx", ").json()\n"),
}
ORIGIN = "https://www.qyvo.io"
FLOW, TOKEN = "01J3F...", "YOUR_TOKEN_HERE"


def text(name):
    return (HERE / name).read_text(encoding="utf-8")


def example(page, language):
    """What the page has for a language, to the letter."""
    begin, end = MARKS[language]
    start = page.index(begin)
    return page[start : page.index(end, start) + len(end)]


def answer(page):
    """The body that the page shows."""
    start = page.index("{", page.index("201 Created"))
    return page[start : page.index("}\n", start) + 1]


def aimed_at(code, origin, flow, key):
    """The same for a server of ours. Nothing else of it is changed."""
    return code.replace(ORIGIN, origin).replace(FLOW, flow).replace(TOKEN, key)


def php_body(code):
    """The array of the PHP example as what it stands for: PHP is on few machines, and Laravel on fewer."""
    array = code[code.index("[") : code.rindex("]") + 1]
    array = array.replace("[", "{").replace("]", "}").replace("=>", ":")
    return eval(re.sub(r"env\('(\w+)'\)", r"'\1'", array), {"__builtins__": {}})
