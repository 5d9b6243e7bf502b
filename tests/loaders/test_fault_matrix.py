"""Each row of the fault matrix for loaders: all rows, or an error with a point to go on from."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from spotify_analysis import client, demo, errors, loaders, transport
from tests.demo.conftest import small_id, small_listener

Connect = Callable[..., client.Client]
Change = Callable[[str, dict[str, Any]], None]

ALL = 144
SMALL = transport.Limits(max_bytes=1 << 20)
FAST = transport.Limits(silence_s=1.5, answer_s=3)
# the other pages of the liked tracks
PAGE_2 = {"path": "/me/tracks$", "query": "offset=50"}


@pytest.fixture
def mode() -> str:
    """Name the kind of app: the newest."""
    return "new"


@pytest.fixture
def one_by_one(connect: Connect, server: demo.Server) -> client.Client:
    """Give a client that makes one call at a time, and has made none."""
    made = connect(workers=1, limits=SMALL)
    made.cache.clear()
    server.forget_requests()
    return made


def goes_on(spotify: client.Client, server: demo.Server, *, n_calls: int) -> None:
    """Load again, without the fault: whole, without repeats, and with so many calls."""
    server.faults.clear()
    server.forget_requests()
    spotify.forget_pause()
    found = loaders.saved_tracks(spotify)
    assert (len(found), found["id"].nunique()) == (ALL, ALL)
    assert server.calls() == n_calls


def test_fault_L01_a_short_wait_is_waited_out_and_said_once(
    connect: Connect, server: demo.Server, caplog: pytest.LogCaptureFixture
) -> None:
    waits: list[float] = []
    spotify = connect(sleep=waits.append)
    server.faults.add("rate_429_json", retry_after=60, **PAGE_2)
    with caplog.at_level(logging.WARNING):
        assert len(loaders.saved_tracks(spotify)) == ALL
    assert 60.0 in waits
    assert caplog.messages == ["Spotify asks us to wait 60 s; going on after that."]


@pytest.mark.parametrize("kind", ["quota_429", "rate_429_json", "rate_429_text"])
def test_fault_L02_a_long_wait_is_an_error_at_once_and_all_kernels_pause(
    one_by_one: client.Client, connect: Connect, server: demo.Server, kind: str
) -> None:
    server.faults.add(kind, retry_after=86_400, times=None, **PAGE_2)
    before = datetime.now(UTC)
    with pytest.raises(errors.RateLimitedError, match="50 of 144 rows") as caught:
        loaders.saved_tracks(one_by_one)
    assert caught.value.resume_at is not None
    day = timedelta(seconds=86_400)
    assert before + day <= caught.value.resume_at <= datetime.now(UTC) + day
    another = connect()
    n_before = server.calls()
    with pytest.raises(errors.RateLimitedError):
        loaders.saved_albums(another)
    assert server.calls() == n_before
    goes_on(another, server, n_calls=3)


@pytest.mark.parametrize(
    ("kind", "said"), [("rate_429_bare", None), ("rate_429_json", "soon"), ("rate_429_text", "-1")]
)
def test_fault_L03_without_a_sensible_wait_it_backs_off_five_times(
    connect: Connect, server: demo.Server, kind: str, said: str | None
) -> None:
    waits: list[float] = []
    spotify = connect(workers=1, sleep=waits.append)
    server.forget_requests()
    server.faults.add(kind, retry_after=said, times=None, **PAGE_2)
    with pytest.raises(errors.RateLimitedError, match="keeps refusing"):
        loaders.saved_tracks(spotify)
    assert server.calls() == 1 + 5
    for wait_s, base_s in zip(waits, [0.5, 1, 2, 4], strict=True):
        assert base_s <= wait_s <= 1.25 * base_s
    goes_on(spotify, server, n_calls=3)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("kind", ["5xx", "5xx_html", "5xx_empty"])
def test_fault_L04_a_fault_of_the_server_is_tried_five_times(
    one_by_one: client.Client, server: demo.Server, kind: str, status: int
) -> None:
    server.faults.add(kind, status=status, times=None, **PAGE_2)
    with pytest.raises(errors.ServerError, match="50 of 144 rows") as caught:
        loaders.saved_tracks(one_by_one)
    assert caught.value.status == status
    assert server.calls() == 1 + 5
    goes_on(one_by_one, server, n_calls=3)


@pytest.mark.parametrize("kind", ["5xx", "lost_answer", "dropped", "cut", "html_200"])
def test_fault_L05_a_change_is_not_repeated(
    one_by_one: client.Client, server: demo.Server, kind: str
) -> None:
    server.faults.add(kind, method="POST", times=None)
    with pytest.raises(errors.MaybeDoneError, match="may or may not have been carried out"):
        one_by_one.call("POST", "me/playlists", json={"name": "x"})
    assert server.calls(method="POST") == 1


@pytest.mark.parametrize("kind", ["empty_200", "html_200", "null_200", "cut_json", "list_200"])
def test_fault_L06_what_is_no_page_is_asked_for_again_and_never_a_short_list(
    one_by_one: client.Client, server: demo.Server, kind: str
) -> None:
    server.faults.add(kind, times=4, **PAGE_2)
    assert len(loaders.saved_tracks(one_by_one)) == ALL
    server.faults.add(kind, times=None, **PAGE_2)
    with pytest.raises(errors.BadAnswerError, match="50 of 144 rows"):
        loaders.saved_tracks(one_by_one)
    goes_on(one_by_one, server, n_calls=3)


@pytest.mark.parametrize("kind", ["cut", "dropped", "lost_answer"])
def test_fault_L07_a_connection_that_breaks_is_tried_again(
    one_by_one: client.Client, server: demo.Server, kind: str
) -> None:
    server.faults.add(kind, times=4, **PAGE_2)
    assert len(loaders.saved_tracks(one_by_one)) == ALL
    server.faults.add(kind, times=None, **PAGE_2)
    with pytest.raises(errors.ServerError, match="connection broke 5 times"):
        loaders.saved_tracks(one_by_one)
    goes_on(one_by_one, server, n_calls=3)


@pytest.mark.parametrize(
    ("kind", "facts"), [("slow", {"delay_s": 30}), ("drip", {"delay_s": 0.2, "size": 10})]
)
def test_fault_L08_silence_and_drips_end(
    connect: Connect, server: demo.Server, kind: str, facts: dict[str, Any]
) -> None:
    one_by_one = connect(workers=1, limits=FAST)
    one_by_one.cache.clear()
    server.faults.add(kind, times=None, **PAGE_2, **facts)
    with pytest.raises(errors.TooSlowError, match="50 of 144 rows"):
        loaders.saved_tracks(one_by_one)
    goes_on(one_by_one, server, n_calls=3)


def test_fault_L09_a_huge_answer_is_not_read_to_its_end(
    one_by_one: client.Client, server: demo.Server
) -> None:
    server.faults.add("huge", size=4 << 20, times=None, **PAGE_2)
    with pytest.raises(errors.BadAnswerError, match="larger than 1 MB"):
        loaders.saved_tracks(one_by_one)
    goes_on(one_by_one, server, n_calls=3)


@pytest.mark.parametrize(
    ("kind", "n_refreshes"), [("401_missing", 0), ("401_expired", 1), ("401_invalid", 1)]
)
def test_fault_L10_a_401_is_mended_in_the_middle_of_a_list(
    one_by_one: client.Client, server: demo.Server, kind: str, n_refreshes: int
) -> None:
    server.faults.add(kind, **PAGE_2)
    assert len(loaders.saved_tracks(one_by_one)) == ALL
    assert server.calls("/api/token") == n_refreshes
    assert server.calls() == 3 + 1


def test_fault_L10_a_401_that_lasts_asks_the_person_and_deletes_nothing(
    one_by_one: client.Client, server: demo.Server
) -> None:
    server.faults.add("401_missing", times=None, **PAGE_2)
    with pytest.raises(errors.NotLoggedInError, match="Sign in again"):
        loaders.saved_tracks(one_by_one)
    assert server.calls("/api/token") == 1
    goes_on(one_by_one, server, n_calls=3)


@pytest.mark.parametrize(
    ("kind", "expected", "says"),
    [
        ("403_scope", errors.MissingScopeError, "user-library-read"),
        ("403_premium", errors.PremiumRequiredError, "Premium"),
        ("403_unregistered", errors.NotRegisteredError, "User Management"),
    ],
)
def test_fault_L11_a_refusal_names_cause_and_setting(
    one_by_one: client.Client, server: demo.Server, kind: str, expected: Any, says: str
) -> None:
    server.faults.add(kind, times=None, **PAGE_2)
    with pytest.raises(expected, match=says):
        loaders.saved_tracks(one_by_one)
    goes_on(one_by_one, server, n_calls=3)


def test_fault_L12_rows_without_content_are_left_out_and_counted(
    one_by_one: client.Client, server: demo.Server
) -> None:
    server.faults.add("null_items", **PAGE_2)
    found = loaders.saved_tracks(one_by_one)
    # every third of the 50 on the second page
    assert len(found) == ALL - 17
    assert found.attrs["report"]["n_skipped"] == 17


@pytest.mark.parametrize("times", [1, 2])
def test_fault_L12_an_entry_that_is_null_is_believed_only_at_the_second_time(
    one_by_one: client.Client, connect: Connect, server: demo.Server, times: int
) -> None:
    mine = loaders.playlists(one_by_one)
    whole = loaders.playlist_items(one_by_one, mine)
    one_by_one.cache.clear()
    # the first page of each playlist; two of them have entries
    server.faults.add("null_items", path="/playlists/[^/]*/items$", times=times)
    hurt = loaders.playlist_items(one_by_one, mine)
    n_removed = (hurt["kind"] == "removed").sum()
    assert n_removed > (whole["kind"] == "removed").sum()
    assert len(hurt) == len(whole)
    if times == 2:
        one_by_one.cache.clear()
        server.faults.clear()
        null = {"path": "/playlists/[^/]*/items$", "query": "offset=50"}
        server.faults.add("null_items", times=2, **null)
        hurt = loaders.playlist_items(one_by_one, mine)
        n_removed = (hurt["kind"] == "removed").sum()
    planned = loaders.plan(one_by_one, "playlist_items", of=mine).loc[0, "n_calls"]
    other, third = connect(), connect()
    server.forget_requests()
    again = loaders.playlist_items(other, mine)
    # nothing but the page in which entries were null
    assert server.calls() == planned == 1
    if times == 1:
        assert again.equals(whole)
    else:
        assert (again["kind"] == "removed").sum() == n_removed
    server.forget_requests()
    assert loaders.playlist_items(third, mine).equals(again)
    assert server.calls() == 0


def test_fault_L12_a_quota_at_the_second_look_leaves_a_playlist_as_it_came(
    one_by_one: client.Client, connect: Connect, server: demo.Server
) -> None:
    mine = loaders.playlists(one_by_one)
    server.faults.add("null_items", path="/playlists/[^/]*/items$")
    hurt = loaders.playlist_items(one_by_one, mine)
    server.faults.add("quota_429", path="/playlists/[^/]*/items$", retry_after=50_000)
    again = loaders.playlist_items(connect(), mine)
    assert again.equals(hurt)
    later = connect()
    later.forget_pause()
    assert (loaders.playlist_items(later, mine)["kind"] == "removed").sum() < (
        hurt["kind"] == "removed"
    ).sum()


def test_fault_L12_tracks_of_an_album_that_are_null_are_asked_for_at_once(
    one_by_one: client.Client, server: demo.Server
) -> None:
    albums = [small_id(f"album {a}.0") for a in range(4)]
    whole = loaders.album_tracks(one_by_one, albums)
    one_by_one.cache.clear()
    server.faults.add("null_items", path=f"/albums/{albums[1]}$")
    found = loaders.album_tracks(one_by_one, albums)
    assert found.equals(whole)
    assert found.attrs["report"]["n_skipped"] == 0


def test_fault_L02_discographies_go_on_with_the_artists_that_are_missing(
    one_by_one: client.Client, connect: Connect, server: demo.Server
) -> None:
    artists = [small_id(f"artist {a}") for a in range(5)]
    whole = loaders.artist_albums(one_by_one, artists)
    n_all = server.calls()
    path = "/artists/[^/]*/albums$"
    server.faults.add("quota_429", path=path, after=3, retry_after=50_000)
    with pytest.raises(errors.QuotaExceededError):
        loaders.artist_albums(one_by_one, artists)
    later = connect()
    later.forget_pause()
    server.forget_requests()
    found = loaders.artist_albums(later, artists)
    assert found.equals(whole)
    assert found.attrs["report"] == whole.attrs["report"]
    assert server.calls() == n_all - 3
    # a load that came to its end keeps nothing: new albums are seen at once
    server.forget_requests()
    assert loaders.artist_albums(later, artists).equals(whole)
    assert server.calls() == n_all


def test_fault_L02_a_search_goes_on_where_it_broke_off(
    one_by_one: client.Client, connect: Connect, server: demo.Server
) -> None:
    kinds = ["track", "album"]
    whole = loaders.search(one_by_one, "song", kinds=kinds, limit=50)
    n_all = server.calls()
    server.faults.add("quota_429", path="/search$", after=2, retry_after=50_000)
    with pytest.raises(errors.QuotaExceededError):
        loaders.search(one_by_one, "song", kinds=kinds, limit=50)
    later = connect()
    later.forget_pause()
    server.forget_requests()
    found = loaders.search(later, "song", kinds=kinds, limit=50)
    assert found.equals(whole)
    assert found.attrs.get("report") == whole.attrs.get("report")
    assert server.calls() == n_all - 2
    # another search is another one, and what came to its end is asked for anew
    server.forget_requests()
    assert len(loaders.search(later, "song", kinds="track", limit=20)) == 20
    assert loaders.search(later, "song", kinds=kinds, limit=50).equals(whole)
    assert server.calls() == n_all + 2


def test_fault_L13_entries_that_never_came_are_reported(
    one_by_one: client.Client, server: demo.Server
) -> None:
    mine = loaders.playlists(one_by_one)
    whole = loaders.playlist_items(one_by_one, mine)
    report = whole.attrs["report"]
    assert report["n_announced"] == report["n_received"] == len(whole)
    one_by_one.cache.clear()
    server.faults.add("short_page", path="/playlists/[^/]*/items$", query="offset=50", times=2)
    found = loaders.playlist_items(one_by_one, mine)
    report = found.attrs["report"]
    assert (report["n_announced"], report["n_received"]) == (len(whole), len(whole) - 1)
    # what lacks a row is not kept
    assert loaders.playlist_items(one_by_one, mine).equals(whole)


def test_fault_L13_places_of_a_top_list_that_never_came_are_counted(
    one_by_one: client.Client, server: demo.Server
) -> None:
    assert loaders.top_tracks(one_by_one).attrs.get("report") is None
    server.faults.add("short_page", path="/me/top/tracks$", times=2)
    assert loaders.top_tracks(one_by_one).attrs["report"]["n_skipped"] == 1


def test_fault_L12_an_unknown_id_is_left_out_and_named(one_by_one: client.Client) -> None:
    known = loaders.saved_tracks(one_by_one)["id"].head(3).tolist()
    found = loaders.tracks(one_by_one, [*known, "0" * 22])
    assert found["id"].tolist() == known
    assert found.attrs["missing"] == [{"id": "0" * 22, "reason": "Spotify does not know it."}]


@pytest.mark.parametrize("kind", ["wrong_total", "null_total", "loop_next", "short_page"])
@pytest.mark.parametrize("query", ["^(?!.*offset)", "offset=50", "offset=100"])
def test_fault_L13_odd_pages_lose_and_double_no_row(
    one_by_one: client.Client, server: demo.Server, kind: str, query: str
) -> None:
    server.faults.add(kind, path="/me/tracks$", query=query)
    found = loaders.saved_tracks(one_by_one)
    assert (len(found), found["id"].nunique()) == (ALL, ALL)


@pytest.fixture
def change(one_by_one: client.Client, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Change rows of the liked tracks on their way."""
    call = one_by_one.call

    def set_fields(at: str, fields: dict[str, Any]) -> None:
        def changed(method: str, path: str, **options: Any) -> Any:
            answer = call(method, path, **options)
            for row in answer["items"][:1]:
                where = row[at] if at else row
                where.update(fields)
                for name in [name for name, value in fields.items() if value is ...]:
                    del where[name]
            return answer

        monkeypatch.setattr(one_by_one, "call", changed)

    return set_fields


