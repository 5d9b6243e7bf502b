"""The suggestion box without a browser: what it asks, shows, measures and makes."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any

import ipywidgets
import pandas as pd
import pytest

import spotify_analysis as sa
from spotify_analysis import client, errors, loaders, recommend, tables
from spotify_analysis.demo.server import Server
from tests.playlists.conftest import (  # noqa: F401 - fixtures
    connect,
    held,
    new_server,
    new_spotify,
    running,
    track_uri,
)
from tests.recommend.conftest import evenings, plays_of, rotation  # noqa: F401 - fixtures

NASTY = "<img src=x onerror=alert(1)>"
N_SONGS = 8


def history() -> pd.DataFrame:
    """Make plays of eight songs that Spotify knows, each played on four days, newest last."""
    rows = [
        (f"Artist {n}", f"Song {n}", 40 - 4.5 * n + 0.5 * day)
        for n in range(N_SONGS)
        for day in range(4)
    ]
    plays = plays_of(rows)
    plays["uri"] = [track_uri(n // 4) for n in range(len(rows))]
    return plays.sort_values("ended_at", ignore_index=True)


def top_list(plays: pd.DataFrame) -> pd.DataFrame:
    """Make a table of tracks as the account gives it, with covers."""
    songs = plays.drop_duplicates("uri").assign(
        image_url=[f"https://i.scdn.co/image/{n:040x}" for n in range(N_SONGS)]
    )
    return tables.conform(songs, tables.TOP_TRACKS)


def everything(widget: ipywidgets.Widget) -> str:
    """Collect all that a widget and those within it show."""
    text = repr({name: value for name, value in widget.get_state().items() if name != "children"})
    return text + "".join(everything(child) for child in getattr(widget, "children", ()))


def is_shown(widget: ipywidgets.Widget) -> bool:
    return widget.layout.display != "none"


def test_a_press_gives_what_the_function_gives() -> None:
    plays = history()
    box = sa.SuggestionBox(plays, mode="on_repeat", n=5)
    assert box.picks.columns.tolist() == list(tables.PICKS.columns)
    assert box.picks.empty
    box._novelty.value, box._diversity.value = 0.1, 0.9
    box._suggest.click()
    expected = recommend.recommend(history=plays, mode="on_repeat", n=5, novelty=0.1, diversity=0.9)
    pd.testing.assert_frame_equal(box.picks, expected)
    assert len(expected) == 5
    for name in expected["track"]:
        assert f">{name}</a>" in box._list.value
    assert "played on 4 days" in box._list.value or expected["reason"].iloc[0] in box._list.value
    assert "5 suggestions." in box._said.value
    assert not is_shown(box._making), "without an account there is no playlist to make"


def test_seeds_are_chosen_from_ones_own_top_list() -> None:
    plays = history()
    box = sa.SuggestionBox(plays, seeds=top_list(plays), mode="continue", n=3)
    names = [name for name, _ in box._from.options]
    assert names == [f"Song {n} · Artist {n}" for n in range(N_SONGS)]
    box._from.value = (2,)
    box._suggest.click()
    expected = recommend.recommend(
        seeds=top_list(plays).iloc[[2]], history=plays, mode="continue", n=3
    )
    pd.testing.assert_frame_equal(box.picks, expected)
    assert not is_shown(sa.SuggestionBox(plays, seeds="Artist 1")._from)


def test_covers_come_from_tables_that_are_there_and_from_spotify_only() -> None:
    plays = history()
    known = top_list(plays)
    known.loc[known["track"] == "Song 7", "image_url"] = "https://evil.example/pixel.png"
    box = sa.SuggestionBox(plays, mode="on_repeat", n=8, covers=known)
    box._suggest.click()
    assert len(box.picks) == 8
    assert box._list.value.count('<img alt="" loading="lazy" src="https://i.scdn.co/image/') == 7
    assert "evil.example" not in box._list.value
    page = f"https://open.spotify.com/track/{track_uri(3).rpartition(':')[2]}"
    assert f'<a href="{page}" target="_blank" rel="noopener noreferrer"><img' in box._list.value


def test_names_are_text() -> None:
    plays = history().replace({"artist": {"Artist 7": NASTY}, "track": {"Song 7": NASTY}})
    plays = tables.conform(plays, tables.PLAYS)
    box = sa.SuggestionBox(plays, seeds=top_list(plays), mode="on_repeat", n=8)
    box._suggest.click()
    assert NASTY in set(box.picks["track"])
    assert "onerror" in box._list.value
    assert "<img src=x" not in box._list.value


def test_it_is_measured_on_ones_own_past(
    rotation: pd.DataFrame,  # noqa: F811
    evenings: pd.DataFrame,  # noqa: F811
) -> None:
    box = sa.SuggestionBox(rotation, mode="on_repeat", n=10)
    assert not box._evaluate.disabled
    box._evaluate.click()
    ndcg = recommend.evaluate(rotation, "on_repeat", k=10)["ndcg"].iloc[0]
    assert f'alt="NDCG: on_repeat {ndcg:.2f}, ' in box._proof.value
    assert 'src="data:image/png;base64,iVBOR' in box._proof.value
    box._mode.value = "deep_cuts"
    assert box._evaluate.disabled
    sessions = sa.SuggestionBox(evenings, mode="continue", n=2)
    sessions._evaluate.click()
    assert 'alt="NDCG: continue 1.00, on_repeat 0.00, ' in sessions._proof.value
    small = sa.SuggestionBox(history(), mode="on_repeat")
    small._evaluate.click()
    assert 'role="alert"' in small._said.value
    assert "Too few plays to measure on" in small._said.value
    nothing = sa.SuggestionBox(mode="on_repeat")
    nothing._evaluate.click()
    assert "pass `history`" in nothing._said.value


def test_the_playlist_is_shown_first_and_made_on_the_second_press(
    new_spotify: client.Client,  # noqa: F811
    new_server: Server,  # noqa: F811
    held: Callable[[Server, str], list[str]],  # noqa: F811
) -> None:
    box = sa.SuggestionBox(history(), mode="on_repeat", n=6, client=new_spotify)
    assert not is_shown(box._making)
    box._suggest.click()
    assert is_shown(box._making)
    box._name.value = "Mine"
    before = len(loaders.playlists(new_spotify))
    box._make.click()
    assert "Would create the private playlist &#x27;Mine&#x27; with 6 entries." in box._made.value
    assert len(loaders.playlists(new_spotify)) == before
    assert box.change is None
    # another name is another playlist: it is shown again before it is made
    box._name.value = "Mine again"
    assert box._made.value == ""
    box._make.click()
    assert "Would create" in box._made.value
    assert box._make.description == "Make this playlist"
    box._make.click()
    assert "Created the private playlist &#x27;Mine again&#x27;" in box._made.value
    assert box.change is not None
    assert box.change.playlist_id is not None
    assert held(new_server, box.change.playlist_id) == box.picks["uri"].tolist()
    assert box._make.description == "Show what would be made"
    # new suggestions are not what was shown
    box._make.click()
    box._suggest.click()
    box._make.click()
    assert "Would create" in box._made.value


def test_a_refusal_is_said_in_the_box(
    new_spotify: client.Client,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = sa.SuggestionBox(history(), mode="on_repeat", client=new_spotify)
    box._suggest.click()

    def refuse(*_: Any, **__: Any) -> None:
        raise errors.SpotifyAnalysisError("Spotify refused: <b>no</b>")

    monkeypatch.setattr("spotify_analysis.suggestion_box.create", refuse)
    box._make.click()
    assert 'role="alert"' in box._made.value
    assert "Spotify refused: &lt;b&gt;no&lt;/b&gt;" in box._made.value
    assert not box._make.disabled


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (ZeroDivisionError("secret"), "Something unforeseen went wrong (ZeroDivisionError). "),
        (KeyboardInterrupt(), "Stopped before it was done. "),
    ],
)
@pytest.mark.parametrize(
    ("press", "called", "again"),
    [
        ("_on_suggest", "recommend.recommend", "Press Suggest again; `recommend.recommend` in "),
        ("_on_suggest", "suggestion_box._table", "Press Suggest again; "),
        ("_on_evaluate", "recommend.evaluate", "Press the button again; `recommend.evaluate` in "),
        ("_on_make", "suggestion_box.create", "Nothing was made. Press the button again."),
    ],
)
def test_what_nobody_foresaw_ends_in_a_sentence_and_goes_on_rising(
    raised: BaseException,
    says: str,
    press: str,
    called: str,
    again: str,
    monkeypatch: pytest.MonkeyPatch,
    new_spotify: client.Client,  # noqa: F811
) -> None:
    box = sa.SuggestionBox(history(), client=new_spotify, mode="on_repeat", n=3)
    if press == "_on_make":
        box._suggest.click()

    def fail(*_: object, **__: object) -> None:
        raise raised

    with monkeypatch.context() as patched:
        patched.setattr(f"spotify_analysis.{called}", fail)
        with pytest.raises(type(raised)):
            getattr(box, press)()
    line = box._made if press == "_on_make" else box._said
    assert f'role="alert" class="sa-suggest-bad">{html.escape(says + again)}' in line.value
    assert "secret" not in everything(box._root)
    assert not any(one.disabled for one in (box._suggest, box._evaluate, box._make))
    # the next press works as ever
    getattr(box, press)()
    assert says not in html.unescape(line.value)


def test_a_playlist_that_may_have_been_made_is_to_be_looked_for(
    monkeypatch: pytest.MonkeyPatch,
    new_spotify: client.Client,  # noqa: F811
) -> None:
    box = sa.SuggestionBox(history(), client=new_spotify, mode="on_repeat", n=3)
    box._suggest.click()
    box._make.click()
    assert box._make.description == "Make this playlist"

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("spotify_analysis.suggestion_box.create", fail)
    with pytest.raises(ZeroDivisionError):
        box._on_make()
    assert "Look in Spotify whether the playlist is there before you press again" in box._made.value
    # and what would be made is shown again before it is made
    assert box._make.description == "Show what would be made"
    assert box._planned is None


def test_what_did_not_answer_is_named() -> None:
    box = sa.SuggestionBox(history(), mode="deep_cuts")
    box._suggest.click()
    assert "catalogue: skipped, " in box._said.value
    assert box._said.value.count("pass `client=") == 1
    assert box._list.value == ""
    assert not is_shown(box._making)


def test_a_wrong_argument_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"`mode` must be one of on_repeat, .*; not 'best'"):
        sa.SuggestionBox(mode="best")
    for n in (0, 101, True, 2.0, "5"):
        with pytest.raises(ValueError, match="`n` must be a whole number from 1 to 100; not"):
            sa.SuggestionBox(n=n)  # type: ignore[arg-type]


def test_what_is_heard_is_not_in_the_saved_cell() -> None:
    box = sa.SuggestionBox(history(), mode="on_repeat")
    box._suggest.click()
    saved = json.dumps(box._repr_mimebundle_())
    assert "Song" not in saved
    assert "run this cell again" in saved
    assert repr(box) == "<SuggestionBox: on_repeat, 8 suggestions>"
    assert "Song 3" in everything(box._root)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mode": ["mix"]}, "`mode` must be one of"),
        ({"covers": 5}, "`covers` must be tables; not int"),
        ({"covers": ["covers.csv"]}, "`covers` must be tables; not str"),
    ],
)
def test_wrong_arguments_are_named_at_once(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        sa.SuggestionBox(history(), **options)


def test_a_table_with_a_column_twice_is_told_where_it_is_used() -> None:
    plays = history()
    known = top_list(plays)
    box = sa.SuggestionBox(plays, seeds=pd.concat([known, known[["track"]]], axis=1), mode="mix")
    assert not is_shown(box._from)
    box._suggest.click()
    assert "`seeds` has two columns &#x27;track&#x27;" in box._said.value
    assert not box._suggest.disabled


def test_plays_that_are_no_table_cannot_be_measured() -> None:
    box = sa.SuggestionBox("plays.csv", mode="on_repeat")  # type: ignore[arg-type]
    for button in (box._suggest, box._evaluate):
        button.click()
        assert "`history` must be a DataFrame of plays; not str" in box._said.value
