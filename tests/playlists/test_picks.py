"""From plays to a playlist of what was suggested, in every app mode; and a fault in between."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from spotify_analysis import client, errors, playlists, recommend
from spotify_analysis.demo.server import Server
from tests.playlists.conftest import track_uri
from tests.recommend.conftest import plays_of

ITEMS = "/items$"
N = 130  # more than one call can take


@pytest.fixture(scope="module")
def picks() -> pd.DataFrame:
    """Suggest tracks that Spotify knows, to somebody who plays each of them every month."""
    rows = [
        (f"Artist {n}", f"Song {n}", 1.0 + n / 10 + 30 * month)
        for n in range(N)
        for month in (0, 1)
    ]
    plays = plays_of(rows)
    plays["uri"] = [track_uri(n // 2) for n in range(len(rows))]
    return recommend.recommend(history=plays.sort_values("ended_at"), mode="on_repeat", n=N)


def test_it_holds_exactly_the_picks_in_their_order(
    server: Server,
    spotify: client.Client,
    picks: pd.DataFrame,
    held: Callable[[Server, str], list[str]],
) -> None:
    assert len(picks) == N
    planned = playlists.create(spotify, "Picks", picks, dry_run=True)
    made = playlists.create(spotify, "Picks", picks, sleep=lambda _: None)
    assert held(server, str(made.playlist_id)) == picks["uri"].tolist() == list(planned.uris)


@pytest.mark.parametrize("kind", ["lost_answer", "5xx", "cut"])
def test_a_fault_in_the_middle_doubles_nothing(
    server: Server,
    spotify: client.Client,
    picks: pd.DataFrame,
    held: Callable[[Server, str], list[str]],
    kind: str,
) -> None:
    before = set(server.account.playlist_ids)
    server.faults.add(kind, method="POST", path=ITEMS, after=1)
    made = playlists.create(spotify, "Picks", picks, sleep=lambda _: None)
    assert set(server.account.playlist_ids) - before == {made.playlist_id}
    assert held(server, str(made.playlist_id)) == picks["uri"].tolist()


def test_a_quota_before_the_first_track_leaves_no_empty_playlist(
    server: Server, spotify: client.Client, picks: pd.DataFrame
) -> None:
    before = list(server.account.playlist_ids)
    server.faults.add("quota_429", method="POST", path=ITEMS, times=None)
    with pytest.raises(errors.QuotaExceededError):
        playlists.create(spotify, "Picks", picks, sleep=lambda _: None)
    assert list(server.account.playlist_ids) == before
