from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import zeta

from spotify_analysis import plots, tables


def test_how_often_draws_the_law_from_where_it_holds() -> None:
    table = tables.conform(
        pd.DataFrame({"n_plays": [1, 2, 4, 8], "share_at_least": [1, 0.5, 0.2, 0.1]}),
        tables.HOW_OFTEN,
    )
    fits = tables.conform(
        [{"law": "power law", "from_plays": 2, "exponent": 2.5}], tables.FREQUENCY_FITS
    )
    ax = plots.how_often(table, fits=fits)
    (dots,) = (found for found in ax.collections if found.get_gid() == "counted")
    assert np.asarray(dots.get_offsets()).tolist() == [[1, 100], [2, 50], [4, 20], [8, 10]]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    (law,) = (line for line in ax.lines if line.get_gid() == "law")
    x, y = np.asarray(law.get_xydata()).T
    assert (x[0], y[0], x[-1]) == pytest.approx((2, 50, 8))
    assert y[-1] == pytest.approx(50 * zeta(2.5, 8) / zeta(2.5, 2))
    assert not plots.how_often(table).lines


def test_the_number_is_where_the_curve_meets_the_diagonal() -> None:
    table = tables.conform(
        pd.DataFrame(
            {
                "n_plays": [1, 2, 3, 4],
                "n_days": [9, 2, 1, 0],
                "is_reached": [True, True, False, False],
            }
        ),
        tables.EDDINGTON,
    )
    ax = plots.eddington(tables.note(table, n_days_to_next=2))
    (point,) = (found for found in ax.collections if found.get_gid() == "met")
    assert np.asarray(point.get_offsets()).tolist() == [[2, 2]]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "met"] == ["2"]
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "2 days with at least 2 plays; 2 more for 3" in caption


def test_the_cut_over_point_names_what_was_counted() -> None:
    table = tables.conform([{"n_plays": 1, "n_different": 1, "is_reached": True}], tables.CUT_OVER)
    ax = plots.cut_over(tables.note(table, of="albums", n_to_next=2))
    caption = " ".join(text.get_text() for text in ax.texts if text.get_gid() == "caption")
    assert "1 album with at least 1 play; 2 more for 2" in caption


def test_classes_of_days() -> None:
    table = tables.conform(
        pd.DataFrame({"from_plays": [0, 1, 5], "to_plays": [0, 4, None], "n_days": [3, 7, 1]}),
        tables.DAYS_BY_PLAYS,
    )
    ax = plots.days_by_plays(table)
    assert [bar.get_height() for bar in ax.containers[0]] == [3, 7, 1]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "1–4", "5+"]
