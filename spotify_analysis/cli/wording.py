"""What the functions say, in the words of the terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

__all__ = ["in_terminal", "indented", "step"]

# what the functions say of their arguments, as the terminal calls them
_ARGUMENTS = {
    "`on_error='skip'`": "--skip-damaged",
    "`time_zone`": "--time-zone",
    "`by_country`": "--zone-of",
    "`query`": "QUERY",
    "`since`": "--since",
    "`until`": "--until",
    "`mode`": "--mode",
    "`year`": "--year",
}
_ZONE_OF_ONE = re.compile(r"`by_country\['([^']*)'\]`")
_ZONES_OF = re.compile(r"--zone-of, a country's zones are in tables\.zones_of\('(\w\w)'\)")


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Say what is being done while it is done.

    Parameters
    ----------
    doing : str
        What, beginning with a verb.

    Yields
    ------
    None
        While it is done.
    """
    click.echo(f"{doing} ...")
    sys.stdout.flush()
    yield


def in_terminal(text: str) -> str:
    """Call arguments as the terminal does.

    Parameters
    ----------
    text : str
        What a function says.

    Returns
    -------
    str
        The same with options in the place of arguments.
    """
    for argument, option in _ARGUMENTS.items():
        text = text.replace(argument, option)
    return _ZONES_OF.sub(_one_zone_of, _ZONE_OF_ONE.sub(r"--zone-of \1", text))


def _one_zone_of(found: re.Match[str]) -> str:
    """Show by an example how the zone of a country is chosen."""
    from spotify_analysis import tables

    country = found[1]
    zone, *_ = tables.zones_of(country)
    return f"--zone-of {country}={zone}, or another zone of that country"


def indented(text: str) -> str:
    """Set what a function says below a headline.

    Parameters
    ----------
    text : str
        What a function says, of one line or more.

    Returns
    -------
    str
        The same in the terminal's words, each line two spaces to the right.
    """
    return "\n".join(f"  {line}" for line in in_terminal(text).splitlines())
