"""What fingers do while it plays: which plays are cut short, when, and by which button.

`life` decides what is heard; this goes through it once more and never changes what counts. Every
play of 30 s or more stays one, of the same track, in the same order. Around them a hand behaves as
hands do in real exports: most skips come within seconds, in bursts, rather with shuffle on, on the
way to work and with tracks that are hardly known; where the music changes, the one before is cut
off by a tap; the back button begins a track anew.
"""

from __future__ import annotations

import math
import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from spotify_analysis.demo.catalogue import Catalogue
from spotify_analysis.demo.listener import days
from spotify_analysis.demo.listener.model import COUNTED_MS, Play

__all__ = ["press"]

_AT_ONCE_MS = 1_500  # a later start is not the next play of the same sitting
_MEMORY = 400  # plays from the same place that shuffle or a thumb may come upon
_ENOUGH = 40

# How restless a hand is, by local hour: hasty on the way to work, at peace at night.
_HASTE = (
    *(0.45, 0.4, 0.4, 0.4, 0.5, 0.8, 1.25, 1.6, 1.45, 1.0, 0.85, 0.85),
    *(1.0, 0.95, 0.85, 0.95, 1.3, 1.5, 1.35, 1.0, 0.9, 0.8, 0.65, 0.5),
)
_BURST = 0.024  # chance of a burst before a play, in an hour of haste 1
_LATE = 0.022  # chance that a track is cut short late, likewise
_WITH_SHUFFLE, _WITHOUT = 1.5, 0.65
_ON_A_SPEAKER = 0.4  # the telephone is in another room
_MOOD_DAYS = 1_500  # there are patient years and others
_TAP = 0.5  # how often what is new was chosen before the old had ended


def press(seed: int, catalogue: Catalogue, plays: Sequence[Play], until_ms: int) -> list[Play]:
    """Let a hand play with the buttons while a life's plays go by.

    Parameters
    ----------
    seed : int
        Seed of the listener; the draws are apart from those of the life.
    catalogue : Catalogue
        What was heard.
    plays : sequence of Play
        Ascending, without overlap.
    until_ms : int
        Nothing ends after this moment, in UTC epoch milliseconds.

    Returns
    -------
    list of Play
        Ascending, without overlap. Those of 30 s or more are those of `plays`, in their order,
        some of them shorter and moments earlier or later; shorter ones came in between.
    """
    hand = _Hand(seed, catalogue)
    sittings = _sittings(plays)
    begins = [*(sitting[0].started_at_ms for sitting in sittings), until_ms]
    pressed: list[Play] = []
    for sitting, next_ms in zip(sittings, begins[1:], strict=True):
        new = hand.sit(sitting)
        # What takes longer than it did may run into what comes next: then the hand kept still.
        pressed += new if new[-1].ended_at_ms < next_ms else sitting
    return pressed


def _sittings(plays: Sequence[Play]) -> list[list[Play]]:
    """Cut plays where a silence lies between them."""
    found: list[list[Play]] = []
    for play in plays:
        if not found or play.started_at_ms - found[-1][-1].ended_at_ms >= _AT_ONCE_MS:
            found.append([])
        found[-1].append(play)
    return found


