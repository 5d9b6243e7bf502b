from __future__ import annotations

import pandas as pd
import pytest

from spotify_analysis import metrics, tables

MINUTE = 60_000

# day and hour of 2024, minutes, show, episode, end
_EPISODES = [
    ("01-01 08", 20, "Talk", "One", "endplay"),
    ("01-01 18", 10, "Talk", "One", "trackdone"),
    ("01-02 08", 30, "Talk", "Two", "logout"),
    ("03-05 08", 50, "Walk", "One", "trackdone"),
    ("03-05 09", None, "Walk", None, None),
    ("03-06 08", 5, None, "Lost", None),
]
# minute of 1 May 2024 (or of the 3rd), minutes, book, chapter, end
_CHAPTERS = [
    ("2024-05-01 20:00", 20, "Book", "1", "trackdone"),
    # 29 minutes later: the same sitting
    ("2024-05-01 20:49", 10, "Book", "2", "endplay"),
    ("2024-05-01 21:00", 15, "Atlas", "A", "trackdone"),
    # 30 minutes of silence of this book: a new one
    ("2024-05-01 21:29", 10, "Book", "2", "trackdone"),
    ("2024-05-03 20:00", 40, "Book", "3", None),
]


@pytest.fixture
def podcasts() -> pd.DataFrame:
    """Return six plays of two podcasts and of a lost one."""
    return tables.conform(
        [
            {
                "kind": "episode",
                "local_day": f"2024-{when[:5]}",
                "local_hour": int(when[6:]),
                "ms_played": None if minutes is None else minutes * MINUTE,
                "show": show,
                "episode": episode,
                "reason_end": end,
            }
            for when, minutes, show, episode, end in _EPISODES
        ],
        tables.PLAYS,
    )


@pytest.fixture
def books() -> pd.DataFrame:
    """Return five plays of two audiobooks."""
    rows = []
    for start, minutes, book, chapter, end in _CHAPTERS:
        began = pd.Timestamp(start, tz="UTC")
        rows.append(
            {
                "kind": "audiobook",
                "started_at": began,
                "ended_at": began + pd.Timedelta(minutes=minutes),
                "local_day": start[:10],
                "ms_played": minutes * MINUTE,
                "audiobook": book,
                "chapter": chapter,
                "reason_end": end,
            }
        )
    return tables.conform(rows, tables.PLAYS)


def test_top_shows(podcasts: pd.DataFrame) -> None:
    found = metrics.top_shows(podcasts)
    assert found["show"].tolist() == ["Talk", "Walk"]
    assert found["ms_played"].tolist() == [60 * MINUTE, 50 * MINUTE]
    assert found["share"].tolist() == pytest.approx([60 / 110, 50 / 110])
    assert found["n_plays"].tolist() == [3, 2]
    assert found["n_episodes"].tolist() == [2, 1]
    assert found["first_day"].dt.day.tolist() == [1, 5]
    assert found["last_day"].dt.day.tolist() == [2, 5]
    by_plays = metrics.top_shows(podcasts, n=1, by="plays")
    assert by_plays["share"].tolist() == [0.6]
    assert by_plays.attrs["by"] == "plays"


def test_top_episodes(podcasts: pd.DataFrame) -> None:
    found = metrics.top_episodes(podcasts)
    # Walk's, then two of half an hour in the order of titles, then one whose show is gone
    assert found["episode"].tolist() == ["One", "One", "Two", "Lost"]
    assert found["show"].fillna("gone").tolist() == ["Walk", "Talk", "Talk", "gone"]
    assert found["n_plays"].tolist() == [1, 2, 1, 1]
    # the second part ran to the end; how the last play ended is not known
    assert found["is_finished"].tolist() == [True, True, False, pd.NA]


@pytest.mark.parametrize("metric", [metrics.top_shows, metrics.top_episodes])
def test_wrong_rankings(metric: object, podcasts: pd.DataFrame) -> None:
    assert callable(metric)
    with pytest.raises(ValueError, match="`by` must be 'plays' or 'time'; not 'mood'"):
        metric(podcasts, by="mood")
    with pytest.raises(ValueError, match="`n` must be 1 or more, or None for all; not 0"):
        metric(podcasts, n=0)


