"""Things by id: from disk, in batches where the app still gets them, singly otherwise."""

from __future__ import annotations

import logging
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spotify_analysis import client, errors
from spotify_analysis.client import cache

Connect = Callable[..., client.Client]
IDS = [f"{n:022d}" for n in range(120)]
NEW, OLDER = {"name": "x"}, {"name": "x", "popularity": 5, "available_markets": []}


@pytest.fixture
def serve(stub: Any, make_answer: Any, make_error: Any) -> Callable[..., None]:
    """Serve tracks singly, and in batches unless told otherwise."""

    def start(fields: dict[str, Any], *, batches: bool) -> None:
        for id_ in IDS:
            stub.routes[f"tracks/{id_}"] = lambda asked, id_=id_: make_answer(
                body={"id": id_, **fields}
            )

        def batch(asked: Any) -> Any:
            ids = asked.query["ids"].split(",")
            if not batches:
                return make_error(403, "Forbidden")
            if len(ids) > 50:
                return make_error(400, "Too many ids requested")
            known = [{"id": id_, **fields} if id_ in IDS else None for id_ in ids]
            return make_answer(body={"tracks": known})

        stub.routes["tracks"] = batch

    return start


class TestCalls:
    def test_a_new_app_asks_once_per_id_and_never_tries_a_batch(
        self, spotify: client.Client, stub: Any, serve: Any
    ) -> None:
        serve(NEW, batches=False)
        found = spotify.by_id("tracks", IDS[:7])
        assert list(found) == IDS[:7]
        assert all(found[id_]["id"] == id_ for id_ in found)
        assert len(stub.asked) == 7
        assert stub.n_asked("tracks") == 0

    def test_an_older_app_gets_batches_of_fifty(
        self, spotify: client.Client, stub: Any, serve: Any
    ) -> None:
        serve(OLDER, batches=True)
        found = spotify.by_id("tracks", IDS)
        assert list(found) == IDS
        # one to see which kind of app this is, then 119 in three batches
        assert len(stub.asked) == 4

    def test_a_refused_batch_is_tried_once_in_the_life_of_a_client(
        self, connect: Connect, stub: Any, serve: Any
    ) -> None:
        serve(OLDER, batches=False)
        spotify = connect(cache=False)
        for _ in range(2):
            assert len(spotify.by_id("tracks", IDS[:5])) == 5
        assert stub.n_asked("tracks") == 1

    def test_an_unknown_id_is_none_in_both_ways(
        self, spotify: client.Client, stub: Any, serve: Any
    ) -> None:
        unknown = "9" * 22
        serve(NEW, batches=False)
        assert spotify.by_id("tracks", [IDS[0], unknown])[unknown] is None
        serve(OLDER, batches=True)
        spotify.facts.reduced = False
        assert spotify.by_id("tracks", [IDS[1], IDS[2], unknown])[unknown] is None

    def test_repeated_ids_cost_nothing(self, spotify: client.Client, stub: Any, serve: Any) -> None:
        serve(NEW, batches=False)
        assert list(spotify.by_id("tracks", [IDS[0]] * 9)) == [IDS[0]]
        assert len(stub.asked) == 1

    @pytest.mark.parametrize(
        "id_", ["../playlists/x", "x?y", "", "a" * 23, "a" * 1_000_000, "é" * 22]
    )
    def test_a_hostile_id_is_refused_before_a_request(
        self, spotify: client.Client, stub: Any, id_: str
    ) -> None:
        with pytest.raises(ValueError, match="22 letters and digits"):
            spotify.by_id("tracks", [IDS[0], id_])
        assert stub.asked == []

    def test_what_had_been_loaded_is_kept_when_it_breaks_off(
        self, connect: Connect, stub: Any, serve: Any, make_error: Any
    ) -> None:
        serve(NEW, batches=False)
        good = stub.routes[f"tracks/{IDS[5]}"]
        stub.routes[f"tracks/{IDS[5]}"] = lambda asked: make_error(400, "no")
        spotify = connect(workers=1)
        with pytest.raises(errors.BadRequestError, match="5 of 8 tracks") as caught:
            spotify.by_id("tracks", IDS[:8])
        assert (caught.value.n_loaded, caught.value.n_total) == (5, 8)
        stub.routes[f"tracks/{IDS[5]}"] = good
        stub.asked.clear()
        assert len(connect().by_id("tracks", IDS[:8])) == 8
        assert len(stub.asked) == 3


