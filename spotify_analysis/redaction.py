"""What is secret: a text that does not show itself, and where one stands in a file.

Nothing here is about one place: settings, logins and the check before a commit share it.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NoReturn

from spotify_analysis import errors

__all__ = ["ALLOWED", "Found", "Hidden", "look_at", "look_at_staged", "look_through"]

# what detect-secrets reads, too
ALLOWED = "pragma: allowlist secret"


class Hidden(str):
    """A text that is not shown where variables are, as in IPython's verbose tracebacks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self.__reduce__()

    def __copy__(self) -> Hidden:
        return self

    def __deepcopy__(self, memo: object) -> Hidden:
        return self


# ---------------------------------------------------------------- before a commit


@dataclass(frozen=True, slots=True)
class Found:
    """Something that should not be shared.

    Parameters
    ----------
    file : str
        The file.
    line : int
        The line, from 1.
    what : str
        What it is; the text itself is not repeated.
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


_START, _END = r"(?<![A-Za-z0-9_+/=-])", r"(?![A-Za-z0-9_-])"
_VALUE = r"\\?[\"']?\s*[:=]\s*\\?[\"']?"
# what it is -> how it looks. Ids alone have 32 digits as well, so a secret needs its name beside it
# or an id before it, as in `SpotifyOAuth("...", "...")`.
_LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an access token", re.compile(rf"{_START}BQ[A-Za-z0-9_-]{{60,}}")),
    (
        "a refresh token or an authorization code",
        re.compile(rf"{_START}AQ[A-Za-z0-9_-]{{60,}}"),
    ),
    (
        "a client secret",
        re.compile(rf"secret\w*{_VALUE}[0-9a-f]{{32}}{_END}", re.IGNORECASE),
    ),
    (
        "a client id and a client secret",
        re.compile(r"[\"'][0-9a-f]{32}\\?[\"']\s*,\s*\\?[\"'][0-9a-f]{32}\\?[\"']"),
    ),
    (
        "the address a sign-in came back to, with its code",
        re.compile(r"[?&]code=[A-Za-z0-9_-]{32,}"),
    ),
    ("the state of a sign-in", re.compile(r"[?&]state=[A-Za-z0-9_-]{32,}")),
    ("a PKCE verifier", re.compile(rf"verifier\w*{_VALUE}[A-Za-z0-9_.~-]{{43,128}}{_END}")),
    (
        "a saved login",
        re.compile(r"(?:access|refresh)_token\\?[\"']\s*:\s*\\?[\"'][!-~]{20,}"),
    ),
)
_BASIC = re.compile(r"Basic\s+([A-Za-z0-9+/]{60,}={0,2})")
_PAIR = re.compile(rb"[0-9a-f]{32}:[0-9a-f]{32}", re.IGNORECASE)
# files that are private as a whole; `.env.example` and the like are looked through instead
_PRIVATE = re.compile(r"\.env|\.cache(?:-.+)?|[0-9a-f]{64}\.token(?:\.unreadable-.+)?")


def look_at(path: str | os.PathLike[str]) -> list[Found]:
    """Look through one file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    list of Found
        What should not be shared, by line; empty if there is nothing.

    Raises
    ------
    ConfigError
        If it cannot be read.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as exc:
        raise errors.ConfigError(f"{str(path)!r} cannot be read ({exc.strerror}).") from exc
    return look_through(str(path), content)


def look_at_staged() -> list[Found]:
    """Look through what ``git commit`` would take from the current checkout.

    Returns
    -------
    list of Found
        As in `look_at`.

    Raises
    ------
    ConfigError
        If git does not answer, as outside of a checkout.
    """
    listed = _git("diff", "--cached", "--name-only", "--diff-filter=d", "--no-renames", "-z")
    names = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    # what is staged, which need not be what stands in the folder
    return [one for name in names for one in look_through(name, _git("show", f":0:{name}"))]


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S607
    except OSError as exc:
        raise errors.ConfigError(f"git cannot be run ({exc.strerror}).") from exc
    if done.returncode:
        raise errors.ConfigError(
            f"`git {arguments[0]}` failed: run this inside the checkout that is to be committed."
        )
    return done.stdout


def look_through(name: str, content: bytes) -> list[Found]:
    """Look through the content of one file.

    Parameters
    ----------
    name : str
        Its name; it tells notebooks, settings and saved logins.
    content : bytes
        What it holds.

    Returns
    -------
    list of Found
        As in `look_at`.
    """
    found = []
    base = PurePosixPath(name.replace(os.sep, "/")).name
    if _PRIVATE.fullmatch(base):
        found.append(Found(name, 1, f"{base} is private as a whole: add it to .gitignore"))
    text = content.decode("utf-8-sig", "replace").replace("\x00", "")
    lines = text.splitlines()
    found += [
        Found(name, number, what)
        for number, line in enumerate(lines, 1)
        if ALLOWED not in line
        for what in _kinds(line)
    ]
    if base.endswith(".ipynb"):
        found += [Found(name, *one) for one in _left_in_notebook(text, lines)]
    return sorted(found, key=lambda one: one.line)


def _kinds(line: str) -> Iterator[str]:
    for what, looks in _LOOKS:
        if looks.search(line):
            yield what
    for encoded in _BASIC.findall(line):
        try:
            decoded = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
        if _PAIR.fullmatch(decoded):
            yield "a client id and a client secret"


def _left_in_notebook(text: str, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Name outputs and widgets that were saved; they hold what nobody remembers to look for."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        left = [bool(cell.get("outputs")) for cell in cells if cell["cell_type"] == "code"]
        has_widgets = "widgets" in notebook["metadata"]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        yield 1, "it is no notebook that can be looked through"
        return
    # one line per code cell begins its outputs, whatever the indentation
    starts = [n for n, line in enumerate(lines, 1) if re.match(r'\s*"outputs"\s*:', line)]
    if len(starts) != len(left):
        starts = [1] * len(left)
    for cell, (start, is_left) in enumerate(zip(starts, left, strict=True), 1):
        if is_left:
            yield start, f"outputs of code cell {cell}: clear them with nbstripout"
    if has_widgets:
        start = next((n for n, line in enumerate(lines, 1) if '"widgets"' in line), 1)
        yield start, "the state of widgets: remove it with nbstripout"
