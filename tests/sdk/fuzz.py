"""Runs schemathesis over every operation of the documents that the server gives; it fails where one of them does. With a
name, such as `actions`, only that one; what comes after it is for schemathesis."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from backend import Backend
from server import BASE_URL, Team

HERE = Path(__file__).parent
# Each API: where its paths begin, its document, and the module with what schemathesis cannot know of it.
DOCUMENTS = {
    "console": ("/api/v1/console", "/openapi.json", "fuzz_console"),
    "actions": ("/api/v1", "/openapi.yaml", "fuzz_backend"),
    "trigger": ("", "/openapi.json", "fuzz_backend"),
}


def fuzz(name, arguments):
    base, document, hooks = DOCUMENTS[name]
    run = [sys.executable, "-m", "schemathesis.cli"]
    run += ["--config-file", HERE / "schemathesis.toml", "run", *arguments]
    run += ["--url", f"{BASE_URL}{base}", f"{BASE_URL}{base}{document}"]
    environment = dict(os.environ, PYTHONPATH=str(HERE), SCHEMATHESIS_HOOKS=hooks, SURFACE=name)
    team = Team.new()
    key = team.key()
    token = Backend.token_for(key)
    environment |= {"TEAM": team.name, "API_KEY": key, "COOKIE": f"accessToken={token}"}
    # hypothesis leaves a folder where it runs.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(run, env=environment, cwd=folder).returncode


def main():
    name, *arguments = sys.argv[1:] or [None]
    names = [name] if name else list(DOCUMENTS)
    return max([fuzz(name, arguments) for name in names])


if __name__ == "__main__":
    sys.exit(main())
