"""When calls may go: one pause, one window and one budget for all kernels of an account."""

from __future__ import annotations

import json
import logging
import multiprocessing
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import client, errors, tables
from spotify_analysis.client.ledger import Ledger
from spotify_analysis.client.pace import Pace
from spotify_analysis.client.usage import Usage, frame

Connect = Callable[..., client.Client]
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC).timestamp()


class Clock:
    """A clock that a test moves; waiting moves it, too."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "calls"


def pace(folder: Path | None, clock: Clock, **limits: int) -> Pace:
    return Pace(Ledger(folder, ("server", "")), now=clock, **limits)


class TestWindow:
    def test_calls_beyond_the_window_wait_for_the_first_to_leave_it(
        self, folder: Path, clock: Clock
    ) -> None:
        one = pace(folder, clock, per_window=3)
        waits = []
        for _ in range(4):
            waits.append(one.take(60).wait_s)
            clock.sleep(1)
        # calls at 0, 1 and 2 s; the one at 3 s waits until that of 0 s is 30 s old
        assert waits == [0, 0, 0, 27]
        assert one.take(60).wait_s == 27  # at 4 s: that of 1 s is 30 s old at 31 s

    def test_two_kernels_share_it(self, folder: Path, clock: Clock) -> None:
        one, other = (pace(folder, clock, per_window=2) for _ in range(2))
        assert [one.take(60).wait_s, other.take(60).wait_s, one.take(60).wait_s] == [0, 0, 30]

    def test_developer_accounts_and_servers_do_not(self, folder: Path, clock: Clock) -> None:
        ledgers = [Ledger(folder, account) for account in (("a", ""), ("a", "x"), ("b", ""))]
        assert [Pace(one, per_window=1, now=clock).take(60).wait_s for one in ledgers] == [0] * 3

    def test_a_clock_that_is_put_back_holds_nobody_up(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock, per_window=1)
        one.take(60)
        clock.at -= 7_200
        assert one.take(60).wait_s == 0

    def test_without_a_limit_nothing_waits(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock)
        assert {one.take(60).wait_s for _ in range(300)} == {0}

    def test_processes_share_it(self, folder: Path) -> None:
        start = multiprocessing.get_context("spawn")
        kernels = [start.Process(target=take_turns, args=(folder, 50)) for _ in range(2)]
        for one in kernels:
            one.start()
        for one in kernels:
            one.join(300)
        assert [one.exitcode for one in kernels] == [0, 0]
        kept = json.loads(next(folder.glob("*.calls")).read_text())
        assert sum(kept["hours"].values()) == 100
        sent = kept["sent"]
        assert len(sent) == 100
        # no 30 seconds hold more than 40 of them
        assert all(sent[n + 40] - sent[n] >= 30 - 1e-6 for n in range(60))


def take_turns(folder: Path, n: int) -> None:
    one = Pace(Ledger(folder, ("server", "")), per_window=40)
    for _ in range(n):
        one.take(60)


class TestPause:
    def test_all_kernels_stop_at_a_quota_and_go_on_after_it(
        self, folder: Path, clock: Clock
    ) -> None:
        one, other = pace(folder, clock), pace(folder, clock)
        assert other.take(60).refused_s is None
        one.refuse(50_000, is_quota=True)
        turn = other.take(60)
        assert (turn.refused_s, turn.is_quota, turn.is_own) == (50_000, True, False)
        clock.sleep(49_999)
        assert other.take(86_400).refused_s == 1  # however long a wait is allowed
        clock.sleep(1)
        assert other.take(60).refused_s is None

    def test_a_short_pause_is_waited_out_by_all(self, folder: Path, clock: Clock) -> None:
        one, other = pace(folder, clock), pace(folder, clock)
        one.refuse(20, is_quota=False)
        clock.sleep(5)
        assert (other.take(60).wait_s, other.take(60).paused_s) == (15, 15)
        assert other.take(10).refused_s == 15

    def test_a_shorter_pause_does_not_end_a_longer_one(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock)
        one.refuse(5_000, is_quota=True)
        one.refuse(2, is_quota=False)
        assert one.take(60).refused_s == 5_000

    def test_a_clock_that_is_put_back_prolongs_no_pause(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock)
        one.refuse(100, is_quota=True)
        clock.at -= 7_200
        assert one.take(60).refused_s == 100

    def test_it_can_be_forgotten(self, folder: Path, clock: Clock) -> None:
        one, other = pace(folder, clock), pace(folder, clock)
        one.refuse(5_000, is_quota=True)
        assert one.take(60, despite_pause=True).refused_s is None
        other.forget_pause()
        assert one.take(60).refused_s is None


class TestBudget:
    def test_calls_of_the_last_24_hours_count(self, folder: Path, clock: Clock) -> None:
        one, other = (pace(folder, clock, per_day=5) for _ in range(2))
        for _ in range(3):
            one.take(60)
        clock.sleep(3_600)
        for _ in range(2):
            assert other.take(60).refused_s is None
        turn = one.take(60)
        assert (turn.is_own, turn.is_quota) == (True, True)
        # the three of noon are counted by the hour, and leave at noon
        assert turn.refused_s == 23 * 3_600
        clock.sleep(23 * 3_600)
        assert one.take(60).refused_s is None

    def test_the_client_says_whose_budget_it_is(self, connect: Connect, stub: Any) -> None:
        stub.serve_list("me/tracks", [{"id": str(n)} for n in range(500)])
        spotify = connect(workers=1)
        spotify._pace.per_day = 4
        with pytest.raises(errors.QuotaExceededError, match=r"own budget of 4 calls") as caught:
            spotify.pages("me/tracks")
        assert len(stub.asked) == 4
        assert (caught.value.n_loaded, caught.value.n_total) == (200, 500)
        assert caught.value.resume_at is not None
        spotify._pace.per_day = 0
        assert len(spotify.pages("me/tracks")) == 500
        assert len(stub.asked) == 4 + 7  # the first page once more, and the six that were missing


class TestOtherKernels:
    def test_a_quota_seen_by_one_client_stops_another_without_a_call(
        self, connect: Connect, stub: Any, make_error: Any
    ) -> None:
        one, other = connect(), connect()
        stub.script = [
            make_error(429, "Too many requests", reason="QUOTA_EXCEEDED", Retry_After="5000")
        ]
        with pytest.raises(errors.QuotaExceededError):
            one.call("GET", "me")
        with pytest.raises(errors.QuotaExceededError, match="shared by all apps"):
            other.call("GET", "me")
        assert len(stub.asked) == 1


class TestFile:
    def test_it_is_private_and_leaves_nothing_behind(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock, per_window=9)
        for _ in range(5):
            one.take(60)
        for path in folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert sorted(path.suffix for path in folder.iterdir()) == [".calls", ".lock"]

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"\xff\xfe",
            b"[]",
            b"5",
            b'{"sent": ["x"]}',
            b'{"hours": {"x": 1}}',
            b'{"go_on_at": 1e400}',
            b'{"other": 1}',
            b"[" * 100_000,
        ],
    )
    def test_a_damaged_one_is_set_aside_and_counting_begins_anew(
        self, folder: Path, clock: Clock, content: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        pace(folder, clock, per_window=1).take(60)
        file = next(folder.glob("*.calls"))
        file.write_bytes(content)
        assert pace(folder, clock, per_window=1).take(60).wait_s == 0
        aside = list(folder.glob("*.unreadable-*"))
        assert [path.read_bytes() for path in aside] == [content]
        assert "damaged" in caplog.text
        assert pace(folder, clock, per_window=1).take(60).wait_s == 30

    def test_where_nothing_can_be_kept_this_process_goes_on_alone(
        self, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        blocked = tmp_path / "file"
        blocked.write_bytes(b"")
        with caplog.at_level(logging.WARNING):
            one = pace(blocked / "calls", clock, per_window=1)
            assert [one.take(60).wait_s, one.take(60).wait_s] == [0, 30]
        assert not one.ledger.is_shared
        assert len(caplog.records) == 1

    def test_a_lock_nobody_gives_back_is_not_waited_for_for_ever(
        self, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import filelock

        from spotify_analysis.client import ledger

        monkeypatch.setattr(ledger, "LOCK_WAIT_S", 0.01)
        one = pace(folder, clock, per_window=1)
        one.take(60)
        with filelock.FileLock(next(folder.glob("*.lock"))):
            assert one.take(60).wait_s == 30
        assert not one.ledger.is_shared


class TestUsage:
    def test_days_are_kept_apart_over_sessions(self, folder: Path, clock: Clock) -> None:
        def count(endpoint: str, status: int, n: int) -> None:
            ledger = Ledger(folder, ("server", ""))
            used = Usage(ledger, now=clock)
            for _ in range(n):
                used.add_call(endpoint, status, 0.5)
            ledger.flush()

        count("GET /me", 200, 2)
        count("GET /me", 429, 1)
        clock.sleep(86_400)
        count("GET /me", 200, 3)
        count("GET /me/tracks", 200, 4)
        used = Usage(Ledger(folder, ("server", "")), now=clock).frame()
        assert used[["day", "endpoint", "status", "n_calls", "took_s"]].values.tolist() == [
            [pd.Timestamp(2026, 11, 27), "GET /me", 200, 2, 1.0],
            [pd.Timestamp(2026, 11, 27), "GET /me", 429, 1, 0.5],
            [pd.Timestamp(2026, 11, 28), "GET /me/tracks", 200, 4, 2.0],
            [pd.Timestamp(2026, 11, 28), "GET /me", 200, 3, 1.5],
        ]
        assert {name: str(dtype) for name, dtype in used.dtypes.items()} == tables.USAGE.dtypes
        # the small file, written at every call, holds today alone
        kept = json.loads(next(folder.glob("*.calls")).read_text())
        assert {row[0] for row in kept["rows"]} == {"2026-11-28"}

    def test_only_the_last_days(self, folder: Path, clock: Clock) -> None:
        used = Usage(Ledger(folder, ("server", "")), now=clock)
        for _ in range(4):
            used.add_call("GET /me", 200, 0.5)
            clock.sleep(86_400)
        clock.sleep(-86_400)
        assert len(used.frame(days=2)) == 2
        with pytest.raises(ValueError, match="`days` must be 1 or more; not 0"):
            used.frame(days=0)

    def test_this_session_is_told_apart(self, connect: Connect, stub: Any) -> None:
        stub.serve_list("me/tracks", [{"id": "1"}])
        one, other = connect(), connect()
        one.pages("me/tracks")
        other.pages("me/tracks")
        assert one.usage(this_session=True)["n_calls"].tolist() == [1]
        assert one.usage()["n_calls"].sum() == 2
        assert (one.n_calls, other.n_calls) == (1, 1)

    def test_of_nothing_is_an_empty_table(self) -> None:
        assert list(frame([]).columns) == list(tables.USAGE.columns)
        assert client.usage().empty


class TestPlan:
    def test_a_window_decides_how_long_it_takes(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock, per_window=90, n_at_once=4)
        plan = one.plan("Saved tracks", 404)
        # 90 at once, 314 more in four windows of 30 s
        assert (plan.n_calls, plan.expected_s, plan.fits) == (404, 120, None)
        assert str(plan) == "Saved tracks: 404 calls of Spotify to make, about 2 min."

    def test_without_a_window_the_answers_do(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock, n_at_once=4)
        Usage(one.ledger, now=clock).add_call("GET /me", 200, 0.5)
        assert one.plan("Albums", 10).expected_s == 1.5  # three rounds of four

    def test_the_own_budget(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock, per_day=100)
        for _ in range(30):
            one.take(60)
        assert one.plan("Albums", 70).fits is True
        plan = one.plan("Albums", 71)
        assert (plan.n_used, plan.n_left, plan.fits) == (30, 70, False)
        assert "Your budget of 100 a day allows 70 more. What comes before a stop" in str(plan)

    def test_what_spotify_was_seen_to_allow(self, folder: Path, clock: Clock) -> None:
        one = pace(folder, clock)
        for _ in range(41):
            one.take(60)
        one.refuse(3_600, is_quota=True)
        plan = one.plan("Albums", 10)
        assert (plan.n_allowed, plan.fits, plan.is_own) == (40, False, False)
        assert plan.resume_at == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
        assert "pause until 2026-11-27 13:00:00 UTC: nothing is sent before" in str(plan)
        assert "stopped this developer account at 40 calls a day" in str(plan)

    def test_many_calls_are_said_to_come_near_what_others_were_allowed(
        self, folder: Path, clock: Clock
    ) -> None:
        one = pace(folder, clock)
        assert "it publishes no number" in str(one.plan("Albums", 1_200))
        assert "publishes" not in str(one.plan("Albums", 1_000))

    def test_a_long_load_says_it_beforehand_and_a_short_one_does_not(
        self, connect: Connect, stub: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stub.serve_list("me/tracks", [{"id": str(n)} for n in range(3_000)])
        stub.serve_list("me/albums", [{"id": str(n)} for n in range(300)])
        spotify = connect(progress=True)
        spotify.pages("me/albums", label="saved albums")
        assert capsys.readouterr().out == ""
        spotify.pages("me/tracks", label="saved tracks")
        assert capsys.readouterr().out.startswith("Saved tracks: 59 calls of Spotify to make, ")
        with spotify.crew.hushed():
            spotify.pages("me/tracks", label="saved tracks")
        assert capsys.readouterr().out == ""