class TestOnDisk:
    def test_a_second_client_asks_for_nothing(
        self, connect: Connect, stub: Any, serve: Any
    ) -> None:
        serve(NEW, batches=False)
        first = connect().by_id("tracks", IDS)
        stub.asked.clear()
        second = connect()
        assert second.by_id("tracks", IDS) == first
        assert stub.asked == []
        usage = second.usage(this_session=True)
        assert usage.loc[0, "endpoint"] == "GET /tracks/{id}"
        assert (usage.loc[0, "n_cached"], usage.loc[0, "n_calls"]) == (120, 0)

    def test_without_a_cache_it_is_asked_for_again(
        self, connect: Connect, stub: Any, serve: Any, tmp_path: Path
    ) -> None:
        serve(NEW, batches=False)
        spotify = connect(cache=False)
        spotify.by_id("tracks", IDS[:2])
        spotify.by_id("tracks", IDS[:2])
        assert len(stub.asked) == 4
        assert not (tmp_path / "cache").exists()

    def test_the_file_is_private(self, connect: Connect, serve: Any, tmp_path: Path) -> None:
        serve(NEW, batches=False)
        connect().by_id("tracks", IDS[:2])
        file = tmp_path / "cache" / "answers.sqlite"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_answers_grow_old(self, tmp_path: Path) -> None:
        now = [1_000_000.0]
        kept = cache.Cache(tmp_path, ("a",), now=lambda: now[0])
        kept.put("artists", {"x": {"name": "n"}})
        now[0] += cache.LIFETIMES_S["artists"] - 1
        assert kept.get("artists", ["x"]) == {"x": {"name": "n"}}
        now[0] += 2
        assert kept.get("artists", ["x"]) == {}

    def test_apps_accounts_and_servers_are_kept_apart(self, tmp_path: Path) -> None:
        cache.Cache(tmp_path, ("server", "app", "me")).put("tracks", {"x": {}})
        assert cache.Cache(tmp_path, ("server", "app", "you")).get("tracks", ["x"]) == {}
        assert cache.Cache(tmp_path, ("server", "app", "me")).get("tracks", ["x"]) == {"x": {}}

    def test_a_newer_version_replaces_the_older(self, tmp_path: Path) -> None:
        kept = cache.Cache(tmp_path, ("a",))
        kept.put("playlist_items", {"p": [1]}, version="s1")
        assert kept.get("playlist_items", ["p"], version="s1") == {"p": [1]}
        kept.put("playlist_items", {"p": [2]}, version="s2")
        assert kept.get("playlist_items", ["p"], version="s1") == {}
        assert kept.get("playlist_items", ["p"], version="s2") == {"p": [2]}
        kept.clear()
        assert kept.get("playlist_items", ["p"], version="s2") == {}

    @pytest.mark.parametrize(
        "garbage", [b"no database at all, but long enough to look like one" * 9]
    )
    def test_a_damaged_file_costs_calls_and_nothing_else(
        self, tmp_path: Path, garbage: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "answers.sqlite").write_bytes(garbage)
        kept = cache.Cache(tmp_path, ("a",))
        with caplog.at_level(logging.WARNING):
            assert kept.get("tracks", ["x"]) == {}
        kept.put("tracks", {"x": {}})
        assert "is not used" in caplog.text
        anew = cache.Cache(tmp_path, ("a",))
        anew.put("tracks", {"x": {}})
        assert anew.get("tracks", ["x"]) == {"x": {}}

    def test_a_damaged_answer_too(self, tmp_path: Path) -> None:
        kept = cache.Cache(tmp_path, ("a",))
        kept.put("tracks", {"x": {}})
        with sqlite3.connect(tmp_path / "answers.sqlite") as db:
            db.execute("UPDATE answers SET body = X'00'")
        db.close()
        assert kept.get("tracks", ["x"]) == {}

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file")
        kept = cache.Cache(tmp_path / "taken", ("a",))
        kept.put("tracks", {"x": {}})
        assert kept.get("tracks", ["x"]) == {}
