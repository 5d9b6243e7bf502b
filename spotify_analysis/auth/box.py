"""The login box of a notebook: a link, a box for the redirect address, a status line.

It never waits: everything happens in callbacks, on whatever thread they come. Nothing secret stays
in a widget, because widgets are saved into the notebook: the boxes are emptied before anything else
is done, and the link when it has been used.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from spotify_analysis.auth import paste
from spotify_analysis.auth.sign_in import SignIn, Stage

if TYPE_CHECKING:
    import ipywidgets

__all__ = ["LoginBox"]

_DASHBOARD = "https://developer.spotify.com/dashboard"
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class LoginBox:
    """The box in which a person signs in.

    Parameters
    ----------
    sign_in : SignIn
        The sign-in it shows; its `on_change` becomes ours.

    Notes
    -----
    Shows itself as the result of a cell, or with `show`. What is saved in the notebook besides is
    one fixed sentence.
    """

    def __init__(self, sign_in: SignIn) -> None:
        import ipywidgets

        self._sign_in = sign_in
        self._shown_in: int | None = None
        self._stage: Stage | None = None
        w = ipywidgets

        def text(label: str, placeholder: str) -> ipywidgets.Text:
            box = w.Text(
                description=label,
                placeholder=placeholder,
                style={"description_width": "initial"},
                layout={"width": "auto", "flex": "1 1 auto"},
            )
            box.add_class("sa-login-text")
            return box

        def button(label: str) -> ipywidgets.Button:
            made = w.Button(description=label, layout={"width": "auto"})
            made.add_class("sa-login-button")
            return made

        self._title = w.HTML(_TITLE)
        self._register = w.HTML("")
        self._client_id = text("Client id:", "32 digits and letters")
        self._continue = button("Continue")
        self._client_row = w.HBox([self._client_id, self._continue])
        self._steps = w.HTML("")
        self._address = text("Address:", "http://127.0.0.1 ...")
        self._connect = button("Connect")
        self._paste_row = w.HBox([self._address, self._connect])
        self._status = w.HTML("")
        self._help = w.HTML("")
        self._again = button("Start again")
        self._root = w.VBox(
            [
                w.HTML(f"<style>{_CSS}</style>"),
                self._title,
                self._register,
                self._client_row,
                self._steps,
                self._paste_row,
                self._status,
                self._again,
                self._help,
            ]
        )
        self._root.add_class("sa-login")
        for row in (self._client_row, self._paste_row):
            row.add_class("sa-login-row")

        self._address.observe(self._on_address, "value")
        self._address.on_msg(self._on_address_msg)
        self._connect.on_click(lambda _: self._paste())
        self._client_id.on_msg(self._on_client_id_msg)
        self._continue.on_click(lambda _: self._take_client_id())
        self._again.on_click(lambda _: self._start_again())
        sign_in._on_change = self._render
        self._render(sign_in)

    def __repr__(self) -> str:
        return f"<LoginBox: {'connected' if self.connected else 'not connected'}>"

    @property
    def connected(self) -> bool:
        """Whether the person is signed in."""
        return self._sign_in.is_connected

    @property
    def message(self) -> str:
        """What the status line says; nothing that was pasted is ever in it."""
        return self._sign_in.message

    # ------------------------------------------------------------ showing

    def show(self) -> None:
        """Show the box below the cell that runs."""
        from IPython.core.getipython import get_ipython
        from IPython.display import display

        shell = get_ipython()
        self._shown_in = None if shell is None else shell.execution_count
        display(self._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call]

    def _ipython_display_(self) -> None:
        # `login()` shows the box at once; as the result of the same cell it is not shown twice
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        if self._shown_in is None or shell is None or shell.execution_count != self._shown_in:
            self.show()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        # the stock bundle would put the children, the link among them, into the saved file
        return {
            "text/plain": "The Spotify login box: run this cell again to see it.",
            _WIDGET_VIEW: {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self._root.model_id,
            },
        }

    def _render(self, sign_in: SignIn) -> None:
        stage = sign_in.stage
        changed, self._stage = stage is not self._stage, stage
        waiting = stage in ("waiting", "checking")
        attempt = sign_in.attempt
        if waiting and attempt is not None:
            self._steps.value = _steps(attempt.authorize_url, catches=sign_in.is_listening)
            self._help.value = _help(sign_in.settings.redirect_uri)
        else:
            self._steps.value = ""
            self._help.value = ""
        needs_client_id = stage == "needs_client_id"
        redirect_uri = sign_in.settings.redirect_uri
        self._register.value = _register(redirect_uri) if needs_client_id else ""
        _show(self._title, stage != "connected")
        _show(self._register, needs_client_id)
        _show(self._client_row, needs_client_id)
        _show(self._steps, waiting)
        _show(self._paste_row, waiting)
        _show(self._help, waiting)
        self._connect.disabled = stage == "checking"
        self._again.description = "Log in again" if self.connected else "Start again"
        _show(self._again, stage in ("over", "connected"))
        if changed and stage in ("over", "connected"):
            # the box that had the focus is gone, and the focus would fall to the page
            self._again.focus()
        # each is a message of its own: the words come last, when all they speak of is there
        self._status.value = _status(sign_in)

    # ------------------------------------------------------------ what the person does

    def _on_address(self, change: dict[str, Any]) -> None:
        if paste.looks_complete(change["new"]):
            self._paste()

    def _on_address_msg(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        # Enter just after a paste that was taken by itself finds an empty box: not worth a word
        if content.get("event") == "submit" and self._address.value:
            self._paste()

    def _on_client_id_msg(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        if content.get("event") == "submit":
            self._take_client_id()

    def _paste(self) -> None:
        text, self._address.value = self._address.value, ""
        self._sign_in.paste(text)

    def _take_client_id(self) -> None:
        text, self._client_id.value = self._client_id.value, ""
        self._sign_in.set_client_id(text)

    def _start_again(self) -> None:
        # somebody who is signed in and logs in again may want another account
        self._sign_in.start(show_dialog=self.connected)


def _show(widget: Any, visible: bool) -> None:
    widget.layout.display = None if visible else "none"


# ---------------------------------------------------------------- what it looks like

_TITLE = '<div class="sa-login-title" role="heading" aria-level="3">Sign in to Spotify</div>'

_NEW_TAB = '<span class="sa-login-hidden"> (opens a new tab)</span>'


def _link(url: str, text: str, *, css: str = "") -> str:
    return (
        f'<a class="{css}" href="{html.escape(url, quote=True)}" target="_blank" '
        f'rel="noopener noreferrer">{html.escape(text)}{_NEW_TAB}</a>'
    )


def _register(redirect_uri: str) -> str:
    return f"""
