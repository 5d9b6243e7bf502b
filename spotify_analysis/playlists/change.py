"""What a change does or would do, to look at before and after."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["Change"]

_SHOWN = 8
_DONE = {
    "add": "Added",
    "change": "Changed",
    "create": "Created",
    "move": "Moved",
    "replace": "Replaced",
    "save": "Saved",
    "take": "Took",
}


@dataclass(frozen=True, eq=False)
class Change:
    """A change of a playlist or the library: planned (`dry_run`) or made.

    Parameters
    ----------
    what : str
        The change in words, beginning with a verb: ``"create the private playlist 'Again'"``.
    steps : tuple of str
        Its calls that change something, in order.
    dry_run : bool
        Whether it was only planned.
    playlist_id : str or None
        The playlist, where it is one and exists.
    uris : tuple of str
        Addresses that are written, taken out or moved.
    labels : tuple of str
        What to call each.
    left_out : tuple of (str, str)
        What was given and cannot be written, and why.
    before : tuple of str or None
        What the playlist held before, where that was read; pass it to `replace` with
        ``unique=False`` to go back.
    snapshot_id : str or None
        The playlist's version after the change.
    notes : tuple of str
        What else one should know.
    """

    what: str
    steps: tuple[str, ...]
    dry_run: bool
    playlist_id: str | None = None
    uris: tuple[str, ...] = field(default=(), repr=False)
    labels: tuple[str, ...] = field(default=(), repr=False)
    left_out: tuple[tuple[str, str], ...] = ()
    before: tuple[str, ...] | None = field(default=None, repr=False)
    snapshot_id: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def uri(self) -> str | None:
        """Spotify's address of the playlist."""
        return None if self.playlist_id is None else f"spotify:playlist:{self.playlist_id}"

    @property
    def url(self) -> str | None:
        """Page of the playlist at Spotify."""
        if self.playlist_id is None:
            return None
        return f"https://open.spotify.com/playlist/{self.playlist_id}"

    @property
    def items(self) -> pd.DataFrame:
        """What is written, taken out or moved: `name` and `uri`."""
        columns = {"name": list(self.labels), "uri": list(self.uris)}
        return pd.DataFrame(columns).astype("string")

    @property
    def skipped(self) -> pd.DataFrame:
        """What was given and left out: `name` and `why`."""
        columns = {
            "name": [name for name, _ in self.left_out],
            "why": [why for _, why in self.left_out],
        }
        return pd.DataFrame(columns).astype("string")

    @property
    def headline(self) -> str:
        """The change in one sentence."""
        if not self.steps:
            return f"Nothing to do: {self.what}."
        if self.dry_run:
            return f"Would {self.what}."
        verb, _, rest = self.what.partition(" ")
        return f"{_DONE[verb]} {rest}."

    def __repr__(self) -> str:
        lines = [self.headline]
        lines += [f"  {n}. {step}" for n, step in enumerate(self.steps, start=1)]
        lines += _shortened([f"    + {label}" for label in self.labels], "    ")
        if self.left_out:
            lines.append(f"  left out: {len(self.left_out)}")
            lines += _shortened([f"    - {name}: {why}" for name, why in self.left_out], "    ")
        lines += [f"  note: {note}" for note in self.notes]
        if self.url:
            lines.append(f"  {self.url}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        escape = html.escape

        def listed(entries: Sequence[str], tag: str = "ul") -> str:
            return f"<{tag}>" + "".join(f"<li>{entry}</li>" for entry in entries) + f"</{tag}>"

        parts = [f"<p><b>{escape(self.headline)}</b></p>"]
        if self.steps:
            parts.append(listed([f"<code>{escape(step)}</code>" for step in self.steps], "ol"))
        if self.labels:
            parts.append(listed(_shortened([escape(label) for label in self.labels], "")))
        if self.left_out:
            parts.append(f"<p>Left out: {len(self.left_out)}</p>")
            rows = [f"{escape(name)}: {escape(why)}" for name, why in self.left_out]
            parts.append(listed(_shortened(rows, "")))
        parts += [f"<p>Note: {escape(note)}</p>" for note in self.notes]
        if self.url:
            parts.append(f'<p><a href="{escape(self.url)}">{escape(self.url)}</a></p>')
        return "".join(parts)


def _shortened(lines: list[str], indent: str) -> list[str]:
    if len(lines) <= _SHOWN:
        return lines
    return [*lines[: _SHOWN - 1], f"{indent}... and {len(lines) - _SHOWN + 1} more"]
