"""Importing the front page costs next to nothing and touches nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import spotify_analysis

HEAVY = {
    "pandas",
    "numpy",
    "matplotlib",
    "ipywidgets",
    "spotipy",
    "requests",
    "pyarrow",
    "narwhals",
}


@pytest.mark.parametrize("name", ["spotify_analysis", "spotify_analysis.cli"])
def test_import_loads_no_heavy_package(name: str) -> None:
    code = f"import sys, {name}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert name in loaded
    assert not loaded & HEAVY


def test_the_front_page_offers_what_it_lists() -> None:
    for name in spotify_analysis.__all__:
        assert getattr(spotify_analysis, name) is not None
    assert set(dir(spotify_analysis)) == set(spotify_analysis.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'conect'"):
        _ = spotify_analysis.conect
