"""The rules that have a name: Spotify's, Last.fm's, and those of today's tools.

Each follows what its owner says or does, as read in late 2026 at the address it names, as far as
the rows of an export still tell. What cannot be followed stands in ``docs/counting.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis.counting import against
from spotify_analysis.counting.model import FrameReason, Rule

__all__ = ["RULES", "rule_named"]

_GITHUB = "https://github.com/"
_TRACK = against.not_one_of(["track"])
_HALF_MINUTE_MS = 30_000


def _maloja_doubles(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Find what maloja takes for one play: the same second, or nearly so and just as long."""
    started = rows.assign(started_at=rows["started_at"].dt.floor("s"))
    known = started["started_at"].notna()
    again = started.duplicated(["started_at", "artist", "track"]) & known
    held: npt.NDArray[np.bool_] = again.to_numpy(copy=True)
    nearly = against.close_by(29, ("uri", "ms_played"), "")
    held[~held] = nearly.holds(rows.loc[~held])
    return held


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule("every", "every row, however short", (), "nobody leaves out anything"),
            Rule(
                "spotify",
                "30 s or longer",
                (against.UNKNOWN, against.shorter_than(_HALF_MINUTE_MS)),
                "Spotify's play counts",
                "https://support.spotify.com/artists/article/how-we-count-streams/",
            ),
            Rule(
                "wrapped",
                "longer than 30 s, not private, 1 January to 15 November",
                (
                    against.UNKNOWN,
                    against.PRIVATE,
                    against.longer_needed(_HALF_MINUTE_MS),
                    against.out_of_season((1, 1), (11, 15)),
                ),
                "Spotify Wrapped",
                "https://newsroom.spotify.com/2025-wrapped/",
            ),
            Rule(
                "lastfm",
                "half of the track or 4 min",
                (_TRACK, against.NAMELESS, *against.NOT_LASTFM),
                "Last.fm",
                "https://www.last.fm/api/scrobbling",
            ),
            Rule(
                "finished",
                "played to the end",
                (against.UNKNOWN, *against.UNFINISHED),
                "no tool; what the export itself calls trackdone",
            ),
            Rule(
                "koito",
                "tracks played to the end",
                (*against.UNFINISHED[1:], _TRACK, against.NAMELESS),
                "Koito",
                f"{_GITHUB}gabehf/Koito internal/importer/spotify.go",
            ),
            Rule(
                "lastfm-stats-web",
                "tracks longer than 30 s, equal rows once",
                (
                    _TRACK,
                    against.longer_needed(_HALF_MINUTE_MS),
                    against.same_values(("track", "artist", "album")),
                ),
                "lastfm-stats-web (spotifystats.app)",
                f"{_GITHUB}felhag/lastfm-stats-web",
            ),
            Rule(
                "listenbrainz",
                "tracks, not private; under 30 s only if finished",
                (
                    against.PRIVATE,
                    against.short_and_cut(_HALF_MINUTE_MS),
                    _TRACK,
                    against.NAMELESS,
                ),
                "ListenBrainz",
                f"{_GITHUB}metabrainz/listenbrainz-server "
                "listenbrainz/background/listens_importer/spotify.py",
            ),
            Rule(
                "maloja",
                "tracks of 30 s or longer, near doubles once",
                (
                    _TRACK,
                    against.NAMELESS,
                    against.shorter_than(_HALF_MINUTE_MS),
                    FrameReason(
                        "a double: the same start, or within 30 s and just as long",
                        _maloja_doubles,
                        ("started_at", "ended_at", "artist", "track", "uri", "ms_played"),
                    ),
                ),
                "maloja",
                f"{_GITHUB}krateng/maloja maloja/proccontrol/tasks/import_scrobbles.py",
            ),
            Rule(
                "memory.fm",
                "tracks played to the end and for 60 s or longer",
                (_TRACK, against.shorter_than(60_000), *against.UNFINISHED[1:]),
                "memory.fm",
                "the package memory.fm, 0.8.5",
            ),
            Rule(
                "music-data",
                "tracks played for 80 % of their length",
                (_TRACK, *against.part_played(0.8)),
                "music-data (a quality play)",
                f"{_GITHUB}TheDeLay/music-data scripts/score.py",
            ),
            Rule(
                "piebro",
                "tracks played to the end",
                (_TRACK, *against.UNFINISHED[1:]),
                "piebro/spotify-statistics (a full play)",
                f"{_GITHUB}piebro/spotify-statistics",
            ),
            Rule(
                "rowan-smith",
                "tracks of 30 s or longer, not skipped",
                (
                    against.same_values(("ms_played", "track", "artist")),
                    _TRACK,
                    against.shorter_than(_HALF_MINUTE_MS),
                    against.SKIPPED_RAW,
                ),
                "rowan-smith's analysis, first view",
                f"{_GITHUB}rowan-smith/Spotify-Extended-Streaming-History-Analysis "
                "analysis/src/content/assumptions.ts",
            ),
            Rule(
                "rowan-smith-wrapped",
                "tracks longer than 30 s, not skipped or private, to 15 November",
                (
                    against.same_values(("ms_played", "track", "artist")),
                    _TRACK,
                    against.longer_needed(_HALF_MINUTE_MS),
                    against.SKIPPED_RAW,
                    against.PRIVATE,
                    against.out_of_season((1, 1), (11, 15)),
                ),
                "rowan-smith's analysis, its Wrapped mode",
                f"{_GITHUB}rowan-smith/Spotify-Extended-Streaming-History-Analysis "
                "analysis/src/analysis/filters.ts",
            ),
            Rule(
                "spotify-stats-tracker",
                "tracks of 1 s or longer",
                (_TRACK, against.NAMELESS, against.shorter_than(1_000)),
                "SpotifyStatsTracker",
                f"{_GITHUB}i7Gamer/SpotifyStatsTracker "
                "Database/Importers/StreamingHistoryImporter.py",
            ),
            Rule(
                "streaming-history",
                "tracks of 30 s or longer",
                (_TRACK, against.NAMELESS, against.shorter_than(_HALF_MINUTE_MS)),
                "streaming-history (Cakeculator), as it is set at first",
                f"{_GITHUB}Fauxdono/streaming-history app/components/streaming/aggregate.js",
            ),
            Rule(
                "your_spotify",
                "tracks of 30 s or longer, at most one a minute",
                (
                    _TRACK,
                    against.NAMELESS,
                    against.shorter_than(_HALF_MINUTE_MS),
                    against.close_by(60, (), "ended within 60 s of a play that counts"),
                ),
                "your_spotify",
                f"{_GITHUB}Yooooomi/your_spotify apps/server/src/tools/importers/full_privacy.ts",
            ),
            Rule(
                "zachlagden",
                "every row, equal rows once",
                (against.same_values(against.SAME_ROW),),
                "Spotify-Listening-Insights",
                f"{_GITHUB}zachlagden/Spotify-Listening-Insights",
            ),
        )
    }
)


def rule_named(name: str | Rule) -> Rule:
    """Return a counting rule.

    Parameters
    ----------
    name : str or Rule
        ``"every"``: each row is a play. ``"spotify"``: 30 s or longer of a known track, episode
        or audiobook chapter; exactly 30 s counts. Skipped and private plays count as well if they
        are long enough, as they do in Spotify's own play counts. ``"wrapped"``, ``"lastfm"``,
        ``"finished"`` and the rules of other tools: see `RULES`. A rule of your own, see `rule`,
        is returned as it is.

    Returns
    -------
    Rule
        Its name, words and reasons.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    if isinstance(name, Rule):
        return name
    try:
        return RULES[name]
    except (KeyError, TypeError):
        raise ValueError(
            f"`rule` must be one of {', '.join(map(repr, RULES))}, or a rule made by "
            f"counting.rule; not {name!r}."
        ) from None
