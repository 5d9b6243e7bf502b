"""Making and changing playlists in every app mode, and what a fault in the middle leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import client, errors, playlists
from spotify_analysis.demo.server import Server
from tests.playlists.conftest import EPISODE, LOCAL, track_uri

Held = Callable[[Server, str], list[str]]
ITEMS = "/items$"
ALL = [track_uri(n) for n in range(320)]


def quick(function: Callable[..., playlists.Change], *args: Any, **kwargs: Any) -> playlists.Change:
    """Change without waiting for a lost answer to settle."""
    return function(*args, sleep=lambda _: None, **kwargs)


def own(server: Server) -> list[str]:
    """Name the playlists in the person's list."""
    return list(server.account.playlist_ids)


# ---------------------------------------------------------------- every app mode


def test_create_holds_just_what_was_given(
    server: Server, spotify: client.Client, held: Held
) -> None:
    picks = pd.DataFrame({"uri": ALL, "track": "t", "artist": "a"})
    made = playlists.create(spotify, "All", picks, description="d")
    assert held(server, str(made.playlist_id)) == ALL
    kept = server.state.playlists[str(made.playlist_id)]
    assert (kept.name, kept.description, kept.public) == ("All", "d", False)
    assert kept.snapshot_id == made.snapshot_id
    assert own(server)[0] == made.playlist_id
    # one to make it, one per hundred, and nothing else
    assert server.calls() == 5


def test_add_replace_remove_reorder(server: Server, spotify: client.Client, held: Held) -> None:
    playlists.add(spotify, "three".ljust(22, "x"), ALL[10:12])
    assert held(server, "three") == [*ALL[:3], *ALL[10:12]]
    playlists.add(spotify, "three".ljust(22, "x"), [EPISODE], position=1)
    assert held(server, "three") == [ALL[0], EPISODE, *ALL[1:3], *ALL[10:12]]
    playlists.remove(spotify, "three".ljust(22, "x"), [ALL[10], ALL[300]])
    assert held(server, "three") == [ALL[0], EPISODE, *ALL[1:3], ALL[11]]
    playlists.reorder(spotify, "three".ljust(22, "x"), start=0, before=3, n=2)
    assert held(server, "three") == [ALL[1], ALL[0], EPISODE, ALL[2], ALL[11]]
    change = playlists.replace(spotify, "three".ljust(22, "x"), ALL)
    assert held(server, "three") == ALL
    assert change.before == (ALL[1], ALL[0], EPISODE, ALL[2], ALL[11])


def test_change_details(server: Server, spotify: client.Client) -> None:
    playlists.change_details(spotify, "three".ljust(22, "x"), name="Drei", public=True)
    kept = server.state.playlists["three".ljust(22, "x")]
    assert (kept.name, kept.public) == ("Drei", True)
    playlists.change_details(spotify, "three".ljust(22, "x"), collaborative=True)
    assert (kept.public, kept.collaborative) == (False, True)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_answer_while_filling_doubles_nothing(
    server: Server, spotify: client.Client, held: Held, lost: int
) -> None:
    server.faults.add("lost_answer", method="POST", path=ITEMS, after=lost - 1)
    made = quick(playlists.create, spotify, "All", ALL[:250])
    assert held(server, str(made.playlist_id)) == ALL[:250]


def test_the_older_paths_serve_where_the_new_ones_are_not_known(
    new_server: Server, connect: Callable[[Server], client.Client], held: Held
) -> None:
    new_server.set(mode="old")
    new_server.faults.add("404_json", path=ITEMS, times=None)
    new_server.faults.add("404_json", method="POST", path="/v1/me/playlists$", times=None)
    spotify = connect(new_server)
    made = playlists.create(spotify, "All", ALL[:150])
    assert held(new_server, str(made.playlist_id)) == ALL[:150]
    playlists.remove(spotify, made, ALL[:149])
    assert held(new_server, str(made.playlist_id)) == [ALL[149]]
    playlists.replace(spotify, made, ALL[:3])
    playlists.reorder(spotify, made, start=0, before=3)
    assert held(new_server, str(made.playlist_id)) == [ALL[1], ALL[2], ALL[0]]


def test_somebody_elses_playlist_is_refused(server: Server, spotify: client.Client) -> None:
    with pytest.raises((errors.ForbiddenError, errors.NotFoundError)):
        playlists.add(spotify, "theirs".ljust(22, "x"), ALL[:1])


