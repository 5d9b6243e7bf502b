"""Several calls side by side, ended together: no thread outlives the gathering it belongs to."""

from __future__ import annotations

import concurrent.futures
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

__all__ = ["Bar", "Crew", "Gathered", "StoppedError", "bar", "gather", "is_stopped", "pause"]

T = TypeVar("T")

# After an interrupt the threads' connections are cut, so they end within milliseconds; one that
# stands in a name look-up cannot be woken and is left to end by itself.
_FAREWELL_S = 2.0
# from so many calls on a load says beforehand what it will take
MANY = 50
_current = threading.local()


class StoppedError(Exception):
    """This call was given up because another one of the same gathering failed."""


@dataclass
class Gathered(Generic[T]):
    """What came of several calls.

    Parameters
    ----------
    results : dict of int to T
        Result of each job that ended well, by its place.
    error : BaseException or None
        The first failure; None if all went well.
    """

    results: dict[int, T] = field(default_factory=dict)
    error: BaseException | None = None


class Bar:
    """A progress bar that shows nothing; `bar` gives one that does."""

    def update(self, n: int = 1) -> None:
        """Count calls that ended.

        Parameters
        ----------
        n : int
            How many.
        """

    def close(self) -> None:
        """Take the bar down."""


class _TqdmBar(Bar):
    def __init__(self, label: str, total: int | None, delay_s: float) -> None:
        from tqdm.auto import tqdm

        # tqdm otherwise leaves a monitoring thread behind
        quiet = type("_Bar", (tqdm,), {"monitor_interval": 0})
        self._bar: Any = quiet(
            desc=label, total=total, unit=" calls", delay=delay_s, leave=False, dynamic_ncols=True
        )

    def update(self, n: int = 1) -> None:
        self._bar.update(n)

    def close(self) -> None:
        self._bar.close()


def bar(label: str, total: int | None, *, show: bool, delay_s: float = 1.0) -> Bar:
    """Make a progress bar that appears only if the work takes longer than a second.

    Parameters
    ----------
    label : str
        What is being loaded.
    total : int or None
        Number of calls; None where it is not known.
    show : bool
        False for no bar at all.
    delay_s : float
        Seconds before it appears.

    Returns
    -------
    Bar
        The bar; close it in the end.
    """
    return _TqdmBar(label, total, delay_s) if show else Bar()


def pause(seconds: float, sleep: Callable[[float], None]) -> None:
    """Wait, unless the gathering this thread belongs to is stopped meanwhile.

    Parameters
    ----------
    seconds : float
        How long.
    sleep : callable
        What waits; only `time.sleep` can be woken.

    Raises
    ------
    StoppedError
        If the gathering was stopped.
    """
    stop: threading.Event | None = getattr(_current, "stop", None)
    if stop is None or sleep is not time.sleep:
        sleep(seconds)
    else:
        stop.wait(seconds)
    if stop is not None and stop.is_set():
        raise StoppedError


def is_stopped() -> bool:
    """Tell whether the gathering this thread belongs to has been stopped.

    Returns
    -------
    bool
        False in a thread that belongs to none.
    """
    stop: threading.Event | None = getattr(_current, "stop", None)
    return stop is not None and stop.is_set()


