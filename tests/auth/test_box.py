"""The login box without a browser: what is in its widgets, and what is left in them."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import ipywidgets
import pytest

from spotify_analysis import auth, config, tokens
from spotify_analysis.auth import box as boxes
from spotify_analysis.auth import signing_in
from spotify_analysis.auth.box import LoginBox
from spotify_analysis.demo import listener
from spotify_analysis.demo.server import Server

Browse = Callable[[str], str]


@pytest.fixture
def make(settings: config.Settings) -> Iterator[Callable[..., LoginBox]]:
    """Give a maker of boxes as `login` makes them in a notebook."""
    made: list[LoginBox] = []

    def make(given: config.Settings = settings, **how: Any) -> LoginBox:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(signing_in, "_in_notebook", lambda: True)
            box = auth.login(given, show=False, **how)
        assert box is not None
        made.append(box)
        return box

    yield make
    for one in made:
        one._sign_in.stop()


def link(box: LoginBox) -> str:
    assert box._sign_in.attempt is not None
    return box._sign_in.attempt.authorize_url


def everything(widget: ipywidgets.Widget) -> str:
    """Collect all that is saved of a widget and of those within it."""
    text = repr({name: value for name, value in widget.get_state().items() if name != "children"})
    for child in getattr(widget, "children", ()):
        text += everything(child)
    return text


def is_shown(widget: ipywidgets.Widget) -> bool:
    return widget.layout.display != "none"


def press_enter(widget: ipywidgets.Widget) -> None:
    widget._handle_custom_msg({"event": "submit"}, [])


def test_a_paste_alone_connects(
    make: Callable[..., LoginBox], browse: Browse, settings: config.Settings
) -> None:
    box = make(listen=False)
    assert is_shown(box._paste_row)
    assert not is_shown(box._client_row)
    assert 'target="_blank" rel="noopener noreferrer"' in box._steps.value
    address = browse(link(box))
    box._address.value = address
    assert box.connected
    assert box._address.value == ""
    assert '<div role="status"' in box._status.value
    assert "Connected as Ada Example" in box._status.value
    assert not is_shown(box._paste_row)
    assert box._again.description == "Log in again"
    press_enter(box._address)
    assert box.connected, "an Enter after the paste is not worth a word"
    assert auth.saved(settings).display_name == "Ada Example"


def test_nothing_secret_is_left_in_the_widgets(
    make: Callable[..., LoginBox], browse: Browse, spotify: Server, store: tokens.TokenStore
) -> None:
    box = make(listen=False)
    query = parse_qs(urlsplit(link(box)).query)
    address = browse(link(box))
    box._address.value = address
    token = store.load(spotify.client_id)
    assert token is not None
    secrets = [
        *(spotify.client_id, query["state"][0], query["code_challenge"][0]),
        *(parse_qs(urlsplit(address).query)["code"][0], token.access_token, token.refresh_token),
    ]
    saved = everything(box._root) + repr(box) + repr(box._sign_in) + box.message
    assert not [secret[:6] for secret in secrets if secret in saved]


def test_the_box_is_empty_before_anything_is_sent(
    make: Callable[..., LoginBox], browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = make(listen=False)
    seen: list[str] = []
    monkeypatch.setattr(box._sign_in, "paste", lambda text: seen.append(box._address.value))
    box._address.value = browse(link(box))
    assert seen == [""]


def test_a_part_waits_for_enter_or_the_button(make: Callable[..., LoginBox]) -> None:
    box = make(listen=False)
    box._address.value = "hello"
    assert box._address.value == "hello"
    press_enter(box._address)
    assert box._address.value == ""
    assert '<div role="alert"' in box._status.value
    assert "&#10006;" in box._status.value
    assert "That is not an address." in box.message
    box._connect.click()
    assert box.message.startswith("Nothing was pasted.")


def test_a_refusal_takes_the_link_away(make: Callable[..., LoginBox]) -> None:
    box = make(listen=False)
    state = parse_qs(urlsplit(link(box)).query)["state"][0]
    box._address.value = f"http://127.0.0.1/callback?error=access_denied&state={state}"
    assert box._steps.value == ""
    assert box._again.description == "Start again"
    assert is_shown(box._again)
    assert state not in everything(box._root)
    box._again.click()
    assert is_shown(box._paste_row)
    assert not is_shown(box._again)


def test_logging_in_again_asks_spotify_for_the_account(
    make: Callable[..., LoginBox], browse: Browse
) -> None:
    box = make(listen=False)
    assert "show_dialog" not in link(box)
    box._address.value = browse(link(box))
    box._again.click()
    assert "show_dialog=true" in link(box)


def test_a_login_that_works_is_not_asked_for_again(
    make: Callable[..., LoginBox], sign_in: Callable[..., tokens.Token], spotify: Server
) -> None:
    sign_in()
    box = make()
    assert box.connected
    assert repr(box) == "<LoginBox: connected>"
    assert box._sign_in.attempt is None
    assert spotify.calls("/v1/me") == 1


def test_a_login_that_is_over_says_so_beside_the_link(
    make: Callable[..., LoginBox], sign_in: Callable[..., tokens.Token], spotify: Server
) -> None:
    token = sign_in(expires_at=1.0)
    spotify.state.refresh_tokens[token.refresh_token].revoked = True
    box = make()
    assert not box.connected
    assert "Spotify ended this sign-in" in box._status.value
    assert is_shown(box._paste_row)


def test_without_a_client_id_it_shows_how_to_get_one(
    make: Callable[..., LoginBox], settings: config.Settings, spotify: Server, browse: Browse
) -> None:
    box = make(dataclasses.replace(settings, client_id=None), listen=False)
    assert repr(box) == "<LoginBox: not connected>"
    assert is_shown(box._client_row)
    assert not is_shown(box._paste_row)
    assert '<code class="sa-login-copy" tabindex="0">http://127.0.0.1/callback</code>' in (
        box._register.value
    )
    box._client_id.value = "nonsense"
    box._continue.click()
    assert box._client_id.value == ""
    assert "it has 8 characters" in box.message
    box._client_id.value = spotify.client_id
    press_enter(box._client_id)
    assert box._client_id.value == ""
    assert box._register.value == ""
    assert is_shown(box._paste_row)
    box._address.value = browse(link(box))
    assert box.connected
    assert spotify.client_id not in everything(box._root)


def says(box: LoginBox, said: str, advice: str) -> None:
    """Look for what Spotify's page may say, which never reaches us, and for what to do then."""
    rows = box._help.value.split("<dt>")
    (row,) = [row for row in rows if row.startswith(f"{said}</dt>")]
    assert advice in row


