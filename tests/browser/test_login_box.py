"""Signing in, as a person does it: JupyterLab, a browser, a page with Agree on it."""

from __future__ import annotations

import contextlib
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

    def wait_for_redirect(self, tab: Any) -> None:
        """Wait until the tab has gone to the redirect address, where nobody may be listening."""
        from playwright.sync_api import Error

        for _ in range(600):
            # between two pages there is no address to read
            with contextlib.suppress(Error):
                if urlsplit(self.address_of(tab)).path == "/callback":
                    return
            tab.wait_for_timeout(50)
        pytest.fail("the tab was not redirected")

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
        folder = os.environ.get("TEST_PICTURES")
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

    def check_nothing_leaked(self, *, at_least: int, while_waiting: bool = False) -> None:
        """Look through outputs, metadata and sources of the saved file and its checkpoint.

        While the link waits to be clicked, it is saved with its client id and state.
        """
        saved = self.lab.saved(self.path)
        # saving of widgets is on, or this would prove nothing
        assert saved["metadata"]["widgets"]
        secrets = self.secrets()
        if while_waiting:
            secrets = [secret for secret in secrets if secret not in self.links[-1]]
        assert len(set(secrets)) >= at_least
        files = [self.path, *(self.path.parent / ".ipynb_checkpoints").glob(f"{self.path.stem}*")]
        for file in files:
            text = file.read_text(encoding="utf-8")
            assert not [secret[:6] + "..." for secret in secrets if secret in text]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def test_agree_copy_the_address_and_paste_it(lab: Any, spotify: Server, home: Path) -> None:
    box = Box(lab, spotify, home, name="paste.ipynb", listen=False)
    box.run()
    box.picture("1-waiting-light")
    assert contrast(box.status) >= 4.5
    assert contrast(box.link) >= 4.5
    tab = box.open_spotify()
    tab.get_by_role("button", name="Agree").click()
    box.wait_for_redirect(tab)
    box.paste(box.address_of(tab))
    box.says(f"✔ Connected as {ADA}")
    assert box.address.input_value() == ""
    assert not box.link.count()
    box.picture("2-connected-light")
    assert box.panel.get_by_role("button", name="Log in again").is_visible()
    box.check_nothing_leaked(at_least=6)


def test_the_redirect_is_caught_without_a_paste(lab: Any, spotify: Server, home: Path) -> None:
    box = Box(lab, spotify, home, name="catch.ipynb")
    box.run()
    tab = box.open_spotify()
    tab.get_by_role("button", name="Agree").click()
    tab.get_by_role("heading", name=f"Connected as {ADA}").wait_for()
    # the code leaves the address bar and the history
    assert "?" not in box.address_of(tab)
    if folder := os.environ.get("TEST_PICTURES"):
        tab.screenshot(path=Path(folder) / "caught-light.png")
    box.says(f"✔ Connected as {ADA}")
    box.check_nothing_leaked(at_least=6)


@pytest.mark.parametrize("listen", [True, False], ids=["caught", "pasted"])
def test_cancel_stores_nothing_and_can_be_begun_again(
    lab: Any, spotify: Server, home: Path, listen: bool
) -> None:
    box = Box(lab, spotify, home, name=f"cancel-{listen}.ipynb", listen=listen)
    box.run()
    tab = box.open_spotify()
    tab.get_by_role("button", name="Cancel").click()
    if listen:
        tab.get_by_role("heading", name="Not connected").wait_for()
    else:
        box.wait_for_redirect(tab)
        box.paste(box.address_of(tab))
    box.says("✖ Spotify says the access was declined. Nothing was stored.")
    box.picture(f"cancelled-{'caught' if listen else 'pasted'}")
    assert not list(home.glob("tokens/*.token"))
    assert not box.link.count()
    box.check_nothing_leaked(at_least=3)
    box.panel.get_by_role("button", name="Start again").click()
    box.says("Waiting for you to press Agree.")
    tab = box.open_spotify()
    tab.get_by_role("button", name="Agree").click()
    if listen:
        tab.get_by_role("heading", name=f"Connected as {ADA}").wait_for()
    else:
        box.wait_for_redirect(tab)
        box.paste(box.address_of(tab))
    box.says(f"✔ Connected as {ADA}")
    box.check_nothing_leaked(at_least=8)


