from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import plots, tables


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


def test_the_line_is_all_so_far(table: pd.DataFrame) -> None:
    for of, so_far in (("artists", [0, 3, 4, 4]), ("tracks", [0, 9, 18, 19])):
        ax = plots.discovery(table, of=of)  # type: ignore[arg-type]
        above = next(other for other in ax.figure.axes if other is not ax)
        (line,) = (line for line in above.lines if line.get_gid() == "so far")
        assert np.asarray(line.get_ydata()).tolist() == so_far
        assert f"{so_far[-1]} {of}" in [text.get_text() for text in above.texts]


def test_of_nothing_else(table: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="'artists' or 'tracks'; not 'albums'"):
        plots.discovery(table, of="albums")  # type: ignore[arg-type]