def gather(
    jobs: Sequence[Callable[[], T]],
    *,
    n_threads: int,
    abort: Callable[[], None],
    progress: Bar | None = None,
) -> Gathered[T]:
    """Run jobs side by side, in order of their places, until all are done or one fails.

    Parameters
    ----------
    jobs : sequence of callable
        What to do; each is called once, without arguments.
    n_threads : int
        How many run at the same time.
    abort : callable
        Cuts the connections of jobs that are running; called on an interrupt.
    progress : Bar, optional
        Counts the jobs that end.

    Returns
    -------
    Gathered
        The results so far and the first failure, an interrupt (Ctrl-C) included; the caller
        raises it after saving what is there.
    """
    shown = progress or Bar()
    gathered: Gathered[T] = Gathered()
    stop = threading.Event()

    def run(job: Callable[[], T]) -> T:
        if stop.is_set():
            raise StoppedError
        _current.stop = stop
        try:
            return job()
        finally:
            _current.stop = None

    if n_threads == 1 or len(jobs) < 2:
        for n, job in enumerate(jobs):
            try:
                gathered.results[n] = job()
            except BaseException as exc:  # noqa: BLE001 - handed to the caller, who raises it
                gathered.error = exc
                break
            shown.update()
        return gathered

    pool = concurrent.futures.ThreadPoolExecutor(
        min(n_threads, len(jobs)), thread_name_prefix="spotify"
    )
    places = {pool.submit(run, job): n for n, job in enumerate(jobs)}
    have_ended = True
    try:
        for future in concurrent.futures.as_completed(places):
            failure = future.exception()
            if failure is None:
                gathered.results[places[future]] = future.result()
                shown.update()
            elif gathered.error is None and not isinstance(failure, StoppedError):
                gathered.error = failure
                stop.set()
    except KeyboardInterrupt as interrupt:
        gathered.error = interrupt
        stop.set()
        have_ended = _cut(places, abort)
    finally:
        stop.set()
        pool.shutdown(wait=have_ended, cancel_futures=True)
    for future, n in places.items():
        if future.done() and not future.cancelled() and future.exception() is None:
            gathered.results[n] = future.result()
    return gathered


class Crew:
    """The threads of one client, and the bar that shows how far they are.

    Parameters
    ----------
    n_at_once : int
        How many calls may be on their way at the same time.
    abort : callable
        Cuts the connections of calls that are running.
    shows_progress : bool
        Whether bars are shown.
    on_many : callable, optional
        Told label and number of calls before many of them begin; not where no bars are shown.
    """

    def __init__(
        self,
        n_at_once: int,
        *,
        abort: Callable[[], None],
        shows_progress: bool = True,
        on_many: Callable[[str, int], None] | None = None,
    ) -> None:
        # two threads more than requests at once: they read answers while others are on their way
        self._n_threads = n_at_once + 2 if n_at_once > 1 else 1
        self._abort = abort
        self.shows_progress = shows_progress
        self._on_many = on_many
        self._n_hushed = 0

    @contextlib.contextmanager
    def hushed(self) -> Iterator[None]:
        """Announce nothing meanwhile: what is about to be loaded has been said already.

        Yields
        ------
        None
            While nothing is announced.
        """
        self._n_hushed += 1
        try:
            yield
        finally:
            self._n_hushed -= 1

    def bar(self, label: str, total: int | None) -> Bar:
        """Make a progress bar.

        Parameters
        ----------
        label : str
            What is being loaded.
        total : int or None
            Number of calls; None where it is not known.

        Returns
        -------
        Bar
            The bar; close it in the end.
        """
        is_told = self.shows_progress and not self._n_hushed
        if is_told and self._on_many is not None and total is not None and total >= MANY:
            self._on_many(label, total)
        return bar(label, total, show=self.shows_progress)

    def gather(self, jobs: Sequence[Callable[[], T]], shown: Bar) -> Gathered[T]:
        """Run jobs side by side until all are done or one fails.

        Parameters
        ----------
        jobs : sequence of callable
            What to do.
        shown : Bar
            Counts the jobs that end.

        Returns
        -------
        Gathered
            The results so far and the first failure.
        """
        return gather(jobs, n_threads=self._n_threads, abort=self._abort, progress=shown)

    def run(self, jobs: Sequence[Callable[[], None]], *, label: str) -> None:
        """Run jobs side by side, and raise the first failure.

        Parameters
        ----------
        jobs : sequence of callable
            What to do.
        label : str
            What it is, for the progress bar.
        """
        if not jobs:
            return
        shown = self.bar(label, len(jobs))
        try:
            error = self.gather(jobs, shown).error
        finally:
            shown.close()
        if error is not None:
            raise error


def _cut(futures: Any, abort: Callable[[], None]) -> bool:
    """Wake the threads that are reading until all have ended; False if the time is over first."""
    end = time.monotonic() + _FAREWELL_S
    for future in futures:
        future.cancel()
    while time.monotonic() < end:
        abort()
        if not concurrent.futures.wait(futures, timeout=0.05).not_done:
            return True
    return False