<p>Spotify wants every listener to have an <b>app of their own</b>: two minutes, once, free for
anyone with Spotify Premium. It stays private to you.</p>
<ol>
<li>Open {_link(_DASHBOARD, "Spotify's dashboard", css="sa-login-plain")} and log in.</li>
<li>Press <b>Create app</b>. Name and description are up to you.</li>
<li>Under <b>Redirect URIs</b> paste exactly this and press <b>Add</b>:
<code class="sa-login-copy" tabindex="0">{html.escape(redirect_uri)}</code></li>
<li>Tick <b>Web API</b>, accept the terms and press <b>Save</b>.</li>
<li>Copy the <b>Client ID</b> from the app's page and paste it here. No secret is needed.</li>
</ol>"""


def _steps(url: str, *, catches: bool) -> str:
    link = _link(url, "Open Spotify", css="sa-login-link")
    expected = (
        "If the new tab says <b>Connected</b>, you are done. If it shows an error page, "
        "<b>that is expected</b> too."
        if catches
        else "The new tab then shows an error page. <b>That is expected.</b>"
    )
    copy = "In that case copy" if catches else "Copy"
    return f"""
<ol>
<li>{link} and press <b>Agree</b> there.</li>
<li>{expected}</li>
<li>{copy} the <b>whole address</b> of that page and paste it here.</li>
</ol>"""


def _help(redirect_uri: str) -> str:
    rows = [
        (
            "INVALID_CLIENT: Invalid client",
            "The client id is wrong: compare <code>SPOTIPY_CLIENT_ID</code> with the "
            f"{_link(_DASHBOARD, 'dashboard', css='sa-login-plain')}.",
        ),
        (
            "INVALID_CLIENT: Invalid redirect URI",
            "Add exactly this to the app's redirect URIs (slash, port and case count): "
            f'<code class="sa-login-copy">{html.escape(redirect_uri)}</code>',
        ),
        (
            "INVALID_CLIENT: Insecure redirect URI",
            "Use <code>http://127.0.0.1/callback</code>: <code>localhost</code> and plain http "
            "elsewhere are closed.",
        ),
        ("Illegal scope", "Spotify has no permission of that name: ask for fewer."),
    ]
    lines = "".join(f"<dt>{html.escape(said)}</dt><dd>{do}</dd>" for said, do in rows)
    return f"<details><summary>Spotify's page shows an error?</summary><dl>{lines}</dl></details>"


def _status(sign_in: SignIn) -> str:
    if not sign_in.message:
        return '<div role="status"></div>'
    message = html.escape(sign_in.message)
    if sign_in.is_problem:
        return (
            '<div role="alert" class="sa-login-bad"><span class="sa-login-cross">&#10006;</span> '
            f"{message}</div>"
        )
    if sign_in.stage == "connected":
        return (
            '<div role="status" class="sa-login-good"><span class="sa-login-mark">&#10004;</span> '
            f"{message}</div>"
            '<div class="sa-login-soft">Go on in the next cell: '
            "<code>spotify = sa.connect()</code></div>"
        )
    return f'<div role="status" class="sa-login-soft">{message}</div>'


# Jupyter's own colours, so that it looks right in light and dark; the fallbacks are for elsewhere
_CSS = """
.sa-login { max-width: 640px; margin: 8px 2px; padding: 16px 20px; box-sizing: border-box;
  border: 1px solid var(--jp-border-color1, #bdbdbd); border-radius: 10px;
  background: var(--jp-layout-color1, #fff); overflow: visible; }
.sa-login .widget-html, .sa-login .jupyter-widgets.widget-html-content { margin: 0; }
.sa-login .widget-html-content { font-size: var(--jp-content-font-size1, 14px); line-height: 1.55;
  color: var(--jp-ui-font-color1, #212121); overflow-wrap: anywhere; }
.sa-login p { margin: 0 0 8px; }
.sa-login ol { margin: 6px 0 10px; padding-left: 22px; }
.sa-login li { margin: 5px 0; }
.sa-login code { font-size: 0.93em; padding: 1px 5px; border-radius: 4px;
  color: var(--jp-ui-font-color0, #000); background: var(--jp-layout-color2, #eee); }
.sa-login .sa-login-copy { display: inline-block; user-select: all; padding: 3px 8px;
  border: 1px solid var(--jp-border-color2, #e0e0e0); }
.sa-login-title { font-size: 1.2em; font-weight: 600; margin: 0 0 6px; }
.sa-login a.sa-login-link { display: inline-block; padding: 5px 18px; margin-right: 4px;
  border-radius: 999px; font-weight: 600; color: #000; background: #1db954;
  text-decoration: none; }
.sa-login a.sa-login-link:hover { background: #1ed760; color: #000; text-decoration: none; }
.sa-login a.sa-login-plain { color: var(--jp-content-link-color, #1565c0);
  text-decoration: underline; }
.sa-login a:focus-visible, .sa-login summary:focus-visible, .sa-login code:focus-visible,
.sa-login button:focus-visible, .sa-login input:focus-visible {
  outline: 2px solid var(--jp-ui-font-color0, #000); outline-offset: 2px; }
.sa-login .sa-login-row { overflow: visible; align-items: center; gap: 6px; margin: 0 0 4px; }
.sa-login .sa-login-row .widget-label { font-weight: 600; }
.sa-login .sa-login-button { padding: 0 16px; overflow: visible; border-radius: 4px; }
.sa-login > .sa-login-button { align-self: flex-start; margin-top: 8px; }
.sa-login .sa-login-good { font-weight: 600; }
.sa-login .sa-login-mark { color: var(--jp-success-color1, #2e7d32); }
.sa-login .sa-login-bad { margin: 2px 0; padding: 6px 12px; border-radius: 4px;
  border-left: 4px solid var(--jp-error-color1, #c62828);
  background: var(--jp-layout-color2, #eee); }
.sa-login .sa-login-cross { color: var(--jp-error-color1, #c62828); }
.sa-login .sa-login-soft { color: var(--jp-ui-font-color2, #616161); }
.sa-login details { margin-top: 8px; }
.sa-login summary { cursor: pointer; color: var(--jp-ui-font-color2, #616161); }
.sa-login dl { margin: 8px 0 0; }
.sa-login dt, .sa-login dd { float: none; width: auto; }
.sa-login dt { font-family: var(--jp-code-font-family, monospace); font-size: 0.93em; }
.sa-login dd { margin: 0 0 8px 16px; }
.sa-login-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
"""
