"""A learner without a browser: the login form, JupyterLab's interfaces, a kernel."""

import json
import re
import time
import uuid

import requests
import websocket

__all__ = ["PATIENCE_S", "Learner"]

# How long a step may take before the test gives up; no test asserts a speed.
PATIENCE_S = 120


class Learner:
    """One person with cookies of their own.

    Parameters
    ----------
    hub : str
        The hub's address, with a slash at its end.
    name, password : str
    """

    def __init__(self, hub, name, password):
        self.hub, self.name, self.password = hub, name, password
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy between this machine and itself
        self.server = f"{hub}user/{name}/"

    def get(self, url, **options):
        return self.session.get(url, timeout=PATIENCE_S, **options)

    def cookie(self, name, path):
        """The value of a cookie that goes to this path."""
        found = [one for one in self.session.cookies if one.name == name and one.path == path]
        return found[0].value if found else None

    def log_in(self):
        """Fill in the hub's form; the answer that comes after it."""
        page = self.get(f"{self.hub}hub/login")
        form = {"username": self.name, "password": self.password}
        token = re.search(r'name="_xsrf"\s+value="([^"]+)"', page.text)
        form["_xsrf"] = token[1]
        return self.session.post(
            f"{self.hub}hub/login?next=%2Fhub%2Fhome", data=form, timeout=PATIENCE_S
        )

    def is_logged_in(self):
        return self.get(f"{self.hub}hub/home").url.endswith("/hub/home")

    def start_server(self):
        """Press the hub's button until the server is there; it does no harm to press again."""
        self.wait_for_server(press=True)

    def wait_for_server(self, press=False):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            if press:
                self.get(f"{self.hub}hub/spawn/{self.name}")
            # A page, and not JupyterLab's interface: only pages ask the hub who this is.
            answer = self.page()
            if answer.ok and "jupyter-config-data" in answer.text:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name}: no server; {answer.status_code} {answer.url}")
            time.sleep(0.2)

    def page(self, path="lab/tree/notebooks/00_start_here.ipynb"):
        """What a browser gets at this path of the server."""
        return self.get(self.server + path)

    # ------------------------------------------------------------------ JupyterLab's interfaces

    def ask(self, method, path, *, server=None, **options):
        """A request as JupyterLab's scripts make it."""
        server = server or self.server
        token = self.cookie("_xsrf", "/" + server.split("/", 3)[3])
        headers = {"X-XSRFToken": token} if token else {}
        options |= {"headers": headers, "timeout": PATIENCE_S}
        return self.session.request(method, server + path, **options)

    def notebook(self, path):
        """A notebook as JupyterLab opens it."""
        answer = self.ask("GET", f"api/contents/{path}?type=notebook&content=1")
        answer.raise_for_status()
        return answer.json()["content"]

    def save(self, path, content):
        model = {"type": "notebook", "format": "json", "content": content}
        self.ask("PUT", f"api/contents/{path}", json=model).raise_for_status()

    def kernel(self, notebook="notebooks/10_train_mnist.ipynb"):
        """The kernel of a notebook, started when it is not running."""
        model = {"path": notebook, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
        answer = self.ask("POST", "api/sessions", json=model)
        answer.raise_for_status()
        return Kernel(self, answer.json()["kernel"]["id"])


class Kernel:
    """A kernel over the websocket that goes through the hub's proxy."""

    def __init__(self, learner, identity):
        server = learner.server
        request = requests.Request("GET", server)
        cookies = learner.session.prepare_request(request).headers["Cookie"]
        self.session = uuid.uuid4().hex
        self.socket = websocket.create_connection(
            server.replace("http", "ws", 1)
            + f"api/kernels/{identity}/channels?session_id={self.session}",
            timeout=PATIENCE_S,
            header={"Cookie": cookies},
            origin=learner.hub.rstrip("/"),
            http_no_proxy=["*"],
        )

    def run(self, code):
        """Run a cell; what it printed, and its error's name or None."""
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "session": self.session,
            "username": "",
            "version": "5.3",
            "date": "",
        }
        content = {
            "code": code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        self.socket.send(
            json.dumps(
                {
                    "header": header,
                    "parent_header": {},
                    "metadata": {},
                    "content": content,
                    "channel": "shell",
                    "buffers": [],
                }
            )
        )
        printed, error = [], None
        waiting = {"execute_reply", "idle"}
        while waiting:
            kind, frame = self.socket.recv_data()
            # Messages with arrays, as widgets send them, are binary; none is needed here.
            if kind != websocket.ABNF.OPCODE_TEXT:
                continue
            message = json.loads(frame)
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream" and content["name"] == "stdout":
                printed.append(content["text"])
            elif kind == "execute_reply":
                waiting.discard("execute_reply")
                error = content.get("ename")
            elif kind == "status" and content["execution_state"] == "idle":
                waiting.discard("idle")
        return "".join(printed), error

    def close(self):
        self.socket.close()
