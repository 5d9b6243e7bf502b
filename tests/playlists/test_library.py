"""Saving and following in every app mode."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from spotify_analysis import client, errors, playlists
from spotify_analysis.demo.server import Server
from tests.playlists.conftest import ALBUM, ARTIST, EPISODE, LOCAL, SHOW, track_uri

ALL = [track_uri(n) for n in range(320)]


def saved(server: Server, kind: str) -> set[str]:
    """Look into the stand-in: addresses of what is saved."""
    return {f"spotify:{kind}:{id_}" for id_ in server.account.saved[kind]}


def test_save_and_unsave_in_parts_of_forty(server: Server, spotify: client.Client) -> None:
    table = pd.DataFrame({"uri": [*ALL[:90], ALBUM, SHOW, EPISODE, LOCAL]})
    change = playlists.save(spotify, table)
    assert saved(server, "track") == set(ALL[:90])
    assert (saved(server, "album"), saved(server, "show")) == ({ALBUM}, {SHOW})
    assert saved(server, "episode") == {EPISODE}
    assert server.calls(method="PUT") == 3
    assert len(change.skipped) == 1
    playlists.unsave(spotify, [*ALL[:89], SHOW])
    assert saved(server, "track") == {ALL[89]}
    assert not saved(server, "show")


def test_playlists_are_followed(server: Server, spotify: client.Client) -> None:
    three = f"spotify:playlist:{'three'.ljust(22, 'x')}"
    playlists.unsave(spotify, three)
    assert "three".ljust(22, "x") not in server.account.playlist_ids
    playlists.save(spotify, three)
    assert "three".ljust(22, "x") in server.account.playlist_ids


def test_artists_are_followed_by_the_older_path_where_it_is_there(
    new_server: Server, connect: Callable[[Server], client.Client]
) -> None:
    new_server.set(mode="old")
    spotify = connect(new_server)
    playlists.save(spotify, [ARTIST, ALL[0]])
    assert new_server.account.followed_artists == [ARTIST.removeprefix("spotify:artist:")]
    assert saved(new_server, "track") == {ALL[0]}
    playlists.unsave(spotify, [ARTIST])
    assert new_server.account.followed_artists == []


def test_artists_cannot_be_followed_by_a_new_app_and_that_is_said(
    new_spotify: client.Client,
) -> None:
    with pytest.raises(errors.BadRequestError, match="Unsupported uri type: artist"):
        playlists.save(new_spotify, [ARTIST])


def test_the_older_paths_serve_where_the_new_one_is_not_known(
    new_server: Server, connect: Callable[[Server], client.Client]
) -> None:
    new_server.set(mode="old")
    new_server.faults.add("404_json", path="/me/library$", times=None)
    spotify = connect(new_server)
    three = f"spotify:playlist:{'three'.ljust(22, 'x')}"
    playlists.save(spotify, [*ALL[:60], ALBUM, SHOW, EPISODE, ARTIST])
    playlists.unsave(spotify, [ALL[0], three])
    assert saved(new_server, "track") == set(ALL[1:60])
    assert saved(new_server, "episode") == {EPISODE}
    assert "three".ljust(22, "x") not in new_server.account.playlist_ids


@pytest.mark.parametrize("kind", ["lost_answer", "5xx"])
def test_a_lost_answer_is_sent_again(server: Server, spotify: client.Client, kind: str) -> None:
    server.faults.add(kind, method="PUT", path="/me/library$", after=1)
    playlists.save(spotify, ALL[:90])
    assert saved(server, "track") == set(ALL[:90])


def test_what_breaks_off_says_what_is_left(new_server: Server, new_spotify: client.Client) -> None:
    new_server.faults.add("quota_429", method="PUT", after=1, times=1)
    with pytest.raises(errors.UnfinishedChangeError, match="40 of 90 are done") as caught:
        playlists.save(new_spotify, ALL[:90])
    assert caught.value.left == tuple(ALL[40:90])
    assert saved(new_server, "track") == set(ALL[:40])


def test_nothing_to_save_is_refused(new_server: Server, new_spotify: client.Client) -> None:
    for items in ([], [LOCAL]):
        with pytest.raises(ValueError, match="Nothing to write"):
            playlists.save(new_spotify, items)
    with pytest.raises(ValueError, match="no address"):
        playlists.save(new_spotify, ["x" * 22])
    assert new_server.calls() == 0
