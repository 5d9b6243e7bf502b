from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from spotify_analysis import metrics, tables


def make(rows: Sequence[tuple[str, str | None, str | None, int]], **more: object) -> pd.DataFrame:
    """Return plays: for each row a day, an artist, a title, and how often."""
    each = [(day, artist, track) for day, artist, track, n in rows for _ in range(n)]
    frame = pd.DataFrame(
        {
            "local_day": pd.to_datetime([day for day, _, _ in each]),
            "artist": [artist for _, artist, _ in each],
            "track": [track for _, _, track in each],
            "ms_played": 60_000,
            **more,
        }
    )
    return tables.conform(frame, tables.PLAYS)


def days(column: pd.Series) -> list[str]:
    """Return days as text."""
    return column.dt.strftime("%F").tolist()


@pytest.fixture
def years() -> pd.DataFrame:
    """Three years: Ann always, Bo long ago, Cy at the end, Di once."""
    return make(
        [
            ("2021-03-01", "Ann", "A1", 4),
            ("2021-03-31", "Ann", "A2", 2),
            ("2021-05-10", "Bo", "B1", 6),
            ("2022-07-04", "Ann", "A1", 1),
            ("2022-07-10", "Ann", "A1", 1),
            ("2023-01-05", "Ann", "A3", 2),
            ("2023-02-01", "Cy", "C1", 5),
            ("2023-02-02", "Di", "D1", 1),
        ]
    )


def test_lifetimes(years: pd.DataFrame) -> None:
    lives = metrics.lifetimes(years, n=3)
    assert lives["artist"].tolist() == ["Ann", "Bo", "Cy"]
    assert lives["n_plays"].tolist() == [10, 6, 5]
    assert lives["ms_played"].tolist() == [600_000, 360_000, 300_000]
    ann = lives.iloc[0]
    # 4 July 2022 was a Monday, the 10th the Sunday of the same week
    assert [ann[f"n_{name}"] for name in ("days", "weeks", "months", "years")] == [5, 4, 3, 3]
    assert (ann["best_month_plays"], ann["second_month_plays"]) == (6, 2)
    assert days(lives["best_month"]) == ["2021-03-01", "2021-05-01", "2023-02-01"]
    # July 2022 and January 2023 have two plays each; the earlier one is second
    assert days(lives["second_month"])[0] == "2022-07-01"
    assert lives["second_month"].isna().tolist() == [False, True, True]
    # days after 1 March 2021: 4 x 0, 2 x 30, 490, 496, 2 x 675 make 239.6 on average
    assert days(lives["mean_day"]) == ["2021-10-27", "2021-05-10", "2023-02-01"]


def test_golden_oldies(years: pd.DataFrame) -> None:
    oldies = metrics.golden_oldies(years, min_plays=2, n=1)
    assert oldies[["group", "rank", "artist"]].to_numpy().tolist() == [
        ["golden oldie", 1, "Bo"],
        ["latest discovery", 1, "Cy"],
    ]
    every = metrics.golden_oldies(years, min_plays=1, n=None)
    assert every["artist"].tolist() == ["Bo", "Ann", "Di", "Cy"]
    assert every["rank"].tolist() == [1, 2, 1, 2]


def test_evergreens(years: pd.DataFrame) -> None:
    # 2023 is not completed: the plays end in February
    ever = metrics.evergreens(years)
    assert ever["artist"].tolist() == ["Ann"]
    row = ever.iloc[0]
    assert (row["n_years"], row["least_plays"], row["least_year"]) == (2, 2, 2022)
    assert row["is_in_last_year"]
    done = pd.concat([years, make([("2023-12-31", "Bo", "B1", 1)])], ignore_index=True)
    whole = metrics.evergreens(done)
    assert whole["artist"].tolist() == ["Ann"]
    assert whole["n_years"].tolist() == [3]
    assert whole["is_in_last_year"].isna().all()


def test_no_completed_year_has_no_evergreens(years: pd.DataFrame) -> None:
    assert metrics.evergreens(years.tail(3)).empty


def test_one_hit_wonders(years: pd.DataFrame) -> None:
    ones = metrics.one_hit_wonders(years)
    assert ones[["rank", "artist", "track", "n_plays"]].to_numpy().tolist() == [
        [1, "Bo", "B1", 6],
        [2, "Cy", "C1", 5],
        [3, "Di", "D1", 1],
    ]
    assert metrics.one_hit_wonders(years, n=1)["artist"].tolist() == ["Bo"]


