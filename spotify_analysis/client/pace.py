"""When the next call may go: Spotify's pauses, a rolling window, and the user's own daily budget.

Spotify counts calls in a rolling window of 30 seconds per app, and in a longer one per developer
account; it publishes neither number. So all kernels of an account share one `Ledger`: a refusal
seen by one stops all, and together they keep to one window.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from spotify_analysis.client.ledger import Kept, Ledger

__all__ = ["RATE", "SEEN_REFUSED", "Pace", "Plan", "Turn"]

WINDOW_S = 30.0
# Calls a window that Spotify has not been seen to refuse in development mode; unpublished. Evenly
# spread or in bursts makes no difference to it (benchmarks/paging.py), so the window is the pace.
RATE = 90
# The fewest calls within 24 hours after which a development app was reported refused (September
# 2026); Spotify publishes no number.
SEEN_REFUSED = 1_100
# the first guess at how long an answer takes
_ANSWER_S = 0.2
# turns further ahead than this were written by a clock that has been put back since
_AHEAD_S = 3_600.0
_HOUR_S = 3_600.0
_DAY_H = 24


@dataclass(frozen=True, slots=True)
class Turn:
    """When a call may be sent.

    Parameters
    ----------
    wait_s : float
        Seconds to wait before it.
    paused_s : float
        How much of that Spotify asked for.
    refused_s : float or None
        It may not be sent at all for so long; None if it may.
    is_quota : bool
        Whether that is because the developer account's quota is used up.
    is_own : bool
        Whether that is the user's own budget, and not Spotify's word.
    """

    wait_s: float = 0.0
    paused_s: float = 0.0
    refused_s: float | None = None
    is_quota: bool = False
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a load will take.

    Parameters
    ----------
    label : str
        What is loaded.
    n_calls : int
        Calls needed.
    expected_s : float
        About how long they take, in seconds, waits for the pace included.
    n_used : int
        Calls of the developer account in the last 24 hours, as far as this computer saw them.
    n_allowed : int or None
        Calls in 24 hours that are allowed: the user's own budget, or what Spotify was seen to
        allow; None if neither is known.
    is_own : bool
        Whether that number is the user's own budget.
    resume_at : datetime or None
        When calls may go on, if Spotify has asked for a pause.
    """

    label: str
    n_calls: int
    expected_s: float
    n_used: int
    n_allowed: int | None = None
    is_own: bool = False
    resume_at: datetime | None = None

    @property
    def n_left(self) -> int | None:
        """Calls the budget still allows; None if it is not known."""
        return None if self.n_allowed is None else max(self.n_allowed - self.n_used, 0)

    @property
    def fits(self) -> bool | None:
        """Whether the budget allows it; None if it is not known."""
        return None if self.n_left is None else self.n_calls <= self.n_left

    def __str__(self) -> str:
        calls = "1 call" if self.n_calls == 1 else f"{self.n_calls:,} calls"
        said = f"{self.label}: {calls} of Spotify to make, {_about(self.expected_s)}."
        if self.resume_at is not None:
            said += (
                f" Spotify has asked for a pause until {self.resume_at:%Y-%m-%d %H:%M:%S} UTC: "
                "nothing is sent before."
            )
        if self.fits is None:
            if self.n_used + self.n_calls > SEEN_REFUSED:
                said += (
                    f" With {self.n_used:,} in the last 24 hours that may be more than Spotify "
                    f"allows: it publishes no number, and has refused after {SEEN_REFUSED:,}."
                )
        elif self.is_own:
            said += f" Your budget of {self.n_allowed:,} a day allows {self.n_left:,} more."
        else:
            said += (
                f" Spotify stopped this developer account at {self.n_allowed:,} calls a day "
                f"before; {self.n_used:,} were made in the last 24 hours."
            )
        if self.fits is False or self.resume_at is not None:
            said += " What comes before a stop is kept, and the same call goes on from there."
        return said


