"""The server under test, which can be stopped and started again, and what its operator and a team do there."""

import json
import os
import socket
import subprocess
import urllib.request
import uuid
from pathlib import Path

XTASK = os.environ["XTASK"]


def a_free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """`cargo xtask up` on one port with one state, however often it is started."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.url = f"http://127.0.0.1:{a_free_port()}"
        self.process = None

    def start(self):
        variables = {k: v for k, v in os.environ.items() if not k.startswith("SPIN_VARIABLE_")}
        # Streams end every two seconds, so that the widget has to connect again and again.
        variables["SPIN_VARIABLE_STREAM_SECONDS"] = "2"
        command = [XTASK, "up", "--nodelay", "--listen", self.url.removeprefix("http://")]
        command += ["--state-dir", self.folder / "state"]
        with (self.folder / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                command, env=variables, stdout=subprocess.PIPE, stderr=log, text=True
            )
        for line in self.process.stdout:
            if line.startswith("Serving "):
                return
        raise AssertionError(f"no server came up: see {self.folder / 'server.log'}")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def request(self, key, method, path, body):
        """A request that must succeed."""
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def ops(self, method, path, body=None):
        key = (self.folder / "state" / "admin_key").read_text().strip()
        return self.request(key, method, path, body)


class Site:
    """A team's web chat, which an agent with this workflow answers, for pages of one origin."""

    def __init__(self, server, workflow, origin):
        self.server = server
        self.account = "site-" + uuid.uuid4().hex[:12]
        made = server.ops("POST", "/ops/keys", {"team": self.account, "name": "browser"})
        self.key = made["key"]
        workflow = self.console("POST", "/workflows", workflow)["id"]
        self.console("POST", f"/workflows/{workflow}/publish")
        agent = {"workflow_id": workflow, "name": "Ada", "description": "Answers."}
        self.agent = self.console("POST", "/agents", agent)["id"]
        account = {"team": self.account, "type": "webchat", "account": self.account}
        account |= {"agent_id": self.agent, "allowed_origins": [origin]}
        server.ops("POST", "/ops/channels", account)

    def console(self, method, path, body=None):
        return self.server.request(self.key, method, "/api/v1/console" + path, body)["data"]

    def conversations(self):
        return self.console("GET", f"/agents/{self.agent}/conversations")

    def log(self):
        """Who said what in the only conversation, as the team sees it."""
        (conversation,) = self.conversations()
        path = f"/agents/{self.agent}/conversations/{conversation['id']}/messages?limit=100"
        return [(m["role"], m["message"]) for m in self.console("GET", path)]

    def a_person_says(self, text):
        (conversation,) = self.conversations()
        path = f"/agents/{self.agent}/conversations/{conversation['id']}"
        self.console("POST", path + "/messages", {"role": "assistant", "message": text})