class _Hand:
    def __init__(self, seed: int, catalogue: Catalogue) -> None:
        self._rng = random.Random(f"{seed}/buttons")  # noqa: S311 - repeatable on purpose
        self._random = self._rng.random
        self._tracks = catalogue.tracks
        self._zones = {country: ZoneInfo(zone) for country, zone in days.ZONES.items()}
        self._home = ZoneInfo(days.HOME_ZONE)
        self._came_by: dict[str | None, deque[str]] = {}  # tracks, by what they were played from
        self._n_heard: Counter[str] = Counter()
        self._dislike: dict[str, float] = {}

    def sit(self, sitting: list[Play]) -> list[Play]:
        """Go through plays that follow on from each other."""
        zone = self._zones.get(sitting[0].country, self._home)
        began = datetime.fromtimestamp(sitting[0].started_at_ms / 1000, UTC).astimezone(zone)
        haste = _HASTE[began.hour] * (
            1 + 0.4 * math.sin(2 * math.pi * began.toordinal() / _MOOD_DAYS)
        )
        if sitting[0].platform == "cast":
            haste *= _ON_A_SPEAKER
        new: list[Play] = []
        reason = sitting[0].reason_start
        moved_ms = 0
        for before, play, after in zip(
            [None, *sitting], sitting, [*sitting[1:], None], strict=False
        ):
            at_ms = play.started_at_ms + moved_ms
            if play.kind == "track" and self._is_restless(before, play, haste):
                for short_id, ms_played, reason_end in self._burst(play):
                    ended_at_ms = at_ms + ms_played
                    short = (short_id, at_ms, ended_at_ms, ms_played, reason, reason_end)
                    new.append(_like(play, *short))
                    at_ms = ended_at_ms + self._rng.randrange(40, 400)
                    reason = self._next(reason_end)
            item_id, ms_played, reason_end = self._ending(play, after, haste)
            ended_at_ms = at_ms + ms_played + play.ended_at_ms - play.started_at_ms - play.ms_played
            new.append(_like(play, item_id, at_ms, ended_at_ms, ms_played, reason, reason_end))
            moved_ms = ended_at_ms - play.ended_at_ms
            if after is not None:
                unchanged = reason_end == play.reason_end
                reason = after.reason_start if unchanged else self._next(reason_end)
            if play.kind == "track" and play.id is not None:
                self._n_heard[play.id] += 1
                self._came_by.setdefault(play.context_uri, deque(maxlen=_MEMORY)).append(play.id)
        return new

    # ------------------------------------------------------------ before a play

    def _is_restless(self, before: Play | None, play: Play, haste: float) -> bool:
        chance = _BURST * haste * (_WITH_SHUFFLE if play.shuffle else _WITHOUT)
        if before is None:
            chance *= 3  # the first one must please
        elif before.reason_end == "backbtn" or before.id == play.id:
            return False  # once more, or over and over: that is what is wanted
        return self._random() < chance

    def _burst(self, play: Play) -> Iterator[tuple[str, int, str]]:
        """What is waved away until a play pleases: track, milliseconds and button of each."""
        around = self._came_by.get(play.context_uri, ())
        if len(around) < _ENOUGH:
            return
        n = 1 + int(self._rng.expovariate(1 / 2.6))
        if self._random() < 0.05:
            n += 3 + int(self._rng.expovariate(1 / 6))  # nothing pleases
        button = self._button(play)
        last = play.id
        for _ in range(n):
            item_id = self._disliked(around, {play.id, last})
            if item_id is None:
                return
            yield item_id, min(self._at_once_ms(), self._tracks[item_id].duration_ms), button
            last = item_id

    def _disliked(self, around: Sequence[str], but: set[str | None]) -> str | None:
        """Draw a track of these, rather one that does not please."""
        found = None
        for _ in range(8):
            item_id = around[int(self._random() * len(around))]
            if item_id not in but:
                found = item_id
                if self._random() * 4 < self._displeasure(item_id):
                    break
        return found

    def _displeasure(self, item_id: str) -> float:
        """How soon a hand is raised against a track: 1 for most."""
        dislike = self._dislike.get(item_id)
        if dislike is None:
            dislike = self._dislike[item_id] = self._rng.lognormvariate(-0.3, 0.8)
        n_heard = self._n_heard[item_id]
        if n_heard < 3:
            return dislike * 1.7  # hardly known
        return dislike * (1.0 if n_heard < 40 else 1.4)  # or worn out

    # ------------------------------------------------------------ the end of a play

    def _ending(self, play: Play, after: Play | None, haste: float) -> tuple[str | None, int, str]:
        """How a play ends now: what it is, its milliseconds, and why."""
        if play.kind != "track" or play.id is None:
            return play.id, play.ms_played, play.reason_end
        duration_ms = self._tracks[play.id].duration_ms
        counts = play.ms_played >= COUNTED_MS
        if play.reason_end in {"fwdbtn", "backbtn"}:
            if counts:
                more_ms = int(self._rng.expovariate(1 / 60_000))
                return play.id, min(duration_ms, COUNTED_MS + more_ms), "fwdbtn"
            if play.reason_end == "backbtn" and after is not None and _is_same_place(play, after):
                # Back, after some seconds, is once more from the beginning.
                return after.id, 3_000 + int(self._random() * 25_000), "backbtn"
            return play.id, min(self._at_once_ms(), duration_ms), "fwdbtn"
        if play.reason_end != "trackdone" or not counts or after is None or after.id == play.id:
            return play.id, play.ms_played, play.reason_end
        left = self._random()
        if _elsewhere(play, after):
            if self._random() < _TAP:
                return play.id, COUNTED_MS + int(left * (duration_ms - COUNTED_MS)), "endplay"
        elif self._random() < self._displeasure(play.id) * _LATE * haste * (
            _WITH_SHUFFLE if play.shuffle else _WITHOUT
        ):
            ms_played = COUNTED_MS + int(left**1.5 * (duration_ms - COUNTED_MS))
            return play.id, ms_played, self._button(play)
        return play.id, play.ms_played, play.reason_end

    def _at_once_ms(self) -> int:
        """How long it takes to know that this is not it: a blink, or a few bars."""
        if self._random() < 0.01:
            return 0
        if self._random() < 0.68:
            ms_played = 500 + self._rng.lognormvariate(7.1, 0.7)
        else:
            ms_played = 1_500 + self._rng.expovariate(1 / 8_500)
        return int(ms_played % COUNTED_MS)

    def _button(self, play: Play) -> str:
        """Forward, or another one in a list, which is what a list is for without shuffle."""
        return "endplay" if not play.shuffle and self._random() < 0.6 else "fwdbtn"

    def _next(self, reason_end: str) -> str:
        """Why the next play begins, where one ended so."""
        if reason_end == "endplay":
            return "clickrow" if self._random() < 0.6 else "playbtn"
        return reason_end


def _like(
    play: Play,
    item_id: str | None,
    started_at_ms: int,
    ended_at_ms: int,
    ms_played: int,
    reason_start: str,
    reason_end: str,
) -> Play:
    """Make a play in the place of another; `dataclasses.replace` takes four times as long."""
    return Play(
        started_at_ms,
        ended_at_ms,
        ms_played,
        play.kind,
        item_id,
        play.platform,
        play.country,
        reason_start,
        reason_end,
        play.shuffle,
        play.offline,
        play.incognito,
        play.context_uri,
    )


def _is_same_place(play: Play, after: Play) -> bool:
    """Tell whether the next play may be that of the same track."""
    goes_on = after.kind == "track" and after.ms_played >= COUNTED_MS
    return goes_on and not _elsewhere(play, after)


def _elsewhere(play: Play, after: Play) -> bool:
    """Tell whether someone went to another place of the app in between."""
    if play.context_uri == after.context_uri:
        return False
    # What was saved and what comes along without a place stand in one list.
    places = (play.context_uri or ":collection", after.context_uri or ":collection")
    return not all(place.endswith(":collection") for place in places)