def test_fault_L14_unknown_missing_and_wrong_fields(
    one_by_one: client.Client, change: Change
) -> None:
    change("track", {"new_field": {"x": 1}, "duration_ms": "long", "explicit": ...})
    found = loaders.saved_tracks(one_by_one)
    assert len(found) == ALL
    assert "new_field" not in found
    first_of_each_page = found.iloc[[0, 50, 100]]
    assert first_of_each_page["duration_ms"].isna().all()
    assert first_of_each_page["explicit"].isna().all()
    assert found.attrs["report"]["rejected"] == {"duration_ms": 3}


def test_fault_L15_an_interrupt_keeps_finished_pages(connect: Connect, server: demo.Server) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    spotify = connect(workers=1, sleep=interrupt)
    server.faults.add("5xx", path="/me/tracks$", query="offset=100")
    with pytest.raises(KeyboardInterrupt):
        loaders.saved_tracks(spotify)
    # the first page to see that nothing has changed, then the one that was missing
    goes_on(connect(), server, n_calls=2)


def test_fault_L16_a_server_that_has_gone_is_one_sentence() -> None:
    with demo.Server(small_listener()) as server:
        spotify = demo.connect(server=server, sleep=lambda _: None, progress=False)
        assert len(loaders.saved_tracks(spotify)) == ALL
    with pytest.raises(errors.NetworkError, match="No connection to 127") as caught:
        loaders.saved_albums(spotify)
    assert caught.value.cause == "refused"


def test_each_row_of_the_matrix_is_here() -> None:
    named = {name.split("_")[2] for name in globals() if name.startswith("test_fault_L")}
    elsewhere = {"L17"}  # an answer of unknown form: tests/client/test_calls.py
    assert named | elsewhere == {f"L{n:02d}" for n in itertools.chain(range(1, 18))}
