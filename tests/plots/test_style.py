from __future__ import annotations

import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb

from spotify_analysis import metrics, plots

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colour: str) -> np.ndarray:
    """Return a colour as linear RGB."""
    rgb = np.asarray(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour: str, seen_by: str = "none") -> np.ndarray:
    """Return a colour in CIE Lab as a kind of eye sees it."""
    rgb = np.clip(np.asarray(BLINDNESS[seen_by]) @ linear(colour), 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ rgb
        / [0.95047, 1, 1.08883]
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 counts it."""
    light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("theme", plots.PALETTES)
@pytest.mark.parametrize("seen_by", BLINDNESS)
def test_colours_of_data_are_told_apart(theme: str, seen_by: str) -> None:
    colours = plots.PALETTES[theme]
    for one, other in itertools.combinations(
        (colours.main, colours.second, colours.third, colours.paper), 2
    ):
        assert np.linalg.norm(lab(one, seen_by) - lab(other, seen_by)) > 20, (one, other)


@pytest.mark.parametrize("theme", plots.PALETTES)
@pytest.mark.parametrize("seen_by", BLINDNESS)
def test_the_ramp_goes_one_way_in_lightness(theme: str, seen_by: str) -> None:
    light = [lab(colour, seen_by)[0] for colour in plots.PALETTES[theme].ramp]
    steps = np.diff(light) * (1 if theme == "dark" else -1)
    assert (steps > 5).all()


@pytest.mark.parametrize("theme", plots.PALETTES)
def test_words_can_be_read(theme: str) -> None:
    colours = plots.PALETTES[theme]
    assert contrast(colours.ink, colours.paper) > 12
    assert contrast(colours.muted, colours.paper) > 4.5
    assert contrast(colours.main, colours.paper) > 3


def test_a_block_puts_back_what_was_set() -> None:
    before = dict(mpl.rcParams)
    with plots.use_style(theme="dark"):
        assert to_hex(mpl.rcParams["figure.facecolor"]) == plots.PALETTES["dark"].paper.lower()
        with plots.use_style(theme="light"):
            assert mpl.rcParams["text.parse_math"] is False
        assert to_hex(mpl.rcParams["figure.facecolor"]) == plots.PALETTES["dark"].paper.lower()
    assert dict(mpl.rcParams) == before


def test_a_call_stays() -> None:
    with mpl.rc_context():
        plots.use_style("dark")
        assert to_hex(mpl.rcParams["axes.facecolor"]) == plots.PALETTES["dark"].paper.lower()


def test_an_unknown_theme() -> None:
    with pytest.raises(ValueError, match="'light' or 'dark'; not 'sepia'"):
        plots.use_style("sepia")  # type: ignore[arg-type]


def test_a_chart_fits_the_paper_it_is_drawn_on(one_day: pd.DataFrame) -> None:
    table = metrics.weekdays(one_day)
    with plt.style.context("dark_background"):
        _, ax = plt.subplots()
    plots.weekdays(table, ax=ax)
    drawn = {to_hex(bar.get_facecolor()) for bar in ax.patches if bar.get_height()}
    assert drawn == {plots.PALETTES["dark"].second.lower()}
    assert to_hex(plots.weekdays(table).get_facecolor()) == plots.PALETTES["light"].paper.lower()
