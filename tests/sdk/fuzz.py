"""Runs schemathesis over every operation of the document that the server gives, and ends as it ends."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from server import BASE_URL, Team

HERE = Path(__file__).parent


def main():
    run = [sys.executable, "-m", "schemathesis.cli"]
    run += ["--config-file", HERE / "schemathesis.toml", "run", *sys.argv[1:]]
    run += ["--url", f"{BASE_URL}/api/v1/console", f"{BASE_URL}/api/v1/console/openapi.json"]
    environment = dict(os.environ, PYTHONPATH=str(HERE), SCHEMATHESIS_HOOKS="fuzz_hooks")
    team = Team.new()
    environment |= {"TEAM": team.name, "API_KEY": team.key()}
    # hypothesis leaves a folder where it runs.
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(run, env=environment, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