def test_a_track_without_artist_is_nobodys_hit() -> None:
    assert metrics.one_hit_wonders(make([("2021-01-01", None, "A", 3)])).empty


def test_one_and_done(years: pd.DataFrame) -> None:
    done = metrics.one_and_done(years).set_index("of")
    assert done.index.tolist() == ["artists", "tracks", "albums"]
    assert done.loc["artists", ["n", "n_once", "n_one_day"]].tolist() == [4, 1, 3]
    assert done.loc["tracks", ["n", "n_once", "n_one_day"]].tolist() == [6, 1, 5]
    assert done.at["artists", "share_once"] == 0.25
    assert done.at["tracks", "share_plays"] == pytest.approx(1 / 22)
    assert done.loc["albums", "n"] == 0
    assert done.loc["albums", ["share_once", "share_one_day", "share_plays"]].isna().all()


def test_artist_loyalty(years: pd.DataFrame) -> None:
    loyal = metrics.artist_loyalty(years, min_plays=5)
    assert loyal["artist"].tolist() == ["Cy", "Ann", "Bo"]
    ann = loyal.iloc[1]
    # March 2021 to February 2023 are 24 months
    assert (ann["n_months"], ann["n_months_since"], ann["loyalty"]) == (3, 24, 0.125)
    assert (ann["n_tracks"], ann["replay_value"]) == (3, pytest.approx(10 / 3))
    by_replay = metrics.artist_loyalty(years, min_plays=5, by="replay_value")
    assert by_replay["artist"].tolist() == ["Bo", "Cy", "Ann"]
    assert metrics.artist_loyalty(years, min_plays=5, by="n_tracks").at[0, "artist"] == "Ann"


def test_variety(years: pd.DataFrame) -> None:
    found = metrics.variety(years, period="year")
    assert found["n_plays"].tolist() == [12, 2, 8]
    assert found["n_tracks"].tolist() == [3, 1, 3]
    assert found["n_artists"].tolist() == [2, 1, 3]
    assert found["variety"].tolist() == [0.25, 0.5, 0.375]
    assert found["plays_per_track"].tolist() == [4, 2, pytest.approx(8 / 3)]
    assert found["tracks_per_artist"].tolist() == [1.5, 1, 1]
    # all but the first plays of A1, A2, B1; then none new; then A3, C1, D1 are new
    assert found["share_replays"].tolist() == [0.75, 1, 0.625]
    assert found["share_known_artists"].tolist() == [0, 1, 0.25]


def test_variety_of_a_quiet_month_is_not_known(years: pd.DataFrame) -> None:
    months = metrics.variety(years)
    assert len(months) == 24
    assert months["n_plays"].tolist()[1] == 0
    assert months["variety"].isna().tolist()[1]
    assert not months["variety"].isna().tolist()[0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda p: metrics.lifetimes(p, of="shows"), "'tracks' or 'albums'; not 'shows'"),
        (lambda p: metrics.lifetimes(p, n=0), "`n` must be 1 or more"),
        (lambda p: metrics.golden_oldies(p, min_plays=0), "`min_plays` must be 1 or more; not 0"),
        (lambda p: metrics.artist_loyalty(p, by="love"), "'n_tracks'; not 'love'"),
        (lambda p: metrics.variety(p, period="decade"), "not 'decade'"),
        (lambda p: metrics.love_stories(p, few=0), "`few` must be 1 or more; not 0"),
        (lambda p: metrics.brief_obsessions(p, min_share=2), "between 0 and 1; not 2"),
        (lambda p: metrics.brief_obsessions(p, days=0), "`days` must be 1 or more; not 0"),
        (lambda p: metrics.forgotten(p, years=0), "`years` must be 1 or more; not 0"),
        (lambda p: metrics.never_finished(p, min_starts=0), "`min_starts` must be 1 or more"),
        (lambda p: metrics.least_played_of_loved(p, min_tracks=0), "`min_tracks` must be 1"),
    ],
)
def test_wrong_arguments(call: object, says: str, years: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match=says):
        call(years)  # type: ignore[operator]
