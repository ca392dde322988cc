"""A real JupyterLab in a real Chromium, for tests and benchmarks.

`LabServer` is one server on a folder of its own; `Notebook` is one notebook
open in one browser page. Waiting is done by promises inside the page, never by
polling from here: a promise resolves in the very frame in which the thing
happens, however busy the machine is.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
import weakref
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"

# How long a step may take before the test gives up; no test asserts a speed.
PATIENCE_S = 60

CHROMIUM_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Fonts as matplotlib draws them: grey anti-aliasing, no hinting to the grid.
    "--disable-lcd-text",
    "--font-render-hinting=none",
    # Names other than the local server's lead nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

LOCAL_SCHEMES = {"data", "blob", "file", "about", "chrome-error"}

# Console errors of JupyterLab itself, which say nothing of the course.
HARMLESS = (
    "Failed to load resource: the server responded with a status of 404",
    "ResizeObserver loop",
    "Could not restore the debugger state",
    # Something it had put off until later, when the notebook was closed.
    "Cannot read properties of null (reading 'promise')",
)

TERMINAL_COLOR = re.compile(r"\x1b\[[\d;]*m")

# Pages that notebooks have left: browser → what kind of page → (context, page).
LEFT = weakref.WeakKeyDictionary()

# Lives in every page before any script of JupyterLab. `watch` promises the next
# paint after something inside an element changed: its DOM, an image, or a canvas.
PROBE = r"""
(() => {
  const changes = new EventTarget();
  const changed = (node) =>
    changes.dispatchEvent(Object.assign(new Event("change"), { node }));
  const canvas = CanvasRenderingContext2D.prototype;
  for (const name of ["clearRect", "drawImage", "fill", "fillRect", "fillText", "putImageData",
                      "stroke", "strokeRect"]) {
    const draw = canvas[name];
    canvas[name] = function (...args) {
      const result = draw.apply(this, args);
      changed(this.canvas);
      return result;
    };
  }
  document.addEventListener("load", (event) => changed(event.target), true);

  const paint = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      })
    );

  const within = (promise, ms, what) => {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: nothing after ${ms / 1000} s`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  };

  // Resolves as soon as `test()` is true; asked again at each change of the page.
  const until = (test, ms, what) => {
    let stop = () => {};
    const met = new Promise((resolve, reject) => {
      const ask = () => {
        try {
          const answer = test();
          if (answer) resolve(answer);
        } catch (error) {
          reject(error);
        }
      };
      const observer = new MutationObserver(ask);
      observer.observe(document, {
        subtree: true, childList: true, characterData: true, attributes: true,
      });
      changes.addEventListener("change", ask);
      for (const type of ["input", "change"]) document.addEventListener(type, ask, true);
      stop = () => {
        observer.disconnect();
        changes.removeEventListener("change", ask);
        for (const type of ["input", "change"]) document.removeEventListener(type, ask, true);
      };
      ask();
    });
    return within(met, ms, what).finally(stop);
  };

  // The next change inside `root`, then one paint.
  const watch = (root, ms) => {
    let stop = () => {};
    const change = new Promise((resolve) => {
      const observer = new MutationObserver(resolve);
      observer.observe(root, {
        subtree: true, childList: true, characterData: true, attributes: true,
      });
      const drawn = (event) => {
        if (root.contains(event.node)) resolve();
      };
      changes.addEventListener("change", drawn);
      stop = () => {
        observer.disconnect();
        changes.removeEventListener("change", drawn);
      };
    });
    return within(change, ms, "waiting for a change").finally(stop).then(paint);
  };

  window.courseProbe = { changes, paint, until, watch, within };
})();
"""


def free_port():
    """A port no one listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(playwright, chromium):
    """Start a headless Chromium; root needs it without its sandbox."""
    flags = list(CHROMIUM_FLAGS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=chromium, args=flags)


# The server ends with the process that started it, however that one ends.
SERVER = """\
import os
import signal
import sys
import threading

from {app} import main


def end_with_parent():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=end_with_parent, daemon=True).start()
main()
"""


class LabServer:
    """One JupyterLab server with folders, settings and run-time files of its own.

    Parameters
    ----------
    folder : Path
        An empty folder; the notebooks are copied to ``folder/notebooks``.
    """

    #: The module whose `main` starts the application, and what it alone is told.
    APP = "jupyterlab.labapp"
    OPTIONS = (
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    )

    def __init__(self, folder):
        self.folder = Path(folder)
        self.notebooks = self.folder / "notebooks"
        self.log = self.folder / "server.log"
        self.process = None
        self.url = None

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _start(self):
        if NOTEBOOKS.is_dir():
            shutil.copytree(
                NOTEBOOKS,
                self.notebooks,
                ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"),
            )
        else:
            self.notebooks.mkdir(parents=True)
        settings = self.folder / "settings"
        self._write_settings(settings)
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")
        }
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
            environment[f"JUPYTER_{name}"] = str(self.folder / name.lower())
        environment["JUPYTERLAB_SETTINGS_DIR"] = str(settings)
        environment["JUPYTERLAB_WORKSPACES_DIR"] = str(self.folder / "workspaces")
        # The checkout under test, also where another one is installed.
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(ROOT), environment.get("PYTHONPATH")])
        )
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    SERVER.format(app=self.APP),
                    "--no-browser",
                    "--ServerApp.ip=127.0.0.1",
                    f"--ServerApp.port={port}",
                    "--ServerApp.port_retries=0",
                    f"--ServerApp.root_dir={self.notebooks}",
                    "--ServerApp.allow_root=True",
                    "--IdentityProvider.token=",
                    # Otherwise the server refuses to end a kernel for `end_kernels`.
                    "--ServerApp.disable_check_xsrf=True",
                    *self.OPTIONS,
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self.folder,
            )
        self._wait_until_it_answers()

    @staticmethod
    def _write_settings(folder):
        plugin = folder / "@jupyterlab" / "apputils-extension"
        plugin.mkdir(parents=True)
        (plugin / "notification.jupyterlab-settings").write_text(
            json.dumps({"fetchNews": "false", "checkForUpdates": False})
        )

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.request("/api/status")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"The server did not start:\n{self.tail()}") from None
                time.sleep(0.1)

    def address(self, path):
        """Where a browser finds a notebook."""
        return f"{self.url}/doc/workspaces/{uuid.uuid4().hex}/tree/{path}"

    def request(self, path, method="GET"):
        """Ask the server's REST interface; the answer as JSON, or None if empty."""
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def tail(self, lines=40):
        """The end of the server's log."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def end_kernels(self, path=None):
        """End the kernel of one notebook, or of all."""
        for session in self.request("/api/sessions"):
            if path in (None, session["path"]):
                try:
                    self.request(f"/api/sessions/{session['id']}", "DELETE")
                except urllib.error.HTTPError as error:
                    error.close()
                    if error.code not in (404, 410):  # it has gone already
                        raise RuntimeError(f"The server keeps a kernel: {error}") from error

    def stop(self):
        """End kernels and server."""
        if self.process is None:
            return
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.end_kernels()
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def write(self, cells, name=None):
        """Write a notebook of these cells: source strings, or nbformat cells.

        Returns
        -------
        str
            Its path as the server knows it.
        """
        notebook = nbformat.v4.new_notebook()
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
        }
        notebook.cells = [
            nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells
        ]
        path = f"{name or uuid.uuid4().hex}.ipynb"
        nbformat.write(notebook, self.notebooks / path)
        return path


class Notebook7Server(LabServer):
    """One server of Jupyter Notebook 7; a page holds one notebook and nothing else."""

    APP = "notebook.app"
    OPTIONS = ("--JupyterNotebookApp.expose_app_in_browser=True",)

    def address(self, path):
        return f"{self.url}/notebooks/{path}"


class Visit:
    """A browser page that remembers what went wrong in it.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    width, height : int
        Size of the window in CSS pixels.
    theme : {"light", "dark"}
    device_scale_factor : float
        Screen pixels per CSS pixel.
    reduced_motion : bool
        Whether the person asked their system for less movement.
    touch : bool
        Whether the screen feels fingers.
    """

    def __init__(
        self,
        browser,
        *,
        width=1280,
        height=900,
        theme="light",
        device_scale_factor=1,
        reduced_motion=False,
        touch=False,
    ):
        self.theme = theme
        self.context, self.page = self._find_page(
            browser,
            viewport={"width": width, "height": height},
            device_scale_factor=device_scale_factor,
            color_scheme=theme,
            reduced_motion="reduce" if reduced_motion else "no-preference",
            has_touch=touch,
        )
        self.problems = []
        self.expected = list(HARMLESS)
        self._listeners = {
            "request": self._on_request,
            "pageerror": self._on_page_error,
            "console": self._on_console,
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)

    def _find_page(self, browser, **options):
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_init_script(PROBE)
        return context, context.new_page()

    def _on_page_error(self, error):
        self.problems.append(f"page error: {error}\n{error.stack}")

    def _on_request(self, request):
        url = urlsplit(request.url)
        if url.scheme not in LOCAL_SCHEMES and url.hostname != "127.0.0.1":
            self.problems.append(f"request beyond this machine: {request.url}")

    def _on_console(self, message):
        if message.type == "error":
            self.problems.append(f"console error: {message.text}")

    def unexpected(self):
        """The problems a test did not expect (`expected`: parts of their text)."""
        return [
            problem
            for problem in self.problems
            if not any(part in problem for part in self.expected)
        ]

    def close(self):
        self.context.close()

    def until(self, script, what, argument=None):
        """Wait until a JavaScript function ``argument => …`` is true of the page.

        It is asked again at every change of the page, in the page. Returns its answer.
        """
        return self.page.evaluate(
            f"([argument, ms, what]) => courseProbe.until(() => ({script})(argument), ms, what)",
            [argument, PATIENCE_S * 1000, what],
        )

    def paint(self):
        """Wait for one frame to be on the screen."""
        self.page.evaluate("() => courseProbe.paint().then(() => null)")

    def act_and_paint(self, element, act, ms=PATIENCE_S * 1000):
        """Do `act()`; return once something inside `element` changed and was painted.

        Parameters
        ----------
        element : playwright.sync_api.Locator
        act : callable
        """
        watched = element.evaluate_handle(
            "(root, ms) => { const done = courseProbe.watch(root, ms);"
            " done.catch(() => {}); return { done }; }",
            ms,
        )
        act()
        watched.evaluate("watched => watched.done.then(() => null)")
        watched.dispose()

    def screenshot(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path))


class Notebook(Visit):
    """One notebook open in JupyterLab, its kernel running.

    Parameters
    ----------
    server : LabServer
    browser : playwright.sync_api.Browser
    source : str or sequence
        A file of ``notebooks/`` (a copy is opened), or the cells of a new notebook.
    reuse : bool
        Whether to take a page that an earlier notebook has left, if nothing went wrong in
        it, and to leave this one. It saves the seconds in which JupyterLab starts.
    **options
        Those of `Visit`.
    """

    def __init__(self, server, browser, source, *, reuse=False, **options):
        self.server = server
        self._reuse = reuse
        if isinstance(source, str):
            self.path = source
        elif isinstance(source, Sequence):
            self.path = server.write(source)
        else:
            raise TypeError("source: the name of a notebook, or a list of cells")
        super().__init__(browser, **options)
        try:
            if self.page.url.startswith(server.url):
                self._open()
            else:
                self.load()
        except BaseException:
            self._reuse = False
            self.close()
            raise

    def _find_page(self, browser, **options):
        self._left = LEFT.setdefault(browser, {}).setdefault(repr((self.server.url, options)), [])
        if self._reuse and self._left:
            return self._left.pop()
        return super()._find_page(browser, **options)

    def load(self):
        """Open the notebook in a JupyterLab that is loaded (again); wait for its kernel."""
        self.page.goto(self.server.address(self.path))
        self.page.evaluate(
            """async (ms) => {
              const { until, within } = courseProbe;
              await until(() => window.jupyterapp?.shell?.currentWidget?.context, ms, "notebook");
              await within(window.jupyterapp.restored, ms, "JupyterLab");
            }""",
            PATIENCE_S * 1000,
        )
        self._wait()

    def _open(self):
        """Open the notebook in the JupyterLab that is there."""
        self.page.evaluate(
            """async ([path, ms]) => {
              const { within } = courseProbe;
              const opened = jupyterapp.commands.execute(
                "docmanager:open", { path, factory: "Notebook" });
              const widget = await within(opened, ms, "notebook");
              jupyterapp.shell.activateById(widget.id);
              await courseProbe.until(() => jupyterapp.shell.currentWidget === widget, ms, path);
            }""",
            [self.path, PATIENCE_S * 1000],
        )
        self._wait()

    def _wait(self):
        self.page.evaluate(
            """(ms) => courseProbe.within(
              jupyterapp.shell.currentWidget.context.ready, ms, "context").then(() => null)""",
            PATIENCE_S * 1000,
        )
        self.set_theme(self.theme)
        self.wait_for_kernel()

    def _leave(self):
        """Close the notebook without its page; True if that is as it was found."""
        try:
            return self.page.evaluate(
                """() => {
                  for (const widget of [...jupyterapp.shell.widgets("main")]) widget.dispose();
                  document.activeElement?.blur();
                  return document.querySelector(".jp-Dialog") === null;
                }"""
            )
        except PlaywrightError:
            return False

    def set_theme(self, theme):
        """Change JupyterLab's theme, "light" or "dark", and wait until the page has it."""
        self.page.evaluate(
            """async ([theme, light, ms]) => {
              await jupyterapp.commands.execute("apputils:change-theme", { theme });
              await courseProbe.until(
                () => document.body.dataset.jpThemeLight === light, ms, theme);
            }""",
            [THEMES[theme], str(theme == "light").lower(), PATIENCE_S * 1000],
        )

    def wait_for_kernel(self):
        """Wait until the kernel is connected and idle."""
        self.page.evaluate(
            """async (ms) => {
              const { within } = courseProbe;
              const session = jupyterapp.shell.currentWidget.context.sessionContext;
              await within(session.ready, ms, "session");
              const idle = () => session.session?.kernel?.connectionStatus === "connected"
                && session.session.kernel.status === "idle";
              const signals = [session.statusChanged, session.connectionStatusChanged,
                               session.kernelChanged];
              let check;
              const met = new Promise((resolve) => {
                check = () => { if (idle()) resolve(); };
                signals.forEach((signal) => signal.connect(check));
                check();
              });
              try {
                await within(met, ms, "idle kernel");
              } finally {
                signals.forEach((signal) => signal.disconnect(check));
              }
            }""",
            PATIENCE_S * 1000,
        )

    def run_all(self, errors=False):
        """Run every cell and wait for the last; a cell's error fails unless `errors`."""
        self.page.evaluate(
            "() => jupyterapp.commands.execute('notebook:run-all-cells').then(() => 0)"
        )
        if not errors:
            self.raise_errors()

    def run_cell(self, index, errors=False):
        """Run one cell, counted from 0, and wait for it."""
        self.page.evaluate(
            """async ([index, ms]) => {
              const notebook = jupyterapp.shell.currentWidget.content;
              notebook.deselectAll();
              notebook.activeCellIndex = index;
              await notebook.scrollToItem(index);
              const ran = jupyterapp.commands.execute("notebook:run-cell");
              await courseProbe.within(ran, ms, `running cell ${index}`);
            }""",
            [index, PATIENCE_S * 1000],
        )
        if not errors:
            self.raise_errors()

    def raise_errors(self, index=None):
        """Fail with the traceback a cell shows, if one does (or the cell at `index`)."""
        cells = self.model() if index is None else [self.model()[index]]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        errors = [output for output in outputs if output["output_type"] == "error"]
        if errors:
            raise AssertionError(TERMINAL_COLOR.sub("", "\n".join(errors[0]["traceback"])))

    def model(self):
        """The notebook's cells as they would be saved, with their outputs."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.model.toJSON().cells"
        )

    def save(self):
        """Save the notebook, with the state of its widgets where JupyterLab keeps it."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.context.save().then(() => null)")
        return self.server.notebooks / self.path

    def restart_kernel(self):
        """Restart the kernel, as its menu does but without asking, and wait for it."""
        self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()"
            ".then(() => null)"
        )
        self.wait_for_kernel()

    def end_kernel(self):
        """Shut the kernel down for good."""
        self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.context.sessionContext.shutdown()"
            ".then(() => null)"
        )

    def kernel_says(self, expression):
        """The value of a Python expression in the kernel, as `repr` gives it.

        It runs beside the cells, so no cell or output changes.
        """
        answer = self.page.evaluate(
            """async ([expression, ms]) => {
              const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
              const future = kernel.requestExecute({
                code: "", silent: true, store_history: false,
                user_expressions: { answer: expression },
              });
              const reply = await courseProbe.within(future.done, ms, "the kernel's answer");
              return reply.content.user_expressions.answer;
            }""",
            [expression, PATIENCE_S * 1000],
        )
        if answer["status"] != "ok":
            raise AssertionError(f"{expression}: {answer['ename']}: {answer['evalue']}")
        return answer["data"]["text/plain"]

    def start(self, code):
        """Let the kernel run this beside the cells, and do not wait for it."""
        self.page.evaluate(
            """(code) => {
              const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
              kernel.requestExecute({ code, silent: true, store_history: false });
            }""",
            code,
        )

    def wait_for_kernel_value(self, expression, value):
        """Wait until a Python expression in the kernel has this value.

        What a widget sends reaches the kernel by itself; a question asked later is answered
        later, so each question also gives way to what is under way.
        """
        deadline = time.monotonic() + PATIENCE_S
        while (said := self.kernel_says(expression)) != repr(value):
            if ast.literal_eval(said) == value:
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"{expression} is {said}, expected {value!r}")
            self.paint()

    def cell(self, index):
        """Locator of a cell, counted from 0."""
        return self.page.locator(".jp-Notebook-cell").nth(index)

    def output(self, index):
        """Locator of a cell's output area."""
        return self.cell(index).locator(".jp-OutputArea").first

    def scroll_to(self, index):
        """Bring a cell into view: what is outside is not painted."""
        self.page.evaluate(
            "(index) => jupyterapp.shell.currentWidget.content.scrollToItem(index, 'start')"
            ".then(() => null)",
            index,
        )
        self.paint()

    def close(self):
        if self._reuse and not self.unexpected() and self._leave():
            for event, listener in self._listeners.items():
                self.page.remove_listener(event, listener)
            self._left.append((self.context, self.page))
        else:
            super().close()
        # If the server has gone, so have its kernels.
        with contextlib.suppress(OSError):
            self.server.end_kernels(self.path)