def test_listening_by_kind(plays: pd.DataFrame) -> None:
    found = metrics.listening_by_kind(plays)
    assert found["period_start"].dt.month.tolist() == [12, 12, 1, 1]
    assert found["kind"].tolist() == ["track", "episode"] * 2
    assert found["n_plays"].tolist() == [2, 0, 4, 1]
    # no podcast in December took no time; three timed tracks of 11 minutes and an hour of talk
    assert found["ms_played"].tolist() == [10 * MINUTE, 0, 11 * MINUTE, 60 * MINUTE]
    assert found["share_plays"].tolist() == [1, 0, 0.8, 0.2]
    assert found["share_time"].tolist() == pytest.approx([1, 0, 11 / 71, 60 / 71])
    with pytest.raises(ValueError, match="`period` must be"):
        metrics.listening_by_kind(plays, period="decade")  # type: ignore[arg-type]


def test_kinds_stand_in_one_order(podcasts: pd.DataFrame, books: pd.DataFrame) -> None:
    both = pd.concat([books, podcasts])
    found = metrics.listening_by_kind(both, period="year")
    assert found["kind"].tolist() == ["episode", "audiobook"]
    assert found["n_plays"].tolist() == [6, 5]


def test_hours_by_kind(plays: pd.DataFrame) -> None:
    found = metrics.hours_by_kind(plays)
    assert len(found) == 48
    assert found["kind"].tolist() == ["track"] * 24 + ["episode"] * 24
    heard = found[found["n_plays"] > 0].set_index(["kind", "local_hour"])
    assert heard["n_plays"].to_dict() == {
        ("track", 0): 1,
        ("track", 1): 1,
        ("track", 9): 2,
        ("track", 23): 2,
        ("episode", 9): 1,
    }
    assert heard["share_plays"].tolist() == pytest.approx([1 / 6, 1 / 6, 2 / 6, 2 / 6, 1])
    assert heard["share_time"].tolist() == pytest.approx([3 / 21, 3 / 21, 5 / 21, 10 / 21, 1])


def test_show_loyalty(podcasts: pd.DataFrame) -> None:
    found = metrics.show_loyalty(podcasts)
    assert found["show"].tolist() == ["Talk", "Walk"]
    assert found["n_started"].tolist() == [2, 1]
    assert found["n_finished"].tolist() == [1, 1]
    assert found["finished_share"].tolist() == [0.5, 1]
    # the play of Walk without an episode is not counted
    assert found["n_plays"].tolist() == [3, 1]
    assert found["ms_played"].tolist() == [60 * MINUTE, 50 * MINUTE]
    assert found["plays_per_episode"].tolist() == [1.5, 1]
    assert found["n_days_active"].tolist() == [2, 1]
    unknown = metrics.show_loyalty(podcasts.assign(reason_end=pd.NA))
    assert unknown["finished_share"].isna().all()


def test_new_shows(podcasts: pd.DataFrame) -> None:
    found = metrics.new_shows(pd.concat([podcasts, podcasts.head(1)]))
    assert found["period_start"].dt.month.tolist() == [1, 2, 3]
    assert found["n_shows"].tolist() == [1, 0, 1]
    assert found["n_new_shows"].tolist() == [1, 0, 1]
    assert found["n_shows_so_far"].tolist() == [1, 1, 2]
    # two episodes called "One" of two shows are two; one without a title is none
    assert found["n_new_episodes"].tolist() == [2, 0, 1]
    again = podcasts.head(1).assign(local_day=pd.Timestamp("2024-03-31"))
    later = metrics.new_shows(pd.concat([podcasts, again]))
    assert later["n_known_shows"].tolist() == [0, 0, 1]
    assert later["n_known_episodes"].tolist() == [0, 0, 1]
    assert later["n_episodes_so_far"].tolist() == [2, 2, 3]


def test_audiobook_progress(books: pd.DataFrame) -> None:
    found = metrics.audiobook_progress(books.iloc[::-1]).set_index("audiobook")
    assert found["rank"].to_dict() == {"Atlas": 1, "Book": 2}
    book = found.loc["Book"]
    assert (book["n_chapters"], book["n_finished"]) == (3, 2)
    assert book["n_plays"] == 4
    assert book["ms_played"] == 80 * MINUTE
    assert book["n_sittings"] == 3
    assert book["n_days_active"] == 2
    assert (book["first_day"].day, book["last_day"].day, book["n_days"]) == (1, 3, 3)
    assert found.at["Atlas", "n_sittings"] == 1


def test_a_book_without_times_or_chapters() -> None:
    plays = tables.conform([{"audiobook": "Book", "local_day": "2024-05-01"}], tables.PLAYS)
    row = metrics.audiobook_progress(plays).iloc[0]
    assert row["n_chapters"] == row["n_finished"] == row["n_sittings"] == 0
    assert pd.isna(row["ms_played"])