def test_four_wrong_pastes_and_then_the_right_one(lab: Any, spotify: Server, home: Path) -> None:
    box = Box(lab, spotify, home, name="wrong.ipynb", listen=False)
    box.run()
    tab = box.open_spotify()
    sign_in_page = tab.url
    tab.get_by_role("button", name="Agree").click()
    box.wait_for_redirect(tab)
    right = box.address_of(tab)
    code = parse_qs(urlsplit(right).query)["code"][0]
    wrong = [
        # the stand-in's page; Spotify's own has a sentence of its own
        (sign_in_page, "not to your redirect address. Nothing was sent."),
        (code, "That is only the code."),
        (spotify.client_id, "That looks like a client id or client secret."),
        (right.replace("state=", "state=x"), "The address belongs to another sign-in"),
    ]
    for n, (text, message) in enumerate(wrong):
        box.paste(text)
        if box.address.input_value():
            box.page.keyboard.press("Enter")
        box.says(re.compile(f"✖ .*{re.escape(message)}"))
        assert contrast(box.status) >= 4.5
        assert box.address.input_value() == ""
        if n == 0:
            box.picture("wrong-paste-light")
    assert spotify.requests[-1].path == "/authorize", "nothing was sent to Spotify"
    box.check_nothing_leaked(at_least=1, while_waiting=True)
    box.paste(right)
    box.says(f"✔ Connected as {ADA}")
    box.check_nothing_leaked(at_least=6)


def test_by_keyboard_alone(lab: Any, spotify: Server, home: Path) -> None:
    box = Box(lab, spotify, home, name="keyboard.ipynb", listen=False)
    box.run()
    # from the notebook's edit mode into the output there is no standard key; begin at the link
    box.link.focus()
    box.links.append(box.link.get_attribute("href"))
    with lab.context.expect_page() as popup:
        box.page.keyboard.press("Enter")
    tab = popup.value
    tab.get_by_role("button", name="Agree").wait_for()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    box.wait_for_redirect(tab)
    right = box.address_of(tab)
    box.page.bring_to_front()
    box.page.keyboard.press("Tab")
    assert box.address.evaluate("element => element === document.activeElement")
    # typed and not pasted: it is not taken before Enter unless it is complete
    box.page.keyboard.insert_text("hello")
    box.page.keyboard.press("Enter")
    box.says("✖ That is not an address.")
    box.page.evaluate("text => navigator.clipboard.writeText(text)", right)
    box.page.keyboard.press("Control+V")
    box.says(f"✔ Connected as {ADA}")
    # the focus has gone to "Log in again", not to the page
    box.panel.locator("button:focus", has_text="Log in again").wait_for()
    box.page.keyboard.press("Enter")
    box.link.wait_for()
    assert box.link.get_attribute("href") not in box.links


def test_after_a_restart_connect_needs_no_sign_in(lab: Any, spotify: Server, home: Path) -> None:
    box = Box(lab, spotify, home, name="restart.ipynb", knows_client_id=False)
    lab.run_all()
    box.panel.wait_for()
    box.panel.get_by_label("Client id:").click()
    box.page.keyboard.insert_text(spotify.client_id)
    box.page.keyboard.press("Enter")
    tab = box.open_spotify()
    tab.get_by_role("button", name="Agree").click()
    tab.get_by_role("heading", name=f"Connected as {ADA}").wait_for()
    box.says(f"✔ Connected as {ADA}")
    box.check_nothing_leaked(at_least=6)
    n_before = len(spotify.requests)
    box.page.evaluate(
        """() => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            return kernel.restart().then(() => null);
        }"""
    )
    lab.wait_until_idle()
    lab.run_all()
    box.page.get_by_text("<Login: connected>").wait_for()
    box.says(f"✔ Connected as {ADA}")
    assert "/authorize" not in {request.path for request in spotify.requests[n_before:]}
    box.check_nothing_leaked(at_least=6)


def test_the_dark_theme_and_the_way_to_a_client_id(lab: Any, spotify: Server, home: Path) -> None:
    lab.set_theme("JupyterLab Dark")
    box = Box(lab, spotify, home, name="dark.ipynb", knows_client_id=False, color_scheme="dark")
    box.run()
    assert box.panel.get_by_text("http://127.0.0.1/callback", exact=True).is_visible()
    dashboard = box.panel.get_by_role("link", name="Spotify's dashboard")
    assert dashboard.get_attribute("href") == "https://developer.spotify.com/dashboard"
    box.picture("register-dark")
    client_id = box.panel.get_by_label("Client id:")
    client_id.click()
    box.page.keyboard.insert_text("f" * 31)
    box.panel.get_by_role("button", name="Continue").click()
    box.says("✖ That is not a client id: it has 31 characters")
    assert client_id.input_value() == ""
    client_id.click()
    box.page.keyboard.insert_text(spotify.client_id)
    box.panel.get_by_role("button", name="Continue").click()
    box.says("Waiting for you to press Agree.")
    box.picture("waiting-dark")
    assert contrast(box.status) >= 4.5
    box.panel.get_by_text("Spotify's page shows an error?").click()
    box.picture("help-dark")
    box.panel.get_by_text("Spotify's page shows an error?").click()
    box.paste("javascript:alert(1)?state=1&code=2")
    box.says("✖ That is not a web address that begins with http://.")
    box.picture("wrong-paste-dark")
    assert contrast(box.status) >= 4.5
    assert contrast(box.link) >= 4.5
    tab = box.open_spotify()
    tab.get_by_role("button", name="Agree").click()
    tab.get_by_role("heading", name=f"Connected as {ADA}").wait_for()
    if folder := os.environ.get("TEST_PICTURES"):
        tab.screenshot(path=Path(folder) / "caught-dark.png")
    box.says(f"✔ Connected as {ADA}")
    box.picture("connected-dark")
    for part in (box.status, box.panel.get_by_role("button", name="Log in again")):
        assert contrast(part) >= 4.5


