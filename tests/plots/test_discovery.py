from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from spotify_analysis import metrics, plots, tables


@pytest.fixture
def table() -> pd.DataFrame:
    """Return three months."""
    return tables.conform(
        pd.DataFrame(
            {
                "period": "month",
                "period_start": pd.date_range("2024-01-01", periods=3, freq="MS").astype(
                    "datetime64[us]"
                ),
                "is_partial": [True, False, False],
                "n_known_artists": [0, 2, 4],
                "n_new_artists": [3, 1, 0],
                "n_artists_so_far": [3, 4, 4],
                "n_known_tracks": [0, 1, 1],
                "n_new_tracks": [9, 9, 1],
                "n_tracks_so_far": [9, 18, 19],
            }
        ),
        tables.DISCOVERY,
    )


def test_new_stands_on_known(table: pd.DataFrame) -> None:
    ax = plots.discovery(table)
    known, new = ax.containers
    assert [bar.get_height() for bar in known] == [0, 2, 4]
    assert [(bar.get_y(), bar.get_height()) for bar in new] == [(0, 3), (2, 1), (4, 0)]
    assert [bar.get_alpha() for bar in new] == [0.45, 1, 1]
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "paler: not a whole month" in caption


def test_the_line_is_all_so_far(table: pd.DataFrame) -> None:
    for of, so_far in (("artists", [0, 3, 4, 4]), ("tracks", [0, 9, 18, 19])):
        ax = plots.discovery(table, of=of)  # type: ignore[arg-type]
        above = next(other for other in ax.figure.axes if other is not ax)
        (line,) = (line for line in above.lines if line.get_gid() == "so far")
        assert np.asarray(line.get_ydata()).tolist() == so_far
        assert f"{so_far[-1]} {of}" in [text.get_text() for text in above.texts]


def test_of_nothing_else(table: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'tracks' or 'albums'; not 'shows'"):
        plots.discovery(table, of="shows")  # type: ignore[arg-type]


def test_plays_that_name_no_albums_say_so(one_day: pd.DataFrame) -> None:
    table = metrics.discovery(one_day.assign(album=pd.array([None] * len(one_day), "string")))
    ax = plots.discovery(table, of="albums")
    said = [text.get_text() for text in ax.texts if text.get_gid() == "empty"]
    assert said == ["These plays name no albums"]


def test_days_of_discovery_say_what_was_new() -> None:
    table = tables.conform(
        [
            {"rank": 1, "local_day": "2024-01-05", "n_new": 3, "names": "Ann; Bo; Cy"},
            {"rank": 2, "local_day": "2024-01-03", "n_new": 1, "names": "Di"},
        ],
        tables.DISCOVERY_DAYS,
    )
    ax = plots.discovery_days(table)
    assert [bar.get_width() for bar in ax.containers[0]] == [3, 1]
    said = [text.get_text() for text in ax.texts if text.get_gid() in ("name", "beside")]
    assert said == ["5 Jan 2024", "Ann, Bo, Cy", "3 Jan 2024", "Di"]


def test_top_discoveries_are_the_first_of_each_period() -> None:
    rows = [("2023", 1, "A", 9), ("2023", 2, "B", 8), ("2024", 1, "C", 4)]
    table = tables.conform(
        [
            {
                "period": "year",
                "period_start": f"{year}-01-01",
                "rank": rank,
                "track": track,
                "artist": "Ann",
                "n_plays": n,
            }
            for year, rank, track, n in rows
        ],
        tables.TOP_DISCOVERIES,
    )
    ax = plots.top_discoveries(table)
    assert [bar.get_width() for bar in ax.containers[0]] == [4, 9]
    colours = plots.PALETTES["light"]
    drawn = [to_hex(bar.get_facecolor()).upper() for bar in ax.containers[0]]
    # the most of all stands out, not the last year
    assert drawn == [colours.main, colours.second]
    said = [text.get_text() for text in ax.texts if text.get_gid() in ("name", "beside")]
    assert said == ["C", "2024, Ann", "A", "2023, Ann"]


def test_cohorts_stand_on_each_other_and_what_is_new_on_top() -> None:
    shares = {(2022, 2022): 1.0, (2023, 2022): 0.6, (2023, 2023): 0.4}
    shares |= {(2024, 2022): 0.2, (2024, 2023): 0.3, (2024, 2024): 0.5}
    table = tables.conform(
        [
            {
                "period": "year",
                "period_start": f"{year}-01-01",
                "first_year": first,
                "n_plays": 10,
                "share": share,
            }
            for (year, first), share in shares.items()
        ],
        tables.COHORTS,
    )
    ax = plots.cohorts(table)
    heights = [[round(bar.get_height()) for bar in bars] for bars in ax.containers]
    assert heights == [[100, 60, 20], [0, 0, 30], [0, 0, 0], [0, 40, 50]]
    floors = [round(bar.get_y()) for bar in ax.containers[-1]]
    assert floors == [100, 60, 50]
    layers = [text.get_text() for text in ax.texts if text.get_gid() == "layer"]
    assert layers == ["2022", "2023", "2024"]
