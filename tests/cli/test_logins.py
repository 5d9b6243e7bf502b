"""The login from a terminal; more of it in tests/auth/test_upkeep.py."""

from __future__ import annotations

from click.testing import CliRunner

from spotify_analysis import cli


def test_status_and_logout_without_a_login() -> None:
    status = CliRunner().invoke(cli.main, ["status"])
    assert status.exit_code == 0, status.output
    assert "no" in status.output
    assert CliRunner().invoke(cli.main, ["logout"]).exit_code == 0
