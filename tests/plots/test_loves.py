from __future__ import annotations

import numpy as np
from matplotlib.dates import date2num

from spotify_analysis import plots, tables


def test_brief_obsessions() -> None:
    table = tables.conform(
        [
            {
                "rank": 1,
                "track": "Alpha",
                "artist": "Ann",
                "n_plays": 20,
                "n_plays_peak": 18,
                "peak_first_day": "2021-03-09",
            }
        ],
        tables.BRIEF_OBSESSIONS,
    )
    ax = plots.brief_obsessions(tables.note(table, days=30))
    assert [bar.get_width() for bar in ax.containers[0]] == [18]
    said = {text.get_gid(): text.get_text() for text in ax.texts}
    assert (said["name"], said["beside"], said["value"]) == ("Alpha", "Mar 2021, Ann", "18 of 20")
    assert "Plays within 30 days, of all" in [text.get_text() for text in ax.texts]


def test_love_stories() -> None:
    lives = {"first_day": "2020-01-01", "last_day": "2024-05-01", "n_plays": 40}
    stories = {
        "rediscovery": (7, 200),
        "fresh find": (6, 0),
        "obsession": (30, 1),
        "forgotten favourite": (0, 1400),
    }
    table = tables.conform(
        [
            {"story": story, "rank": 1, "artist": story.title(), **lives}
            | {"n_plays_lately": lately, "silent_days": silent}
            for story, (lately, silent) in stories.items()
        ],
        tables.LOVE_STORIES,
    )
    ax = plots.love_stories(tables.note(table, of="artists", lately_days=30))
    said = [text.get_text() for text in ax.texts if text.get_gid() == "value"]
    assert said == ["7 lately, after 200 days", "6 lately", "30 lately", "silent 1,400 days"]
    # the rails of all rows, and a life of a colour for each story
    _, lives_drawn = ax.collections
    assert len({tuple(colour) for colour in lives_drawn.get_colors()}) == 4
    assert "lately: the last 30 days" in " ".join(text.get_text() for text in ax.texts)


def test_forgotten() -> None:
    rows = [
        ("Alpha", "Ann", 40, "2019-02-03", "2020-05-06"),
        ("Beta", "Bo", 30, "2018-01-01", "2018-01-01"),
    ]
    table = tables.conform(
        [
            {"rank": n, "track": track, "artist": artist, "n_plays": plays}
            | {"first_day": first, "last_day": last}
            for n, (track, artist, plays, first, last) in enumerate(rows, 1)
        ],
        tables.FORGOTTEN,
    )
    facts = {"of": "tracks", "years": 3, "since": "2018-01-01", "until": "2024-01-01"}
    ax = plots.forgotten(tables.note(table, **facts))
    said = [text.get_text() for text in ax.texts if text.get_gid() == "value"]
    assert said == ["40 plays, not since May 2020", "30 plays, not since Jan 2018"]
    # behind the lives lie rails up to the last day of all plays
    rails, lives = ax.collections
    ends = [path.vertices[:, 0].tolist() for path in lives.get_paths()]
    assert ends[0] == [date2num(np.datetime64(day)) for day in ("2019-02-03", "2020-05-07")]
    assert rails.get_paths()[0].vertices[1, 0] == date2num(np.datetime64("2024-01-02"))
    assert "not played for 3 years or more" in " ".join(text.get_text() for text in ax.texts)
    few = plots.forgotten(tables.note(table, **facts), n=1)
    assert [text.get_text() for text in few.texts if text.get_gid() == "name"] == ["Alpha"]