def test_paste_says_invalid_client_beside_the_box(make: Callable[..., LoginBox]) -> None:
    says(
        make(listen=False),
        "INVALID_CLIENT: Invalid client",
        "compare <code>SPOTIPY_CLIENT_ID</code>",
    )


def test_paste_says_invalid_redirect_uri_beside_the_box(make: Callable[..., LoginBox]) -> None:
    says(make(listen=False), "INVALID_CLIENT: Invalid redirect URI", "Add exactly this to the app")


def test_paste_says_insecure_redirect_uri_beside_the_box(make: Callable[..., LoginBox]) -> None:
    says(
        make(listen=False),
        "INVALID_CLIENT: Insecure redirect URI",
        "Use <code>http://127.0.0.1/callback</code>",
    )


def test_paste_says_illegal_scope_beside_the_box(make: Callable[..., LoginBox]) -> None:
    says(make(listen=False), "Illegal scope", "no permission of that name")


def test_names_are_shown_as_text(
    make: Callable[..., LoginBox],
    browse: Browse,
    spotify: Server,
    somebody: Callable[..., listener.Listener],
) -> None:
    spotify.sign_in(somebody("<img src=x onerror=alert(1)>", account_id="mallory"))
    box = make(listen=False)
    box._address.value = browse(link(box))
    assert box.connected
    assert "<img" not in everything(box._root)
    assert "&lt;img" in box._status.value


def test_what_is_saved_beside_the_widget_is_one_fixed_sentence(
    make: Callable[..., LoginBox],
) -> None:
    box = make(listen=False)
    bundle = box._repr_mimebundle_()
    assert bundle["text/plain"] == "The Spotify login box: run this cell again to see it."
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == box._root.model_id
    assert len(bundle) == 2


def test_it_is_shown_once_in_a_cell(
    make: Callable[..., LoginBox], monkeypatch: pytest.MonkeyPatch
) -> None:
    from IPython.core import getipython

    shell = SimpleNamespace(execution_count=7)
    shown: list[Any] = []
    monkeypatch.setattr(getipython, "get_ipython", lambda: shell)
    monkeypatch.setattr("IPython.display.display", lambda *what, **_: shown.append(what))
    box = make(listen=False)
    box.show()
    box._ipython_display_()
    assert len(shown) == 1
    shell.execution_count = 8
    box._ipython_display_()
    assert len(shown) == 2


def test_only_a_kernel_is_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    for shell, is_one in [
        (None, False),
        (SimpleNamespace(), False),
        (SimpleNamespace(kernel=object()), True),
    ]:
        monkeypatch.setitem(
            sys.modules, "IPython", SimpleNamespace(get_ipython=lambda shell=shell: shell)
        )
        assert signing_in._in_notebook() is is_one
    monkeypatch.delitem(sys.modules, "IPython")
    assert not signing_in._in_notebook()


def test_the_style_names_a_fallback_for_every_colour_of_jupyter() -> None:
    colours = boxes._CSS.count("var(--jp-")
    assert colours > 10
    assert (
        boxes._CSS.count(", #") + boxes._CSS.count(", 14px") + boxes._CSS.count(", monospace")
        == colours
    )
