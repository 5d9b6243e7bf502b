"""Options that several commands share, written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "BY_COUNTRY",
    "CSV",
    "DEMO",
    "FILE",
    "FOLDER",
    "HISTORY",
    "MODES",
    "OWNER",
    "RULE",
    "RULES",
    "SKIP_DAMAGED",
    "ZONE_HELP",
    "ZONE_OF",
    "how_counted",
    "on_error",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, path_type=Path)
# counting.RULES, without loading pandas for --help
RULES = click.Choice(
    [
        "every",
        "spotify",
        "wrapped",
        "lastfm",
        "finished",
        "koito",
        "lastfm-stats-web",
        "listenbrainz",
        "maloja",
        "memory.fm",
        "music-data",
        "piebro",
        "rowan-smith",
        "rowan-smith-wrapped",
        "spotify-stats-tracker",
        "streaming-history",
        "your_spotify",
        "zachlagden",
    ]
)
# recommend.MODES, for the same reason
MODES = click.Choice(
    ["on_repeat", "rediscover", "continue", "deep_cuts", "new_releases", "discover", "mix"]
)
RULE = click.option(
    "--rule",
    type=RULES,
    default="spotify",
    show_default=True,
    metavar="RULE",
    help="What counts as a play: spotify (30 s or longer), every, wrapped, lastfm, finished, or "
    "the name of another tool, as docs/counting.md lists them.",
)
OWNER = click.option(
    "--owner",
    default="",
    metavar="NAME",
    help="Whose login, where those of several people are kept; by default the one without a name.",
)
DEMO = click.option(
    "--demo", is_flag=True, help="The made-up listener instead of your account; nothing is real."
)
ZONE_HELP = "Your time zone, such as Europe/Berlin; else that of your settings, or this computer's."
BY_COUNTRY = click.option(
    "--by-country",
    is_flag=True,
    help="Each play in the local time of the country it was played in, where that has one zone.",
)


def _zones_of(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Part countries and their zones; whether there are such is known to the functions."""
    found: dict[str, str] = {}
    for value in values:
        country, _, zone = (part.strip() for part in value.partition("="))
        if not country or not zone or country.upper() in found:
            raise click.BadParameter(
                "must be a country and its zone, such as US=America/Chicago, once per country; "
                f"not {value!r}.",
                ctx,
                param,
            )
        found[country.upper()] = zone
    return found


ZONE_OF = click.option(
    "--zone-of",
    "zones_of",
    multiple=True,
    metavar="COUNTRY=ZONE",
    callback=_zones_of,
    help="As --by-country, and the zone of a country that has several, such as US=America/Chicago; "
    "may be repeated.",
)
SKIP_DAMAGED = click.option(
    "--skip-damaged", is_flag=True, help="Where a file is damaged, say so and read the others."
)
CSV = click.option(
    "--csv",
    "csv_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the whole table to FILE, too.",
)
HISTORY = click.option(
    "--history",
    "place",
    metavar="FOLDER",
    help="Where the history is kept: a folder, or s3://bucket/folder. Else the folder history in "
    "your data folder (SPOTIFY_ANALYSIS_DATA_DIR).",
)


def how_counted(command: _Command) -> _Command:
    """Give a command the options for how an export is read and counted.

    Parameters
    ----------
    command : callable
        Takes ``rule``, ``time_zone``, ``by_country``, ``zones_of`` and ``skip_damaged``.

    Returns
    -------
    callable
        The same, with the options.
    """
    zone = click.option("--time-zone", metavar="ZONE", help=ZONE_HELP)
    for option in (SKIP_DAMAGED, ZONE_OF, BY_COUNTRY, zone, RULE):  # the last is listed first
        command = option(command)
    return command


def on_error(skip_damaged: bool) -> str:
    """Say as `account_data.read` does what is to be done about damaged files.

    Parameters
    ----------
    skip_damaged : bool
        From `SKIP_DAMAGED`.

    Returns
    -------
    str
        ``"skip"`` or ``"raise"``.
    """
    return "skip" if skip_damaged else "raise"
