from __future__ import annotations

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