def contrast(part: Any) -> float:
    """Measure the contrast of text on its background, as WCAG counts it."""
    found: float = part.evaluate(
        """element => {
            const read = text => (text.match(/[0-9.]+/g) || []).map(Number);
            const over = (top, under) => {
                const a = top.length > 3 ? top[3] : 1;
                return [0, 1, 2].map(i => top[i] * a + under[i] * (1 - a));
            };
            let layers = [], node = element;
            while (node) {
                layers.push(read(getComputedStyle(node).backgroundColor));
                node = node.parentElement;
            }
            const under = layers.reverse().reduce((acc, one) => over(one, acc), [255, 255, 255]);
            const text = over(read(getComputedStyle(element).color), under);
            const light = rgb => {
                const [r, g, b] = rgb.map(v => v / 255)
                    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const [x, y] = [light(text), light(under)].sort((a, b) => b - a);
            return (x + 0.05) / (y + 0.05);
        }"""
    )
    return found


def test_a_wrong_client_id_is_seen_on_spotifys_page_and_helped_beside_the_box(
    lab: Any, spotify: Server, home: Path
) -> None:
    box = Box(
        lab,
        spotify,
        home,
        name="wrong-id.ipynb",
        environment={"SPOTIPY_CLIENT_ID": "0" * 32},
    )
    box.run()
    tab = box.open_spotify()
    tab.get_by_text("INVALID_CLIENT: Invalid client").wait_for()
    box.page.bring_to_front()
    box.panel.get_by_text("Spotify's page shows an error?").click()
    said = box.panel.get_by_text("INVALID_CLIENT: Invalid client", exact=True)
    assert said.is_visible()
    assert "compare SPOTIPY_CLIENT_ID" in box.panel.inner_text()
    box.picture("help-light")


def test_an_unregistered_redirect_is_seen_on_spotifys_page_and_helped_beside_the_box(
    lab: Any, spotify: Server, home: Path
) -> None:
    box = Box(
        lab,
        spotify,
        home,
        name="wrong-redirect.ipynb",
        environment={"SPOTIPY_REDIRECT_URI": "http://127.0.0.1/elsewhere"},
    )
    box.run()
    tab = box.open_spotify()
    tab.get_by_text("INVALID_CLIENT: Invalid redirect URI").wait_for()
    box.page.bring_to_front()
    box.panel.get_by_text("Spotify's page shows an error?").click()
    assert box.panel.get_by_text("http://127.0.0.1/elsewhere", exact=True).is_visible()


def test_an_expired_login_says_so_and_leads_to_a_new_one(
    lab: Any, spotify: Server, home: Path
) -> None:
    box = Box(lab, spotify, home, name="expired.ipynb")
    box.run()
    tab = box.open_spotify()
    tab.get_by_role("button", name="Agree").click()
    box.says(f"✔ Connected as {ADA}")
    # half a year later: Spotify knows neither token any more
    for token in (*spotify.state.access_tokens.values(), *spotify.state.refresh_tokens.values()):
        token.expires_at = 0
    record = next(home.glob("tokens/*.token"))
    old = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps({**old, "expires_at": 1.0}), encoding="utf-8")
    lab.run_all()
    box.page.get_by_text("NotLoggedInError: Spotify ended this sign-in").wait_for()
    box.link.wait_for()
    assert "✖ Spotify ended this sign-in" in box.status.inner_text()
    box.picture("expired-light")
    # one line and no traceback below the cell that needed the login
    assert "Traceback" not in box.page.locator(".jp-Notebook").inner_text()
    # who has agreed before is not asked again
    box.open_spotify().get_by_role("heading", name=f"Connected as {ADA}").wait_for()
    box.says(f"✔ Connected as {ADA}")
    box.check_nothing_leaked(at_least=10)
