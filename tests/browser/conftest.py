"""JupyterLab in a real browser, with nothing of the developer's in it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest

WAIT_MS = 60_000


@dataclass
class Lab:
    """A running JupyterLab and a page of the browser in it."""

    url: str
    folder: Path
    settings: Path
    browser: Any
    context: Any = field(default=None)
    page: Any = field(default=None)

    def set_theme(self, name: str) -> None:
        """Choose the theme of pages opened from now on."""
        _write(
            self.settings / "@jupyterlab/apputils-extension/themes.jupyterlab-settings",
            {"theme": name},
        )

    def notebook(self, name: str, *cells: str) -> Path:
        """Write a notebook of code cells."""
        path = self.folder / name
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells]
        )
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, path)
        return path

    def open(self, path: Path, *, color_scheme: str = "light") -> Any:
        """Open a notebook in a fresh browser context and wait for its kernel."""
        if self.context is not None:
            self.context.close()
        self.context = self.browser.new_context(
            color_scheme=color_scheme, viewport={"width": 1100, "height": 820}
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.context.set_default_timeout(WAIT_MS)
        self.page = self.context.new_page()
        self.page.goto(f"{self.url}/doc/tree/{path.name}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.wait_until_idle()
        return self.page

    def wait_until_idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(
            """() => {
                const widget = window.jupyterapp.shell.currentWidget;
                const kernel = widget?.sessionContext?.session?.kernel;
                return kernel?.status === 'idle';
            }"""
        )

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Run a command of JupyterLab and wait for it."""
        self.page.evaluate(
            "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)",
            [name, arguments or {}],
        )

    def run_all(self) -> None:
        """Run all cells, without waiting for them."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")

    def saved(self, path: Path) -> dict[str, Any]:
        """Save the notebook and read what is on the disk."""
        self.command("docmanager:save")
        saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return saved


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def lab_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Path, dict[str, str]]]:
    """Start JupyterLab; one for all tests."""
    root = tmp_path_factory.mktemp("lab")
    folder, settings = root / "notebooks", root / "settings"
    folder.mkdir()
    # what makes a leak: widgets saved into the notebook
    _write(
        settings / "@jupyter-widgets/jupyterlab-manager/plugin.jupyterlab-settings",
        {"saveState": True},
    )
    # the toast about news is an alert as well
    _write(
        settings / "@jupyterlab/apputils-extension/notification.jupyterlab-settings",
        {"fetchNews": "false", "checkForUpdates": False},
    )
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SPOTIPY_", "SPOTIFY_ANALYSIS_", "JUPYTER", "PYTEST", "COV_"))
    }
    for name in (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "IPYTHONDIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    ):
        (root / name.lower()).mkdir()
        environment[name] = str(root / name.lower())
    environment |= {
        "HOME": str(root),
        "XDG_CONFIG_HOME": str(root / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "NO_PROXY": "127.0.0.1",
    }
    port = _free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--expose-app-in-browser"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    command += ["--ServerApp.port_retries=0", "--ServerApp.disable_check_xsrf=True"]
    with (root / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{url}/api", process, root / "lab.log")
            yield url, folder, {"settings": str(settings)}
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def lab(lab_process: tuple[str, Path, dict[str, str]], chromium: Any) -> Iterator[Lab]:
    """Give a JupyterLab; what runs in it is shut down afterwards."""
    url, folder, more = lab_process
    one = Lab(url=url, folder=folder, settings=Path(more["settings"]), browser=chromium)
    one.set_theme("JupyterLab Light")
    yield one
    if one.context is not None:
        one.context.close()
    with urllib.request.urlopen(f"{url}/api/sessions", timeout=10) as answer:
        sessions = json.load(answer)
    for session in sessions:
        request = urllib.request.Request(f"{url}/api/sessions/{session['id']}", method="DELETE")
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=10):
            pass
