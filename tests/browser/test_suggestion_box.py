"""The suggestion box as a person uses it: JupyterLab, a browser, the made-up listener."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CELL = """
import os
os.environ["SPOTIFY_ANALYSIS_HOME"] = {home!r}
import spotify_analysis as sa
from spotify_analysis import account_data, loaders
spotify = sa.demo.connect()
plays = account_data.read(sa.demo.export_zip(), progress=False).plays
top = loaders.top_tracks(spotify)
box = sa.SuggestionBox(plays, seeds=top, client=spotify, mode="on_repeat", n=6)
box
"""
SHOWN = "loaders.playlists(spotify)['playlist'].head(1).tolist(), len(box.picks)"


def picture(panel: Any, name: str) -> None:
    """Keep a picture to look at, where a folder for them is named."""
    folder = os.environ.get("TEST_PICTURES")
    if folder:
        panel.page.set_viewport_size({"width": 1100, "height": 1700})
        # covers come when they are in sight
        loaded = "[...document.querySelectorAll('.sa-suggest img')].every(one => one.complete)"
        panel.page.wait_for_function(loaded)
        panel.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.usefixtures("made_up_exports")
def test_from_sliders_to_a_playlist(lab: Any) -> None:
    path = lab.notebook(
        "suggest.ipynb", CELL.format(home=os.environ["SPOTIFY_ANALYSIS_HOME"]), SHOWN
    )
    page = lab.open(path)
    lab.run_all()
    panel = page.locator(".sa-suggest").first
    panel.wait_for(timeout=150_000)  # the made-up listener is made first
    assert panel.get_by_role("slider").count() == 3
    panel.get_by_role("button", name="Suggest").click()
    panel.get_by_text("6 suggestions.").wait_for()
    picture(panel, "suggested-light")
    rows = panel.locator(".sa-suggest-list tr")
    assert rows.count() == 7
    assert (
        rows.nth(1)
        .locator("a")
        .last.get_attribute("href")
        .startswith("https://open.spotify.com/track/")
    )
    # a slider moved by keys asks nobody by itself; the next press uses it
    panel.get_by_role("slider").first.press("ArrowRight")
    panel.get_by_role("button", name="Suggest").click()
    panel.get_by_text("7 suggestions.").wait_for()
    panel.get_by_role("button", name="Would it have been right?").click()
    panel.locator("img[alt^='NDCG: on_repeat']").wait_for()
    panel.get_by_label("Playlist").fill("Pressed twice")
    panel.get_by_role("button", name="Show what would be made").click()
    panel.get_by_text("Would create the private playlist 'Pressed twice'").wait_for()
    picture(panel, "suggestions")
    panel.get_by_role("button", name="Make this playlist").click()
    panel.get_by_text("Created the private playlist 'Pressed twice'").wait_for()
    lab.wait_until_idle()
    page.locator(".jp-Cell").nth(1).click()
    lab.command("notebook:run-cell")
    page.get_by_text("(['Pressed twice'], 7)").wait_for()
    outputs = json.dumps(lab.saved(path)["cells"][0]["outputs"])
    assert "The suggestion box: run this cell again to see it." in outputs
    assert "open.spotify.com/track" not in outputs
