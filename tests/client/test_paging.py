"""Lists come whole and in order, or as an error that says how far they came."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from spotify_analysis import client, errors
from spotify_analysis.client import gather

Connect = Callable[..., client.Client]


def rows(n: int) -> list[dict[str, Any]]:
    return [{"id": f"{i:022d}"} for i in range(n)]


def spotify_threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name.startswith("spotify")]


class TestByOffset:
    @pytest.mark.parametrize("n", [0, 1, 49, 50, 51, 100, 1_234])
    def test_all_rows_in_order_with_the_fewest_calls(
        self, spotify: client.Client, stub: Any, n: int
    ) -> None:
        stub.serve_list("me/tracks", rows(n))
        loaded = spotify.pages("me/tracks")
        assert loaded == rows(n)
        assert loaded.report["n_announced"] == n
        assert len(stub.asked) == max(1, -(-n // 50))
        assert spotify_threads() == []

    def test_pages_after_the_first_come_side_by_side_but_no_more_than_allowed(
        self, connect: Connect, stub: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(1_000))
        plain, first_three = stub.routes["me/tracks"], iter(range(3))
        # none of the first three after the first page is answered before all three have come
        together = threading.Barrier(3)

        def held(asked: Any) -> Any:
            if asked.query.get("offset", "0") != "0" and next(first_three, None) is not None:
                together.wait(timeout=8)
            return plain(asked)

        stub.routes["me/tracks"] = held
        stub.delay_s = 0.01
        assert connect(workers=3).pages("me/tracks") == rows(1_000)
        assert not together.broken
        assert next(first_three, None) is None
        assert stub.most_at_once <= 3

    def test_no_more_rows_than_wanted(self, spotify: client.Client, stub: Any) -> None:
        stub.serve_list("me/tracks", rows(1_000))
        assert spotify.pages("me/tracks", at_most=120) == rows(120)
        assert len(stub.asked) == 3
        assert spotify.pages("me/tracks", at_most=7) == rows(7)
        assert stub.asked[-1].query["limit"] == "7"

    def test_a_nested_page(self, spotify: client.Client, stub: Any) -> None:
        stub.serve_list("search", rows(25), most=10)
        plain = stub.routes["search"]

        def nested(asked: Any) -> Any:
            answer = plain(asked)
            answer.body = {"albums": answer.body}
            return answer

        stub.routes["search"] = nested
        assert spotify.pages("search", item_key="albums") == rows(25)

    def test_several_lists_side_by_side(self, spotify: client.Client, stub: Any) -> None:
        for n in range(5):
            stub.serve_list(f"albums/{n:022d}/tracks", rows(60 + n))
        listings = [client.Listing(f"albums/{n:022d}/tracks") for n in range(5)]
        loaded = spotify.pages_of(listings, label="albums")
        assert [len(one) for one in loaded] == [60, 61, 62, 63, 64]
        assert len(stub.asked) == 10

    def test_null_rows_stay_and_are_counted(self, spotify: client.Client, stub: Any) -> None:
        some: list[Any] = [*rows(3), None, *rows(2)]
        stub.serve_list("me/shows", some)
        loaded = spotify.pages("me/shows")
        assert loaded == some
        assert loaded.report["n_null"] == 1


class TestLimits:
    def test_the_small_limit_is_safe_and_the_large_one_used_once_known(
        self, spotify: client.Client, stub: Any
    ) -> None:
        path = f"artists/{0:022d}/albums"
        older = [{**row, "album_group": "album"} for row in rows(120)]
        stub.serve_list(path, older)
        assert spotify.pages(path) == older
        limits = [asked.query["limit"] for asked in stub.asked]
        assert sorted(limits) == ["10", "50", "50", "50"]
        assert spotify.facts.reduced is False
        stub.asked.clear()
        spotify.pages(path)
        assert {asked.query["limit"] for asked in stub.asked} == {"50"}

    def test_an_app_that_gets_ten_never_asks_for_more(
        self, spotify: client.Client, stub: Any
    ) -> None:
        path = f"artists/{0:022d}/albums"
        stub.serve_list(path, rows(35), most=10)
        assert spotify.pages(path) == rows(35)
        assert len(stub.asked) == 4
        assert spotify.facts.reduced is True

    def test_a_refused_limit_is_remembered(self, spotify: client.Client, stub: Any) -> None:
        path = f"artists/{0:022d}/albums"
        stub.serve_list(path, rows(35), most=10)
        spotify.facts.reduced = False
        assert spotify.pages(path) == rows(35)
        assert [asked.query["limit"] for asked in stub.asked] == ["50", "10", "10", "10", "10"]

    def test_a_server_that_gives_less_than_asked_for(
        self, spotify: client.Client, stub: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(70))
        plain = stub.routes["me/tracks"]

        def smaller(asked: Any) -> Any:
            asked.query["limit"] = str(min(20, int(asked.query["limit"])))
            return plain(asked)

        stub.routes["me/tracks"] = smaller
        assert spotify.pages("me/tracks") == rows(70)


class TestWhatSpotifyGetsWrong:
    def change(self, stub: Any, path: str, edit: Callable[[dict[str, Any], Any], None]) -> None:
        plain = stub.routes[path]

        def edited(asked: Any) -> Any:
            answer = plain(asked)
            edit(answer.body, asked)
            return answer

        stub.routes[path] = edited

    @pytest.mark.parametrize(
        "following",
        [
            "https://evil.example/v1/me/tracks?offset=50",
            "http://127.0.0.1:1/v1/me",
            "https://a@b/",
            "//evil.example/v1/me/tracks",
            "/v1/me/tracks?offset=50",
            "{ours}//evil.example/v1/me",
            "{ours}/v1//evil.example/me",
        ],
    )
    def test_attack_15_a_next_link_to_another_server_is_an_error(
        self, spotify: client.Client, stub: Any, following: str
    ) -> None:
        stub.serve_list("me/tracks", rows(120))
        following = following.format(ours=stub.api_url.removesuffix("/v1/"))
        self.change(stub, "me/tracks", lambda page, _: page.update(next=following))
        with pytest.raises(errors.UntrustedHostError):
            spotify.pages("me/tracks")
        assert len(stub.asked) == 1

    def test_a_next_link_in_a_loop_does_not_matter(self, spotify: client.Client, stub: Any) -> None:
        stub.serve_list("me/tracks", rows(120))
        loop = f"{stub.api_url}me/tracks?offset=0&limit=50"
        self.change(stub, "me/tracks", lambda page, _: page.update(next=loop))
        assert spotify.pages("me/tracks") == rows(120)
        assert len(stub.asked) < 8

    @pytest.mark.parametrize("total", [None, "many", True])
    def test_without_a_total_the_list_is_followed_to_its_end(
        self, spotify: client.Client, stub: Any, total: Any
    ) -> None:
        stub.serve_list("me/playlists", rows(120))
        self.change(stub, "me/playlists", lambda page, _: page.update(total=total))
        assert spotify.pages("me/playlists") == rows(120)
        assert len(stub.asked) == 3

    def test_whole_numbers_written_as_floats(self, spotify: client.Client, stub: Any) -> None:
        stub.serve_list("me/tracks", rows(120))
        self.change(
            stub,
            "me/tracks",
            lambda page, _: page.update({k: float(page[k]) for k in ("total", "limit", "offset")}),
        )
        assert spotify.pages("me/tracks") == rows(120)

    @pytest.mark.parametrize("total", [60, 119])
    def test_a_total_that_is_too_small(self, spotify: client.Client, stub: Any, total: int) -> None:
        stub.serve_list("me/tracks", rows(160))
        self.change(stub, "me/tracks", lambda page, _: page.update(total=total))
        loaded = spotify.pages("me/tracks")
        assert loaded == rows(160)
        assert loaded.report["n_announced"] == total

    def test_a_total_that_is_too_large_is_reported(
        self, spotify: client.Client, stub: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        stub.serve_list("me/tracks", rows(120))
        self.change(stub, "me/tracks", lambda page, _: page.update(total=170))
        loaded = spotify.pages("me/tracks")
        assert loaded == rows(120)
        assert (loaded.report["n_announced"], loaded.report["n_received"]) == (170, 120)
        assert "announced 170 rows" in caplog.text

    def test_an_empty_page_in_the_middle_is_never_a_short_list(
        self, spotify: client.Client, stub: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(200))

        def hole(page: dict[str, Any], asked: Any) -> None:
            if asked.query.get("offset") == "50":
                page["items"] = []

        self.change(stub, "me/tracks", hole)
        with pytest.raises(errors.IncompleteError, match="from row 50 on is empty") as caught:
            spotify.pages("me/tracks")
        assert caught.value.n_total == 200

    def test_a_page_that_comes_short_once_is_asked_for_again(
        self, spotify: client.Client, stub: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(200))
        shortened: list[str] = []

        def short(page: dict[str, Any], asked: Any) -> None:
            offset = asked.query.get("offset", "0")
            if offset not in shortened:
                shortened.append(offset)
                page["items"] = page["items"][:-3]

        self.change(stub, "me/tracks", short)
        assert spotify.pages("me/tracks") == rows(200)

    @pytest.mark.parametrize(
        "page",
        [{}, {"items": None}, {"items": {}}, [], {"items": [], "offset": 3}, {"error": "text"}],
    )
    def test_what_is_no_page_is_asked_for_again_and_then_an_error(
        self, spotify: client.Client, stub: Any, make_answer: Any, page: Any
    ) -> None:
        stub.routes["me/tracks"] = lambda asked: make_answer(body=page)
        with pytest.raises(errors.BadAnswerError):
            spotify.pages("me/tracks")
        assert len(stub.asked) == 5

    def test_a_list_that_changes_meanwhile_is_loaded_again(
        self, spotify: client.Client, stub: Any
    ) -> None:
        some = rows(200)
        stub.serve_list("me/tracks", some)

        def shrink(page: dict[str, Any], asked: Any) -> None:
            if asked.query.get("offset") is None and len(stub.asked) == 1:
                del some[10:20]

        self.change(stub, "me/tracks", shrink)
        assert spotify.pages("me/tracks") == some
        assert len(some) == 190

    def test_a_row_that_comes_twice_is_dropped_and_counted(
        self, spotify: client.Client, stub: Any
    ) -> None:
        stub.serve_list("me/tracks", [*rows(60), *rows(3)])
        loaded = spotify.pages("me/tracks", key=lambda row: row["id"])
        assert loaded == rows(60)
        assert loaded.report["n_duplicates"] == 3


class TestBreakingOff:
    def test_the_error_says_how_far_and_the_next_call_goes_on_from_there(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        spotify = connect(workers=1)
        stub.serve_list("me/tracks", rows(500))
        plain = stub.routes["me/tracks"]
        stub.routes["me/tracks"] = lambda asked: (
            make_error(403, "Forbidden") if asked.query.get("offset") == "250" else plain(asked)
        )
        with pytest.raises(
            errors.ForbiddenError, match="250 of 500 rows had been loaded"
        ) as caught:
            spotify.pages("me/tracks")
        assert (caught.value.n_loaded, caught.value.n_total) == (250, 500)
        stub.routes["me/tracks"] = plain
        stub.asked.clear()
        assert spotify.pages("me/tracks") == rows(500)
        # the first page to see that nothing has changed, then the five that were missing
        assert len(stub.asked) == 6

    def test_pages_of_a_list_that_changed_are_not_used_again(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        spotify = connect(workers=1)
        some = rows(300)
        stub.serve_list("me/tracks", some)
        plain = stub.routes["me/tracks"]
        stub.routes["me/tracks"] = lambda asked: (
            make_error(403, "Forbidden") if asked.query.get("offset") == "250" else plain(asked)
        )
        with pytest.raises(errors.ForbiddenError):
            spotify.pages("me/tracks")
        stub.routes["me/tracks"] = plain
        del some[0]
        assert spotify.pages("me/tracks") == some

    def test_a_quota_stops_the_others_at_once(
        self, spotify: client.Client, stub: Any, make_error: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(2_000))
        plain = stub.routes["me/tracks"]
        full = make_error(429, "Too many requests", reason="QUOTA_EXCEEDED", Retry_After="50000")
        stub.routes["me/tracks"] = lambda asked: plain(asked) if len(stub.asked) < 10 else full
        with pytest.raises(errors.QuotaExceededError, match=r"of 2,000 rows") as caught:
            spotify.pages("me/tracks")
        assert caught.value.n_loaded is not None
        assert 50 <= caught.value.n_loaded < 2_000
        assert len(stub.asked) <= 13  # the tenth, and three that were on their way
        assert spotify_threads() == []

    def test_an_interrupt_ends_at_once_and_leaves_no_thread(
        self, connect: Connect, stub: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spotify = connect()
        stub.serve_list("me/tracks", rows(1_000))
        as_completed = gather.concurrent.futures.as_completed

        def interrupted(futures: Any) -> Any:
            for n, future in enumerate(as_completed(futures)):
                if n == 3:
                    stub.delay_s = 0.4
                    time.sleep(0.05)  # let the others begin a slow answer
                    raise KeyboardInterrupt
                yield future

        monkeypatch.setattr(gather.concurrent.futures, "as_completed", interrupted)
        with pytest.raises(KeyboardInterrupt):
            spotify.pages("me/tracks")
        assert spotify_threads() == []
        monkeypatch.undo()
        stub.delay_s = 0.0
        n_before = len(stub.asked)
        assert spotify.pages("me/tracks") == rows(1_000)
        assert len(stub.asked) - n_before <= 17


class TestByCursor:
    def serve(self, stub: Any, make_answer: Any, n: int) -> None:
        some = rows(n)

        def route(asked: Any) -> Any:
            limit = int(asked.query["limit"])
            ids = [row["id"] for row in some]
            start = ids.index(asked.query["after"]) + 1 if "after" in asked.query else 0
            part = some[start : start + limit]
            more = start + limit < n
            after = part[-1]["id"] if more else None
            return make_answer(
                body={
                    "artists": {
                        "items": part,
                        "next": f"{stub.api_url}me/following?after={after}" if more else None,
                        "cursors": {"after": after},
                        "total": n,
                        "limit": limit,
                    }
                }
            )

        stub.routes["me/following"] = route

    @pytest.mark.parametrize("n", [0, 50, 51, 170])
    def test_all_rows_in_order(
        self, spotify: client.Client, stub: Any, make_answer: Any, n: int
    ) -> None:
        self.serve(stub, make_answer, n)
        loaded = spotify.cursor_pages("me/following", params={"type": "artist"}, item_key="artists")
        assert loaded == rows(n)
        assert len(stub.asked) == max(1, -(-n // 50))

    def test_a_cursor_in_a_loop_ends(
        self, spotify: client.Client, stub: Any, make_answer: Any
    ) -> None:
        page = {
            "items": rows(2),
            "next": f"{stub.api_url}me/following?after=x",
            "cursors": {"after": "x"},
        }
        stub.routes["me/following"] = lambda asked: make_answer(body={"artists": page})
        loaded = spotify.cursor_pages("me/following", item_key="artists", key=lambda row: row["id"])
        assert loaded == rows(2)
        assert loaded.report["n_duplicates"] == 2
        assert len(stub.asked) == 2

    def test_an_error_says_how_far(
        self, spotify: client.Client, stub: Any, make_answer: Any, make_error: Any
    ) -> None:
        self.serve(stub, make_answer, 170)
        plain = stub.routes["me/following"]
        stub.routes["me/following"] = lambda asked: (
            plain(asked) if len(stub.asked) < 3 else make_error(403, "Forbidden")
        )
        with pytest.raises(errors.ForbiddenError) as caught:
            spotify.cursor_pages("me/following", item_key="artists")
        assert (caught.value.n_loaded, caught.value.n_total) == (100, 170)


class TestProgress:
    def test_a_bar_appears_only_for_what_takes_long(
        self, connect: Connect, stub: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stub.serve_list("me/tracks", rows(500))
        connect(progress=True).pages("me/tracks")
        assert capsys.readouterr().err == ""
        shown = gather.bar("tracks", 3, show=True, delay_s=1e-9)
        for _ in range(3):
            time.sleep(0.11)
            shown.update()
        assert "tracks" in capsys.readouterr().err
        shown.close()
        gather.bar("tracks", 3, show=False).update()
        assert capsys.readouterr().err.strip() == ""
        assert not [t for t in threading.enumerate() if "TMonitor" in type(t).__name__]


class TestAnotherKernel:
    """What came before a stop is on disk: another client goes on from there."""

    def stop_at(self, stub: Any, path: str, make_error: Any, n_answers: int) -> Callable[[], None]:
        plain = stub.routes[path]
        full = make_error(429, "Too many requests", reason="QUOTA_EXCEEDED", Retry_After="5000")
        asked = itertools.count()
        stub.routes[path] = lambda a: plain(a) if next(asked) < n_answers else full

        def mend() -> None:
            stub.routes[path] = plain
            stub.asked.clear()

        return mend

    def test_pages_by_offset(self, connect: Connect, stub: Any, make_error: Any) -> None:
        stub.serve_list("me/tracks", rows(500))
        mend = self.stop_at(stub, "me/tracks", make_error, 4)
        with pytest.raises(errors.QuotaExceededError, match="200 of 500 rows"):
            connect(workers=1).pages("me/tracks")
        mend()
        later = connect()
        later.forget_pause()
        assert later.pages("me/tracks") == rows(500)
        assert len(stub.asked) == 1 + 6
        stub.asked.clear()
        assert connect().pages("me/tracks") == rows(500)
        assert len(stub.asked) == 10  # what has come to its end is not kept

    def test_pages_by_cursor(
        self, connect: Connect, stub: Any, make_answer: Any, make_error: Any
    ) -> None:
        TestByCursor().serve(stub, make_answer, 270)
        mend = self.stop_at(stub, "me/following", make_error, 3)
        with pytest.raises(errors.QuotaExceededError, match="150 of 270 rows"):
            connect().cursor_pages("me/following", item_key="artists")
        mend()
        later = connect()
        later.forget_pause()
        assert later.cursor_pages("me/following", item_key="artists") == rows(270)
        assert len(stub.asked) == 1 + 3

    def test_a_list_that_changed_meanwhile_is_loaded_anew(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        some = rows(300)
        stub.serve_list("me/tracks", some)
        mend = self.stop_at(stub, "me/tracks", make_error, 4)
        with pytest.raises(errors.QuotaExceededError):
            connect(workers=1).pages("me/tracks")
        mend()
        del some[0]
        later = connect()
        later.forget_pause()
        assert later.pages("me/tracks") == some

    def slip(self, stub: Any, path: str, name: str, place: str, *, times: int) -> None:
        """Make two rows of one page null in its first answers."""
        plain, left = stub.routes[path], itertools.count(1)

        def slipped(asked: Any) -> Any:
            answer = plain(asked)
            if asked.query.get(name) == place and next(left) <= times:
                listed = answer.body.get("artists", answer.body)
                listed["items"] = [None, None, *listed["items"][2:]]
            return answer

        stub.routes[path] = slipped

    def test_a_null_kept_from_before_is_asked_for_once_more_after_all_else(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(500))
        self.slip(stub, "me/tracks", "offset", "100", times=1)
        mend = self.stop_at(stub, "me/tracks", make_error, 4)
        with pytest.raises(errors.QuotaExceededError):
            connect(workers=1).pages("me/tracks")
        mend()
        later = connect(workers=1)
        later.forget_pause()
        loaded = later.pages("me/tracks")
        assert loaded == rows(500)
        assert loaded.is_believed
        places = [asked.query.get("offset", "0") for asked in stub.asked]
        assert places == ["0", "200", "250", "300", "350", "400", "450", "100"]

    def test_a_null_that_comes_twice_is_believed_also_after_another_stop(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        some: list[Any] = rows(500)
        some[0] = some[120] = None
        stub.serve_list("me/tracks", some)
        stub.serve_list("me/albums", rows(100))
        mend = self.stop_at(stub, "me/tracks", make_error, 4)
        with pytest.raises(errors.QuotaExceededError):
            connect(workers=1).pages("me/tracks")
        mend()

        def load() -> Any:
            later = connect(workers=1)
            later.forget_pause()
            with later.one_after_another():
                loaded = later.pages("me/tracks")
                later.pages("me/albums")
            return loaded

        stop_albums = self.stop_at(stub, "me/albums", make_error, 1)
        with pytest.raises(errors.QuotaExceededError):
            load()
        assert stub.n_asked("me/tracks") == 1 + 6 + 1
        stop_albums()
        loaded = load()
        assert loaded == some
        assert loaded.report["n_null"] == 2
        assert loaded.is_believed
        assert stub.n_asked("me/tracks") == 1, "not asked for a third time"

    def test_a_quota_at_the_second_look_does_not_end_a_list_that_is_whole(
        self, connect: Connect, stub: Any, make_error: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        some: list[Any] = rows(500)
        some[60] = some[120] = None
        stub.serve_list("me/tracks", some)
        mend = self.stop_at(stub, "me/tracks", make_error, 4)
        with pytest.raises(errors.QuotaExceededError):
            connect(workers=1).pages("me/tracks")
        mend()
        mend = self.stop_at(stub, "me/tracks", make_error, 1 + 6 + 1)
        later = connect(workers=1)
        later.forget_pause()
        loaded = later.pages("me/tracks")
        assert loaded == some
        assert loaded.report["n_null"] == 2
        assert not loaded.is_believed
        assert "1 pages of them were not seen a second time (QuotaExceededError)" in caplog.text
        mend()

    def test_a_null_by_cursor_is_asked_for_once_more(
        self, connect: Connect, stub: Any, make_answer: Any, make_error: Any
    ) -> None:
        TestByCursor().serve(stub, make_answer, 270)
        self.slip(stub, "me/following", "after", f"{49:022d}", times=1)
        mend = self.stop_at(stub, "me/following", make_error, 3)
        with pytest.raises(errors.QuotaExceededError, match="150 of 270 rows"):
            connect().cursor_pages("me/following", item_key="artists")
        mend()
        later = connect()
        later.forget_pause()
        loaded = later.cursor_pages("me/following", item_key="artists")
        assert loaded == rows(270)
        assert loaded.is_believed
        assert len(stub.asked) == 1 + 3 + 1
        assert stub.asked[-1].query["after"] == f"{49:022d}"

    def test_what_another_kernel_has_finished_is_not_taken_from_memory(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(500))
        mend = self.stop_at(stub, "me/tracks", make_error, 4)
        one = connect(workers=1)
        with pytest.raises(errors.QuotaExceededError):
            one.pages("me/tracks")
        mend()
        one.forget_pause()
        assert connect().pages("me/tracks") == rows(500)
        stub.asked.clear()
        assert one.pages("me/tracks") == rows(500)
        assert len(stub.asked) == 10

    def test_lists_before_the_one_that_broke_off(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(500))
        stub.serve_list("me/albums", rows(100))
        mend = self.stop_at(stub, "me/albums", make_error, 1)
        one = connect()

        def load(spotify: client.Client) -> list[list[Any]]:
            with spotify.one_after_another():
                return [spotify.pages("me/tracks"), spotify.pages("me/albums")]

        with pytest.raises(errors.QuotaExceededError):
            load(one)
        mend()
        later = connect()
        later.forget_pause()
        assert load(later) == [rows(500), rows(100)]
        assert stub.n_asked("me/tracks") == 1

    def test_without_a_cache_the_same_client_goes_on_alone(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        stub.serve_list("me/tracks", rows(500))
        mend = self.stop_at(stub, "me/tracks", make_error, 4)
        one = connect(workers=1, cache=False)
        with pytest.raises(errors.QuotaExceededError):
            one.pages("me/tracks")
        mend()
        one.forget_pause()
        assert one.pages("me/tracks") == rows(500)
        assert len(stub.asked) == 1 + 6
