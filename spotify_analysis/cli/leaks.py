"""Logins and secrets that are about to leave with a commit."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["check_secrets"]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--staged", is_flag=True, help="Look at what `git commit` would take.")
def check_secrets(files: tuple[Path, ...], *, staged: bool) -> None:
    """Look for logins, secrets and notebook outputs in FILES.

    Ends in 1 if there are any, and shows nothing of them: before a commit, and before you share.

    \b
    Examples:
      spotify-analysis check-secrets notebooks/mine.ipynb
      spotify-analysis check-secrets --staged
    """
    from spotify_analysis import redaction

    found = redaction.look_at_staged() if staged else []
    for file in files:
        found += redaction.look_at(file)
    for one in found:
        click.echo(str(one))
    if found:
        click.echo(
            f"{len(found)} found; nothing of it is shown. Take it out, and if it was a secret that "
            "others may have seen, make a new one. A line that is harmless may end in "
            f"`{redaction.ALLOWED}`.",
            err=True,
        )
        click.get_current_context().exit(1)
