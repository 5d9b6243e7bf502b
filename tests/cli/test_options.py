"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from spotify_analysis import cli, counting, recommend


def test_wrong_options_are_refused_before_anything_is_read(small_export: Path) -> None:
    for wrong in (
        ["report", str(small_export), "--rule", "foo"],
        ["report", str(small_export), "--time-zone", "Europe/Atlantis"],
        ["demo", "--serve", "--port", "99999"],
    ):
        done = CliRunner().invoke(cli.main, wrong)
        assert done.exit_code in (1, 2)
        assert wrong[-1] in done.output
        assert "read the export" not in done.output


def test_the_terminal_knows_every_counting_rule() -> None:
    assert set(cli.RULES.choices) == set(counting.RULES)
    assert set(cli.MODES.choices) == set(recommend.MODES)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["US"], "must be a country and its zone, such as US=America/Chicago, once per country"),
        (["US=UTC", "--zone-of", "us=UTC"], "once per country; not 'us=UTC'"),
        (["XX=UTC"], "--zone-of must name countries by their ISO 3166-1 codes"),
        (["US=Mars"], "--zone-of US must be an IANA name"),
    ],
)
def test_a_wrong_zone_of_a_country_is_refused_before_anything_is_read(
    travels: Path, tmp_path: Path, option: list[str], said: str
) -> None:
    folder = tmp_path / "out"
    for command in (["recap", str(travels)], ["report", str(travels)]):
        done = CliRunner().invoke(
            cli.main, [*command, "--folder", str(folder), "--zone-of", *option]
        )
        assert done.exit_code in (1, 2)
        assert said in " ".join(done.output.split())
        assert not folder.exists()
