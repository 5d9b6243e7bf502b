"""Shared by all tests: nothing of the developer's leaks in, nothing skips unseen in CI."""

from __future__ import annotations

import gc
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest
from hypothesis import settings

from tests.order import pytest_collection_modifyitems, pytest_xdist_make_scheduler  # noqa: F401
from tests.rows import pytest_terminal_summary  # noqa: F401 - says how many rows are covered

# a busy machine is no fault of the code
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

# HOME changes for every test; without this each new process would build its font list anew
os.environ.setdefault("MPLCONFIGDIR", str(Path.home() / ".cache" / "matplotlib"))
os.environ.setdefault("MPLBACKEND", "agg")

# what is collected stays: to look through it for garbage again and again is a quarter of the time
gc.disable()

_CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}


@pytest.fixture(autouse=True)
def _a_home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep saved logins, settings and caches of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith(("SPOTIPY_", "SPOTIFY_ANALYSIS_")) and name != "SPOTIFY_ANALYSIS_SHARED":
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("SPOTIFY_ANALYSIS_HOME", str(home / "spotify"))
    # the keyring of whoever runs the tests is not theirs to write into
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="session")
def _made_up_exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make both packages of the made-up listener once, for the workers of a run together."""
    from spotify_analysis import demo

    folder = tmp_path_factory.mktemp("made-up")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # of each worker's own
    home = shared / "home-with-made-up-exports"
    with filelock.FileLock(f"{home}.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPOTIFY_ANALYSIS_HOME", str(home))
        patch.setenv("SPOTIFY_ANALYSIS_CACHE_DIR", str(home / "cache"))
        demo.export_zip(folder)
        demo.account_zip(folder)
    return home / "cache" / "made_up"


@pytest.fixture
def made_up_exports(_made_up_exports: Path, _a_home_of_its_own: None) -> None:
    """Give a test its made-up exports as if it were not the first to ask for them."""
    if not _made_up_exports.is_dir():
        return  # somebody edits what makes them, so that nothing is kept
    kept = Path(os.environ["SPOTIFY_ANALYSIS_HOME"], "cache", "made_up")
    kept.parent.mkdir(parents=True)
    # links, because they are never written into
    shutil.copytree(_made_up_exports, kept, copy_function=os.link)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOOPBACK:
            raise RuntimeError(f"a test tried to reach {address[0]}: tests run offline")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Start Chromium; one for all tests of a file, because two cannot run in one process."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed: make test-system")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start Spark on one core of this machine; one for all tests, for it takes seconds."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed: make test-system")
    folder = tmp_path_factory.mktemp("spark")
    quiet = folder / "log4j2.properties"
    quiet.write_text("rootLogger.level = off\n", encoding="utf-8")
    options = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet.as_uri()}",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # a plan of a few rows is slower to compile than to interpret, and each metric has its own
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
    }
    builder = sql.SparkSession.builder.master("local[1]").appName("tests")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def real_export() -> Path:
    """Name the folder of real export rows, which is not part of this repository."""
    shared = os.environ.get("SPOTIFY_ANALYSIS_SHARED", Path(__file__).parents[2] / "shared")
    folder = Path(shared) / "data" / "real-export"
    if not folder.is_dir():
        pytest.skip(
            "no folder of real exports; set SPOTIFY_ANALYSIS_SHARED to the one that holds it"
        )
    return folder


def pytest_collection_finish() -> None:
    """Look for garbage from here on, among what the tests make."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """Let Python's end take everything apart, or libraries call it a leak."""
    gc.unfreeze()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Turn a skip for a missing system package into a failure in CI, which installs them all."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") and "make test-system" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"CI must not skip for a missing package: {report.longrepr}"