class Pace:
    """Gives calls their turn; the same for all threads and processes that share a ledger.

    Parameters
    ----------
    ledger : Ledger
        What is shared.
    per_window : int
        Calls allowed in a rolling window of 30 seconds; 0 does not limit.
    per_day : int
        Calls allowed in 24 hours; 0 does not limit.
    n_at_once : int
        How many calls may be on their way at the same time.
    now : callable
        Gives seconds since 1970.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        per_window: int = 0,
        per_day: int = 0,
        n_at_once: int = 4,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.ledger = ledger
        self.per_window = per_window
        self.per_day = per_day
        self.now = now
        self._n_at_once = n_at_once

    def today(self) -> str:
        """Name the day it is.

        Returns
        -------
        str
            ``YYYY-MM-DD``, UTC.
        """
        return f"{datetime.fromtimestamp(self.now(), UTC):%Y-%m-%d}"

    def take(self, max_wait_s: float, *, despite_pause: bool = False) -> Turn:
        """Take the next turn, or learn that there is none.

        Parameters
        ----------
        max_wait_s : float
            The longest wait Spotify may ask for.
        despite_pause : bool
            Send it all the same.

        Returns
        -------
        Turn
            When to send.
        """
        today = self.today()

        def take(kept: Kept) -> Turn:
            return self._take(kept, max_wait_s, despite_pause)

        if self.per_window or self.per_day:
            return self.ledger.change(take, today=today)
        # without limits nothing has to be settled with others before the call
        turn = self.ledger.glance(take, today=today)
        if turn.refused_s is None:
            self.ledger.later(self._count, today=today)
        return turn

    def _take(self, kept: Kept, max_wait_s: float, despite_pause: bool) -> Turn:
        now = self.now()
        paused_s = 0.0 if despite_pause else _paused_s(kept, now)
        if paused_s > 0 and (kept.is_quota or paused_s > max_wait_s):
            return Turn(refused_s=paused_s, is_quota=kept.is_quota)
        hour = int(now // _HOUR_S)
        n_used = _used(kept, hour)
        if self.per_day and n_used >= self.per_day and not despite_pause:
            resume_at = _free_again(kept, n_used - self.per_day + 1)
            return Turn(refused_s=max(resume_at - now, 1.0), is_quota=True, is_own=True)
        at = now + paused_s
        if self.per_window:
            kept.sent = sorted(t for t in kept.sent if now - WINDOW_S < t < now + _AHEAD_S)
            if len(kept.sent) >= self.per_window:
                at = max(at, kept.sent[-self.per_window] + WINDOW_S)
            kept.sent.append(at)
        if self.per_window or self.per_day:
            self._count(kept)
        return Turn(wait_s=at - now, paused_s=paused_s)

    def _count(self, kept: Kept) -> None:
        hour = int(self.now() // _HOUR_S)
        kept.hours = {h: n for h, n in kept.hours.items() if hour - _DAY_H < h <= hour}
        kept.hours[hour] = kept.hours.get(hour, 0) + 1

    def refuse(self, wait_s: float | None, *, is_quota: bool) -> None:
        """Note that Spotify has refused a call as one too many.

        Parameters
        ----------
        wait_s : float or None
            Seconds it asked for; None if it did not say.
        is_quota : bool
            Whether the developer account's quota is used up.
        """

        def note(kept: Kept) -> None:
            now = self.now()
            if is_quota:
                # the refused call itself was not answered
                kept.quota_seen = max(_used(kept, int(now // _HOUR_S)) - 1, 0) or kept.quota_seen
            if wait_s is not None and now + wait_s > now + _paused_s(kept, now):
                kept.go_on_at, kept.wait_s, kept.refused_at = now + wait_s, wait_s, now
                kept.is_quota = is_quota

        self.ledger.change(note, today=self.today())

    def forget_pause(self) -> None:
        """Forget what Spotify asked for."""

        def forget(kept: Kept) -> None:
            kept.go_on_at, kept.wait_s, kept.is_quota = 0.0, 0.0, False

        self.ledger.change(forget, today=self.today())

    def plan(self, label: str, n_calls: int) -> Plan:
        """Tell what calls will take.

        Parameters
        ----------
        label : str
            What is loaded.
        n_calls : int
            How many calls.

        Returns
        -------
        Plan
            Calls, time, and whether the budget allows it.
        """
        return self.ledger.change(lambda kept: self._plan(kept, label, n_calls), today=self.today())

    def _plan(self, kept: Kept, label: str, n_calls: int) -> Plan:
        now = self.now()
        answer_s = _ANSWER_S if kept.answer_s is None else kept.answer_s
        expected_s = math.ceil(n_calls / self._n_at_once) * answer_s
        if self.per_window:
            recent = sum(now - WINDOW_S < t < now + _AHEAD_S for t in kept.sent)
            beyond = n_calls - max(self.per_window - recent, 0)
            if beyond > 0:
                expected_s = max(expected_s, math.ceil(beyond / self.per_window) * WINDOW_S)
        paused_s = _paused_s(kept, now)
        return Plan(
            label=label,
            n_calls=n_calls,
            expected_s=expected_s,
            n_used=_used(kept, int(now // _HOUR_S)),
            n_allowed=self.per_day or kept.quota_seen,
            is_own=bool(self.per_day),
            resume_at=datetime.fromtimestamp(now + paused_s, UTC) if paused_s > 0 else None,
        )


def _paused_s(kept: Kept, now: float) -> float:
    # a clock that was put back makes no pause longer than it was
    return max(min(kept.go_on_at - now, kept.wait_s), 0.0)


def _used(kept: Kept, hour: int) -> int:
    return sum(n for h, n in kept.hours.items() if hour - _DAY_H < h <= hour)


def _free_again(kept: Kept, n_too_many: int) -> float:
    """Say when so many calls lie more than 24 hours back."""
    for hour in sorted(kept.hours):
        n_too_many -= kept.hours[hour]
        if n_too_many <= 0:
            return (hour + _DAY_H) * _HOUR_S
    return 0.0


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(round(seconds), 1)} s"
    if seconds < 5_400:
        return f"about {seconds / 60:.0f} min"
    return f"about {seconds / 3600:.1f} h"
