"""What the functions say, in the words of the terminal."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

__all__ = ["confirm", "in_terminal", "indented", "step", "warned"]

# what the functions say of their arguments, as the terminal calls them
_ARGUMENTS = {
    "`on_error='skip'`": "--skip-damaged",
    "`import_id`": "IMPORT",
    "`keep_days`": "--keep-days",
    "`imports()`": "`spotify-analysis imports`",
    "`check()`": "`spotify-analysis check`",
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


@contextmanager
def warned() -> Iterator[None]:
    """Say warnings that are for the user in one sentence, without the line of code they come from.

    Yields
    ------
    None
        While a command runs.
    """
    with warnings.catch_warnings():
        show, said = warnings.showwarning, set()

        def say(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if category is UserWarning:
                text = f"Warning: {in_terminal(str(message))}"
                if text not in said:
                    click.echo(text, err=True)
                said.add(text)
            else:
                show(message, category, *where, **more)

        warnings.showwarning = say
        yield


def confirm(question: str, *, default: bool = False) -> None:
    """Ask before something is done; end the command if the answer is no, or there is none.

    Parameters
    ----------
    question : str
        What is about to be done.
    default : bool
        The answer of who only presses Enter.
    """
    try:
        click.confirm(question, default=default, abort=True)
    except click.Abort:
        if not sys.stdin.isatty():
            click.echo("\nNothing was done; in a script, --yes goes on without asking.", err=True)
        raise


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
