"""Signing in, as a person does it: JupyterLab, a browser, a page with Agree on it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from spotify_analysis.demo import catalogue, listener
from spotify_analysis.demo.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ADA = "Ada Example"


@pytest.fixture
def spotify() -> Iterator[Server]:
    """Give a stand-in Spotify where Ada is signed in."""
    nothing = catalogue.Catalogue(
        seed=0, artists={}, albums={}, tracks={}, shows={}, episodes={}, audiobooks={}, chapters={}
    )
    ada = listener.Listener(
        id="ada",
        account_id="ada-account",
        display_name=ADA,
        country="DE",
        time_zone="Europe/Berlin",
        catalogue=nothing,
        plays=(),
        saved_tracks=(),
        saved_albums=(),
        saved_shows=(),
        saved_episodes=(),
        followed_artist_ids=(),
        playlists=(),
    )
    with Server(ada) as server:
        yield server


class Box:
    """The login box on the page, and the hand that uses it."""

    def __init__(self, lab: Any, spotify: Server, home: Path, *, name: str, **how: Any) -> None:
        self.lab, self.spotify, self.home = lab, spotify, home
        self.color_scheme = how.pop("color_scheme", "light")
        first = [
            "import os",
            f"os.environ['SPOTIFY_ANALYSIS_HOME'] = {str(home)!r}",
            f"os.environ['SPOTIFY_ANALYSIS_API_URL'] = {spotify.api_url!r}",
            f"os.environ['SPOTIFY_ANALYSIS_ACCOUNTS_URL'] = {spotify.accounts_url!r}",
            f"os.environ.update({how.pop('environment', {})!r})",
            "import spotify_analysis as sa",
        ]
        # the client id is not in a cell, or it would be found in the file for that reason
        config_file = home / "spotify_analysis.json"
        home.mkdir(parents=True, exist_ok=True)
        if how.pop("knows_client_id", True):
            config_file.write_text(json.dumps({"client_id": spotify.client_id}), encoding="utf-8")
        arguments = ", ".join(f"{key}={value!r}" for key, value in how.items())
        self.path = lab.notebook(
            name, "\n".join(first), f"sa.login({arguments})", "print(sa.auth.saved())"
        )
        self.page = lab.open(self.path, color_scheme=self.color_scheme)
        self.links: list[str] = []

    def run(self) -> None:
        self.lab.run_all()
        self.panel.wait_for()

    @property
    def panel(self) -> Any:
        return self.page.locator(".sa-login")

    @property
    def status(self) -> Any:
        return self.panel.locator("[role=status], [role=alert]")

    @property
    def address(self) -> Any:
        return self.panel.get_by_label("Address:")

    @property
    def link(self) -> Any:
        return self.panel.get_by_role("link", name="Open Spotify")

    def open_spotify(self) -> Any:
        """Click the link; gives the new tab."""
        self.links.append(self.link.get_attribute("href"))
        with self.lab.context.expect_page() as popup:
            self.link.click()
        return popup.value

    def address_of(self, tab: Any) -> str:
        """Read the address bar, also that of a page that could not be loaded."""
        history = self.lab.context.new_cdp_session(tab).send("Page.getNavigationHistory")
        address: str = history["entries"][history["currentIndex"]]["url"]
        return address

    def paste(self, text: str) -> None:
        self.page.bring_to_front()
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.address.click()
        self.page.keyboard.press("Control+V")

    def says(self, text: str | re.Pattern[str]) -> None:
        """Wait until the status line says so."""
        self.panel.locator("[role=status], [role=alert]").filter(has_text=text).wait_for()

    def picture(self, name: str) -> None:
        """Keep a picture to look at, where a folder for them is named."""
        folder = os.environ.get("SPOTIFY_ANALYSIS_SHOTS")
        if folder:
            self.page.bring_to_front()
            self.panel.screenshot(path=Path(folder) / f"{name}.png")

    def secrets(self) -> list[str]:
        """Name everything that must never be in the notebook."""
        state = self.spotify.state
        found = [self.spotify.client_id, *state.codes, *state.access_tokens, *state.refresh_tokens]
        for link in self.links:
            query = parse_qs(urlsplit(link).query)
            found += query["state"] + query["code_challenge"]
        saved = list((self.home / "tokens").glob("*.token"))
        for path in saved:
            record = json.loads(path.read_text(encoding="utf-8"))
            found += [record["access_token"], record["refresh_token"]]
        return found

    def check_nothing_leaked(self, *, at_least: int) -> None:
        """Look through outputs, metadata and sources of the saved file and its checkpoint."""
        saved = self.lab.saved(self.path)
        # saving of widgets is on, or this would prove nothing
        assert saved["metadata"]["widgets"]
        secrets = self.secrets()
        assert len(set(secrets)) >= at_least
        files = [self.path, *(self.path.parent / ".ipynb_checkpoints").glob(f"{self.path.stem}*")]
        for file in files:
            text = file.read_text(encoding="utf-8")
            assert not [secret[:6] + "..." for secret in secrets if secret in text]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def blocked(box: Box) -> None:
    """Let the tab fail as it does where Python runs on another machine."""
    box.lab.context.route(re.compile(r"^http://127\.0\.0\.1(:\d+)?/callback"), lambda r: r.abort())


def test_agree_copy_the_address_and_paste_it(lab: Any, spotify: Server, home: Path) -> None:
    box = Box(lab, spotify, home, name="paste.ipynb", listen=False)
    box.run()
    box.picture("1-waiting-light")
    tab = box.open_spotify()
    tab.get_by_role("button", name="Agree").click()
    tab.wait_for_url("chrome-error://chromewebdata/")
    box.paste(box.address_of(tab))
    box.says(f"✔ Connected as {ADA}")
    assert box.address.input_value() == ""
    assert not box.link.count()
    box.picture("2-connected-light")
    assert box.panel.get_by_role("button", name="Log in again").is_visible()
    box.check_nothing_leaked(at_least=6)
