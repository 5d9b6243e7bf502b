"""How things stand with the saved login: who, what for, how long, where kept, how sealed."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from spotify_analysis import config, tokens
from spotify_analysis.auth.scopes import DEFAULT_SCOPES, TEXTS
from spotify_analysis.auth.signed_in import HOW_TO_SIGN_IN, WARN_DAYS, why_over

__all__ = ["Status", "status", "store_of"]

_RENEW = "auth.rotate() in a notebook, or `spotify-analysis rotate` in a terminal"


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand with the saved login.

    Parameters
    ----------
    signed_in : bool
        Whether there is a login that Spotify has not ended, as far as we know.
    name : str or None
        The name on the account, or its id.
    scopes : tuple of str
        What the person granted.
    missing : tuple of str
        What some loader or change would need and was not granted.
    days_left : int or None
        Days until the person must agree again.
    authorized_at : datetime or None
        When the person agreed, UTC.
    owner : str
        Whose login it is, where several are kept; ``""`` for the only one.
    kept : str
        Where logins are kept.
    sealed : str
        What protects the login there.
    source : str
        Where the client id came from.
    next_step : str
        What to do, if anything.
    """

    signed_in: bool
    name: str | None
    scopes: tuple[str, ...]
    missing: tuple[str, ...]
    days_left: int | None
    authorized_at: datetime | None
    owner: str
    kept: str
    sealed: str
    source: str
    next_step: str

    @property
    def ends_on(self) -> datetime | None:
        """The day on which Spotify ends the login, UTC, as far as six months can be counted."""
        if self.authorized_at is None:
            return None
        return self.authorized_at + timedelta(days=tokens.LOGIN_LIFE_DAYS)

    @property
    def is_ending(self) -> bool:
        """Whether the six months are nearly over."""
        return self.signed_in and self.days_left is not None and self.days_left <= WARN_DAYS

    def _left(self) -> str:
        days = "1 day" if self.days_left == 1 else f"{self.days_left} days"
        if not self.signed_in or self.ends_on is None:
            return "none"
        return f"about {days} of six months, until {self.ends_on:%d %B %Y}"

    def _lines(self) -> list[tuple[str, str]]:
        if self.authorized_at is None:
            lines = [("Signed in", "no")]
        else:
            lines = [
                ("Signed in", "yes" if self.signed_in else "no longer"),
                ("As", self.name or "(Spotify did not say)"),
                ("Since", f"{self.authorized_at:%d %B %Y}"),
                ("Left", self._left()),
                ("May", ", ".join(self.scopes) or "nothing but read the name"),
            ]
            if self.missing:
                lines.append(("May not", ", ".join(self.missing)))
        if self.owner:
            lines.insert(1, ("Owner", self.owner))
        lines += [("Kept", self.kept), ("Sealed", self.sealed), ("Client id", self.source)]
        if self.next_step:
            lines.append(("Next", self.next_step))
        return lines

    def __str__(self) -> str:
        width = max(len(name) for name, _ in self._lines()) + 2
        return "\n".join(f"{name + ':':<{width}}{value}" for name, value in self._lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        escape = html.escape
        if self.authorized_at is None:
            kind, headline = "off", "Not signed in"
        elif not self.signed_in:
            kind, headline = "off", f"No longer signed in as {self.name or 'this account'}"
        else:
            kind = "soon" if self.is_ending else "on"
            headline = f"Signed in as {self.name}" if self.name else "Signed in"
        parts = [f'<div class="sa-status-head"><span aria-hidden="true">{_MARKS[kind]}</span> ']
        parts.append(f'<b dir="auto">{escape(headline)}</b></div>')
        if self.signed_in and self.days_left is not None:
            share = round(100 * min(1.0, self.days_left / tokens.LOGIN_LIFE_DAYS))
            parts.append(
                f'<div class="sa-status-bar" aria-hidden="true"><div style="width:{share}%">'
                "</div></div>"
            )
        rows = [(name, escape(value)) for name, value in self._lines() if name not in _SHOWN_ABOVE]
        granted, missing = _in_words(self.scopes), _in_words(self.missing)
        rows = [
            (
                name,
                granted if name == "May" and granted else missing if name == "May not" else value,
            )
            for name, value in rows
        ]
        parts.append("<table>")
        parts += [
            # JupyterLab sets its tables to the right, and outranks a rule of the sheet above
            f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
            f'<td dir="auto" style="text-align:left">{value}</td></tr>'
            for name, value in rows
        ]
        parts.append("</table>")
        return (
            f'<div class="sa-status sa-status-{kind}"><style>{_CSS}</style>{"".join(parts)}</div>'
        )


def _in_words(scopes: tuple[str, ...]) -> str:
    return "".join(
        f"<div>{html.escape(TEXTS.get(scope, scope))}"
        + (f" <code>{html.escape(scope)}</code>" if scope in TEXTS else "")
        + "</div>"
        for scope in scopes
    )


def store_of(settings: config.Settings) -> tokens.TokenStore:
    """Make the store the settings name.

    Parameters
    ----------
    settings : Settings
        As from `config.load`.

    Returns
    -------
    TokenStore
        The store; nothing has been read yet.
    """
    return tokens.store_for(settings.store, data_dir=settings.data_dir, key=settings.key)


def status(settings: config.Settings | None = None, *, owner: str = "") -> Status:
    """Tell who is signed in, with which permissions, for how long and where that is kept.

    Parameters
    ----------
    settings : Settings, optional
        As from `config.load`, which is called by default.
    owner : str
        Whose login.

    Returns
    -------
    Status
        Shows itself as a small table. Nothing is sent to Spotify.

    Raises
    ------
    ConfigError, TokenStoreError
        If the settings or the saved login cannot be read.

    Examples
    --------
    >>> import spotify_analysis as sa
    >>> sa.status()  # doctest: +SKIP
    """
    settings = settings or config.load()
    store = store_of(settings)
    token = store.load(settings.client_id, owner) if settings.client_id else None
    next_step = ""
    if token is None:
        next_step = HOW_TO_SIGN_IN
    elif token.ended_at is not None:
        next_step = f"{why_over(token)}: {HOW_TO_SIGN_IN}"
    elif token.days_left() == 0:
        next_step = f"the six months are over: {_RENEW}"
    elif token.days_left() <= WARN_DAYS:
        next_step = f"{_RENEW}, before the six months are over"
    return Status(
        signed_in=token is not None and token.ended_at is None,
        name=None if token is None else token.display_name or token.account_id,
        scopes=() if token is None else tuple(sorted(token.scopes)),
        missing=() if token is None else tuple(sorted(DEFAULT_SCOPES - token.scopes)),
        days_left=None if token is None else token.days_left(),
        authorized_at=None if token is None else datetime.fromtimestamp(token.authorized_at, UTC),
        owner=owner,
        kept=str(store),
        sealed=_sealed(store),
        source=settings.source,
        next_step=next_step,
    )


def _sealed(store: tokens.TokenStore) -> str:
    if isinstance(store, tokens.MemoryStore):
        return "it is not written anywhere"
    cipher = getattr(store, "cipher", None)
    if cipher is None or isinstance(cipher, tokens.PlainCipher):
        return "no: only the file's permissions protect it"
    return str(cipher).removeprefix("sealed ")


_MARKS = {"on": "&#10004;", "soon": "&#9888;", "off": "&#10006;"}
_SHOWN_ABOVE = ("Signed in", "As")

# inherited ink on whatever paper there is, so that it can be read in every theme; the colours that
# are ours carry no words
_CSS = """
.sa-status { max-width: 640px; padding: 12px 16px; box-sizing: border-box; border-radius: 10px;
  border: 1px solid rgba(128, 128, 128, 0.45); border-left: 4px solid #1db954; line-height: 1.5;
  overflow-wrap: anywhere; }
.sa-status-soon { border-left-color: #e08b00; }
.sa-status-off { border-left-color: #9a9a9a; }
.sa-status-head { font-size: 1.1em; }
.sa-status-bar { height: 6px; margin: 8px 0 4px; border-radius: 3px; overflow: hidden;
  background: rgba(128, 128, 128, 0.3); }
.sa-status-bar div { height: 100%; background: #1db954; }
.sa-status-soon .sa-status-bar div { background: #e08b00; }
.sa-status table { border: 0; border-collapse: collapse; margin: 8px 0 0; font-size: 1em; }
.sa-status tr, .sa-status tbody tr:nth-child(odd), .sa-status tbody tr:hover {
  background: transparent; border: 0; }
.sa-status th, .sa-status td { padding: 2px 14px 2px 0; border: 0; text-align: left;
  vertical-align: top; color: inherit; background: transparent; max-width: none;
  white-space: normal; }
.sa-status th { font-weight: 600; white-space: nowrap; }
.sa-status code { font-size: 0.88em; background: transparent; color: inherit; opacity: 0.8; }
"""
