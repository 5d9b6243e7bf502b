"""The `fields` filter of playlists: ``items(added_at,item(name,!href))``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Fields", "parse"]

_TOKEN = re.compile(r"\s*([A-Za-z0-9_]+|[().,!])\s*")


@dataclass
class Fields:
    """A parsed filter.

    Parameters
    ----------
    keep : dict
        Names to keep, each with the filter for its value; all when empty.
    drop : set of str
        Names to leave out.
    """

    keep: dict[str, Fields] = field(default_factory=dict)
    drop: set[str] = field(default_factory=set)

    def of(self, value: Any) -> Any:
        """Apply the filter.

        Parameters
        ----------
        value : Any
            A JSON value.

        Returns
        -------
        Any
            A new value with only what was asked for; lists are filtered item by item.
        """
        if isinstance(value, list):
            return [self.of(item) for item in value]
        if not isinstance(value, dict) or not (self.keep or self.drop):
            return value
        if self.keep:
            return {name: sub.of(value[name]) for name, sub in self.keep.items() if name in value}
        return {name: item for name, item in value.items() if name not in self.drop}


def parse(text: str) -> Fields:
    """Parse a filter.

    Parameters
    ----------
    text : str
        The value of `fields`.

    Returns
    -------
    Fields
        The filter.

    Raises
    ------
    ValueError
        If it is malformed.
    """
    tokens: list[str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"invalid fields at {position}: {text!r}.")
        tokens.append(match[1])
        position = match.end()
    tokens.reverse()
    parsed = _parse_list(tokens)
    if tokens:
        raise ValueError(f"invalid fields: {text!r}.")
    return parsed


def _parse_list(tokens: list[str]) -> Fields:
    """Read `a,b.c,d(e,f),!g`; `tokens` are reversed, so that the next is the last."""
    fields = Fields()
    while True:
        if _take(tokens, "!"):
            fields.drop.add(_name(tokens))
        else:
            _parse_path(tokens, fields)
        if not _take(tokens, ","):
            return fields


def _parse_path(tokens: list[str], fields: Fields) -> None:
    inner = fields.keep.setdefault(_name(tokens), Fields())
    if _take(tokens, "."):
        _parse_path(tokens, inner)
    elif _take(tokens, "("):
        asked = _parse_list(tokens)
        if not _take(tokens, ")"):
            raise ValueError("invalid fields: a bracket is not closed.")
        inner.keep.update(asked.keep)
        inner.drop |= asked.drop


def _name(tokens: list[str]) -> str:
    if not tokens or tokens[-1] in "().,!":
        raise ValueError("invalid fields: a name is missing.")
    return tokens.pop()


def _take(tokens: list[str], wanted: str) -> bool:
    if tokens and tokens[-1] == wanted:
        tokens.pop()
        return True
    return False