# ---------------------------------------------------------------- dry run


def test_a_dry_run_of_create_makes_no_call(new_server: Server, new_spotify: client.Client) -> None:
    plan = playlists.create(new_spotify, "All", ALL[:250], dry_run=True)
    assert new_server.calls() == 0
    assert repr(plan).startswith("Would create the private playlist 'All' with 250 entries.")
    assert len(plan.steps) == 4
    assert plan.playlist_id is None
    assert len(plan.items) == 250
    with pytest.raises(ValueError, match="only planned"):
        playlists.add(new_spotify, plan, ALL[:1])


def test_a_dry_run_changes_nothing(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    three = "three".ljust(22, "x")
    for plan in (
        playlists.add(new_spotify, three, ALL[5:6], dry_run=True),
        playlists.replace(new_spotify, three, ALL[5:6], dry_run=True),
        playlists.remove(new_spotify, three, ALL[:1], dry_run=True),
        playlists.reorder(new_spotify, three, start=0, before=2, dry_run=True),
        playlists.change_details(new_spotify, three, name="x", dry_run=True),
        playlists.save(new_spotify, ALL[:1], dry_run=True),
        playlists.unsave(new_spotify, ALL[:1], dry_run=True),
    ):
        assert plan.dry_run
        assert repr(plan).startswith("Would ")
    assert {request.method for request in new_server.requests} == {"GET"}
    assert held(new_server, "three") == ALL[:3]
    assert new_server.state.playlists[three].snapshot_id == "three 1"


def test_a_change_shows_itself_in_a_notebook_without_running_what_it_holds(
    new_spotify: client.Client,
) -> None:
    table = pd.DataFrame({"uri": ALL[:20], "track": "<script>", "artist": "A & B"})
    plan = playlists.create(new_spotify, "<b>", table, dry_run=True)
    shown = plan._repr_html_()
    assert "<script>" not in shown
    assert "A &amp; B - &lt;script&gt;" in shown
    assert "and 13 more" in shown


# ---------------------------------------------------------------- arguments


def test_nothing_to_write_is_refused_before_anything_is_made(
    new_server: Server, new_spotify: client.Client
) -> None:
    nothing = pd.DataFrame({"uri": pd.array([pd.NA, LOCAL], dtype="string"), "track": ["a", "b"]})
    for items in ([], nothing, nothing.iloc[:0]):
        with pytest.raises(ValueError, match="Nothing to write"):
            playlists.create(new_spotify, "x", items)
        with pytest.raises(ValueError, match="Nothing to write"):
            playlists.replace(new_spotify, "three".ljust(22, "x"), items)
    assert new_server.calls() == 0


def test_what_cannot_be_written_is_left_out_and_said(new_spotify: client.Client) -> None:
    table = pd.DataFrame(
        {
            "uri": pd.array([ALL[0], LOCAL, pd.NA, ALL[0], EPISODE], dtype="string"),
            "track": ["One", "Mine", "Gone", "One", pd.NA],
            "episode": [pd.NA, pd.NA, pd.NA, pd.NA, "Talk"],
        }
    )
    plan = playlists.create(new_spotify, "x", table, dry_run=True)
    assert list(plan.items["uri"]) == [ALL[0], EPISODE]
    assert list(plan.items["name"]) == ["One", "Talk"]
    assert list(plan.skipped["name"]) == ["Mine", "Gone", "One"]
    assert len(playlists.create(new_spotify, "x", table, unique=False, dry_run=True).uris) == 3


@pytest.mark.parametrize(
    ("items", "text"),
    [
        (["hello"], "no address"),
        (["spotify:album:" + "a" * 22], "album_tracks"),
        ([1], "int"),
        (pd.DataFrame({"track": ["a"]}), "no column `uri`"),
        (5, "int"),
    ],
)
def test_what_is_no_list_of_tracks_is_refused(
    new_spotify: client.Client, items: Any, text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        playlists.create(new_spotify, "x", items, dry_run=True)


def test_a_playlist_may_be_named_in_many_ways(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    three = "three".ljust(22, "x")
    row = pd.DataFrame({"id": [three], "playlist": ["three"]})
    for n, way in enumerate(
        (
            three,
            f"spotify:playlist:{three}",
            f"https://open.spotify.com/playlist/{three}?si=1",
            row,
            row.iloc[0],
        )
    ):
        playlists.add(new_spotify, way, [ALL[10 + n]])
    assert held(new_server, "three") == [*ALL[:3], *ALL[10:15]]
    for wrong in ("three", ALL[0], pd.concat([row, row]), None):
        with pytest.raises(ValueError, match="playlist"):
            playlists.add(new_spotify, wrong, ALL[:1])


def test_places_that_do_not_exist_are_refused(new_spotify: client.Client) -> None:
    three = "three".ljust(22, "x")
    with pytest.raises(ValueError, match="from 0 to 3"):
        playlists.add(new_spotify, three, ALL[:1], position=4)
    with pytest.raises(ValueError, match="`start`"):
        playlists.reorder(new_spotify, three, start=3, before=0)
    with pytest.raises(ValueError, match="`n`"):
        playlists.reorder(new_spotify, three, start=2, before=0, n=2)
    with pytest.raises(ValueError, match="`name`"):
        playlists.create(new_spotify, " ", ALL[:1])
    with pytest.raises(ValueError, match="private"):
        playlists.create(new_spotify, "x", ALL[:1], public=True, collaborative=True)
    with pytest.raises(ValueError, match="Nothing to change"):
        playlists.change_details(new_spotify, three)


def test_reorder_says_beforehand_what_spotify_does(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    five = new_server.state.playlists["three".ljust(22, "x")]
    playlists.add(new_spotify, five.id, ALL[3:5])
    entries = list(five.entries)
    for start in range(5):
        for before in range(6):
            five.entries[:] = entries
            n = min(2, 5 - start)
            # a lost answer makes it compare what stands there with what it foretold
            new_server.faults.clear()
            new_server.faults.add("lost_answer", method="PUT", path=ITEMS)
            change = quick(playlists.reorder, new_spotify, five.id, start=start, before=before, n=n)
            moved = ALL[start : start + n]
            rest = [uri for uri in ALL[:5] if uri not in moved]
            at = len([uri for uri in ALL[:before] if uri in rest])
            assert held(new_server, "three") == rest[:at] + moved + rest[at:]
            assert change.before == tuple(ALL[:5])


# ---------------------------------------------------------------- odd contents


def test_local_files_are_never_lost_unasked(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    odd = "odd".ljust(22, "x")
    old = held(new_server, "odd")
    plan = playlists.replace(new_spotify, odd, ALL[:2], dry_run=True)
    assert "2 entries" in plan.notes[0]
    with pytest.raises(ValueError, match="1 local file"):
        playlists.replace(new_spotify, odd, ALL[:2])
    assert held(new_server, "odd") == old
    change = playlists.replace(new_spotify, odd, ALL[:2], drop_local_files=True)
    assert held(new_server, "odd") == ALL[:2]
    assert change.before == (ALL[1], EPISODE, ALL[1])
    playlists.replace(new_spotify, odd, change.before, unique=False)
    assert held(new_server, "odd") == [ALL[1], EPISODE, ALL[1]]


def test_remove_takes_every_occurrence_and_says_what_was_not_there(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    change = playlists.remove(new_spotify, "odd".ljust(22, "x"), [ALL[1], ALL[9]])
    assert repr(change).startswith("Took 2 entries out of a playlist of 5.")
    assert ALL[1] not in held(new_server, "odd")
    assert LOCAL in held(new_server, "odd")
    assert list(change.skipped["why"]) == ["not in the playlist"]
    nothing = playlists.remove(new_spotify, "odd".ljust(22, "x"), [ALL[9]])
    assert repr(nothing).startswith("Nothing to do")


def test_replacing_by_the_same_is_no_call(new_server: Server, new_spotify: client.Client) -> None:
    change = playlists.replace(new_spotify, "three".ljust(22, "x"), ALL[:3])
    assert not change.steps
    assert new_server.calls(method="PUT") == 0


# ---------------------------------------------------------------- faults in the middle


def test_a_lost_answer_to_making_finds_the_playlist_that_was_made(
    server: Server, spotify: client.Client, held: Held
) -> None:
    before = own(server)
    server.faults.add("lost_answer", method="POST", path="/me/playlists$")
    made = quick(playlists.create, spotify, "All", ALL[:3])
    assert own(server) == [made.playlist_id, *before]
    assert held(server, str(made.playlist_id)) == ALL[:3]


@pytest.mark.parametrize("kind", ["5xx", "empty_200", "html_200", "null_200"])
def test_making_that_may_not_have_happened_is_not_repeated(
    new_server: Server, new_spotify: client.Client, kind: str
) -> None:
    before = own(new_server)
    new_server.faults.add(kind, method="POST", path="/me/playlists$")
    with pytest.raises(errors.MaybeDoneError, match="no such playlist"):
        quick(playlists.create, new_spotify, "All", ALL[:3])
    assert own(new_server) == before
    assert new_server.calls("me/playlists", method="POST") == 1


def test_two_empty_playlists_of_the_name_are_not_guessed_between(
    new_server: Server, new_spotify: client.Client
) -> None:
    for _ in range(2):
        new_spotify.call("POST", "me/playlists", json={"name": "All", "public": False})
    new_server.faults.add("5xx", method="POST", path="/me/playlists$")
    with pytest.raises(errors.MaybeDoneError, match="2 empty playlists"):
        quick(playlists.create, new_spotify, "All", ALL[:3])


@pytest.mark.parametrize("kind", ["5xx", "empty_200", "html_200", "null_200", "cut"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_chunk_that_did_not_arrive_is_sent_again(
    new_server: Server, new_spotify: client.Client, held: Held, kind: str, after: int
) -> None:
    new_server.faults.add(kind, method="POST", path=ITEMS, after=after)
    made = quick(playlists.create, new_spotify, "All", ALL[:250])
    assert held(new_server, str(made.playlist_id)) == ALL[:250]


def test_create_that_cannot_fill_leaves_no_empty_playlist(
    server: Server, spotify: client.Client
) -> None:
    before = own(server)
    server.faults.add("quota_429", method="POST", path=ITEMS, times=None)
    with pytest.raises(errors.QuotaExceededError):
        quick(playlists.create, spotify, "All", ALL[:3])
    assert own(server) == before


def test_create_whose_first_chunk_stays_unknown_leaves_nothing(
    new_server: Server, new_spotify: client.Client
) -> None:
    before = own(new_server)
    new_server.faults.add("5xx", method="POST", path=ITEMS, times=None)
    with pytest.raises(errors.MaybeDoneError):
        quick(playlists.create, new_spotify, "All", ALL[:3])
    assert own(new_server) == before


def test_an_empty_playlist_that_cannot_be_taken_away_is_named(
    new_server: Server, new_spotify: client.Client
) -> None:
    new_server.faults.add("quota_429", method="POST", path=ITEMS, times=None)
    new_server.faults.add("5xx", method="DELETE", times=None)
    with pytest.raises(errors.UnfinishedChangeError, match="stands empty") as caught:
        quick(playlists.create, new_spotify, "All", ALL[:3])
    assert caught.value.playlist_id == own(new_server)[0]
    assert str(caught.value.playlist_id) in str(caught.value)


def test_create_that_breaks_off_half_way_says_how_to_go_on(
    server: Server, spotify: client.Client, held: Held
) -> None:
    server.faults.add("quota_429", method="POST", path=ITEMS, after=2, times=1)
    with pytest.raises(errors.UnfinishedChangeError, match="200 of 320") as caught:
        quick(playlists.create, spotify, "All", ALL)
    error = caught.value
    assert held(server, str(error.playlist_id)) == ALL[:200]
    assert error.n_done == 200
    assert error.left == tuple(ALL[200:])
    assert error.status == 429
    assert isinstance(error.__cause__, errors.QuotaExceededError)


def test_what_was_left_can_be_added(
    new_server: Server,
    new_spotify: client.Client,
    connect: Callable[[Server], client.Client],
    held: Held,
) -> None:
    new_server.faults.add("quota_429", method="POST", path=ITEMS, after=1, times=1)
    with pytest.raises(errors.UnfinishedChangeError) as caught:
        quick(playlists.create, new_spotify, "All", ALL)
    later = connect(new_server)
    with pytest.raises(errors.QuotaExceededError):
        playlists.add(later, caught.value.playlist_id, caught.value.left)
    later.forget_pause()
    playlists.add(later, caught.value.playlist_id, caught.value.left)
    assert held(new_server, str(caught.value.playlist_id)) == ALL


def test_a_chunk_that_arrives_late_is_noticed(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    new_server.faults.add("5xx", method="POST", path=ITEMS, after=1)

    def late(_: float) -> None:
        """Look at once, and let the lost chunk arrive after the look."""
        looked.append(1)

    looked: list[int] = []
    call = new_spotify.call

    def arriving(method: str, path: str, **options: Any) -> Any:
        answer = call(method, path, **options)
        if looked and method == "GET" and path.endswith("items"):
            looked.clear()
            call("POST", path, json={"uris": ALL[100:200], "position": 100})
        return answer

    new_spotify.call = arriving  # type: ignore[method-assign]
    with pytest.raises(errors.UnfinishedChangeError, match="should hold 200 entries and holds 300"):
        playlists.create(new_spotify, "All", ALL[:200], sleep=late)
    made = own(new_server)[0]
    playlists.replace(new_spotify, made, ALL[:200])
    assert held(new_server, made) == ALL[:200]


@pytest.mark.parametrize("kind", ["lost_answer", "5xx", "empty_200"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_replace_survives_a_lost_answer(
    server: Server, spotify: client.Client, held: Held, kind: str, method: str
) -> None:
    server.faults.add(kind, method=method, path=ITEMS)
    change = quick(playlists.replace, spotify, "long".ljust(22, "x"), ALL[::-1])
    assert held(server, "long") == ALL[::-1]
    assert change.before == tuple(ALL[:250])


def test_replace_that_breaks_off_keeps_the_old_contents_for_going_back(
    new_server: Server,
    new_spotify: client.Client,
    connect: Callable[[Server], client.Client],
    held: Held,
) -> None:
    long = "long".ljust(22, "x")
    new_server.faults.add("quota_429", method="POST", path=ITEMS, after=1, times=1)
    with pytest.raises(errors.UnfinishedChangeError, match="200 of 320") as caught:
        quick(playlists.replace, new_spotify, long, ALL[::-1])
    error = caught.value
    assert held(new_server, "long") == ALL[::-1][:200]
    assert error.left == tuple(ALL[::-1][200:])
    assert error.before == tuple(ALL[:250])
    new_spotify.forget_pause()
    playlists.replace(new_spotify, long, error.before, unique=False)
    assert held(new_server, "long") == ALL[:250]


def test_replace_that_never_began_changes_nothing(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    new_server.faults.add("quota_429", method="PUT", path=ITEMS)
    with pytest.raises(errors.QuotaExceededError):
        quick(playlists.replace, new_spotify, "long".ljust(22, "x"), ALL[:5])
    assert held(new_server, "long") == ALL[:250]


def test_a_list_that_cannot_be_read_whole_is_not_written_over(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    new_server.faults.add("short_page", method="GET", path=ITEMS, times=None)
    with pytest.raises(errors.SpotifyError):
        quick(playlists.replace, new_spotify, "long".ljust(22, "x"), ALL[:5])
    assert held(new_server, "long") == ALL[:250]


@pytest.mark.parametrize("kind", ["lost_answer", "5xx"])
def test_remove_survives_a_lost_answer(
    server: Server, spotify: client.Client, held: Held, kind: str
) -> None:
    server.faults.add(kind, method="DELETE", path=ITEMS)
    quick(playlists.remove, spotify, "long".ljust(22, "x"), ALL[10:240])
    assert held(server, "long") == [*ALL[:10], *ALL[240:250]]


def test_remove_that_breaks_off_says_what_is_left(
    new_server: Server, new_spotify: client.Client, held: Held
) -> None:
    new_server.faults.add("quota_429", method="DELETE", path=ITEMS, after=1, times=1)
    with pytest.raises(errors.UnfinishedChangeError, match="100 of 150") as caught:
        quick(playlists.remove, new_spotify, "long".ljust(22, "x"), ALL[:150])
    assert caught.value.left == tuple(ALL[100:150])
    assert held(new_server, "long") == ALL[100:250]


def test_an_interruption_leaves_no_empty_playlist(
    new_server: Server, new_spotify: client.Client
) -> None:
    before = own(new_server)
    call = new_spotify.call

    def interrupted(method: str, path: str, **options: Any) -> Any:
        if path.endswith("items"):
            raise KeyboardInterrupt
        return call(method, path, **options)

    new_spotify.call = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        playlists.create(new_spotify, "All", ALL[:3])
    assert own(new_server) == before
