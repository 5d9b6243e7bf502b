"""All commands, under one name."""

from __future__ import annotations

import click

import spotify_analysis
from spotify_analysis import errors
from spotify_analysis.cli import (
    account,
    demo,
    history,
    leaks,
    logins,
    page,
    recap,
    suggestions,
    wording,
)

__all__ = ["main"]

_COMMANDS = {
    "To try it": (demo.demo,),
    "From your export, without an account": (page.report, recap.recap, suggestions.suggest),
    "The history you keep": (
        history.add,
        history.sync,
        history.sql,
        history.imports,
        history.undo,
        history.check,
        history.compact,
    ),
    "Your account": (
        logins.login,
        logins.status,
        account.export,
        logins.grant,
        logins.rotate,
        logins.logout,
    ),
    "Secrets": (logins.set_client_secret, logins.rewrap, leaks.check_secrets),
}
_WHOLE = 200  # letters of a sentence: none is cut


class _Commands(click.Group):
    """A group whose commands end in one sentence, not in a traceback, when something is wrong."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command and say in one sentence what went wrong, if something did."""
        try:
            with wording.warned():
                return super().invoke(ctx)
        except (errors.SpotifyAnalysisError, ValueError, OSError) as exc:
            click.echo(f"{type(exc).__name__}: {wording.in_terminal(str(exc))}", err=True)
            ctx.exit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands by what they are for."""
        for title, commands in _COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl(
                    [(str(one.name), one.get_short_help_str(_WHOLE)) for one in commands]
                )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(spotify_analysis.__version__, prog_name="spotify-analysis")
def main() -> None:
    """Your own Spotify listening: sign in, load, count, draw, suggest, take away.

    `spotify-analysis COMMAND --help` says more of each, with examples. What goes well ends in 0,
    what does not in 1 and one sentence, what was typed wrongly in 2.
    """


for _commands in _COMMANDS.values():
    for _command in _commands:
        main.add_command(_command)
