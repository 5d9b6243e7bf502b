"""The law: what was added counts, neither its order nor how often."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from spotify_analysis.history import History
from tests.history.conftest import Heard, account, newer, older, recent

PIECES = ("older", "newer", "newest", "account", "recent", "recent later")


@st.composite
def lives(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    """Draw what one person heard, and what six downloads tell of it."""
    heard: list[Heard] = []
    second = 0
    for _ in range(draw(st.integers(1, 12))):
        # also two in one second, one song again and again, a year's end, a silence of 40 days
        second += draw(st.sampled_from([0, 0, 1, 40, 60, 200, 4_000, 40 * 86_400]))
        ms = draw(st.sampled_from([0, 1_000, 40_000, 200_000]))
        again = draw(st.integers(1, 3)) if ms == 0 else 1
        heard += [(second, draw(st.sampled_from("AB")), ms)] * again
    cuts = sorted(draw(st.integers(0, len(heard))) for _ in range(4))
    return {
        "older": older(heard[: cuts[2]]),
        "newer": newer(heard[cuts[0] : cuts[3]]),
        "newest": newer(heard[cuts[1] : cuts[3]], file="newest.json", country="DE"),
        "account": account(heard[cuts[1] :]),
        "recent": recent(heard[cuts[2] :], at_start=draw(st.booleans())),
        "recent later": recent(heard[cuts[3] :], at_start=draw(st.booleans())),
    }


class Histories(RuleBasedStateMachine):
    """Two histories of one person; what they hold depends on what was added alone."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.keep = History(Path(self.folder.name) / "kept", time_zone="UTC")
        self.added: dict[str, str] = {}
        self.expected: dict[frozenset[str], pd.DataFrame] = {}

    @initialize(life=lives())
    def begin(self, life: dict[str, pd.DataFrame]) -> None:
        self.life = {name: plays for name, plays in life.items() if len(plays)}

    @rule(which=st.sampled_from(PIECES))
    def add(self, which: str) -> None:
        if which in self.life:
            done = self.keep.add(self.life[which])
            self.added[which] = str(done.import_id)

    @rule(data=st.data())
    def undo(self, data: Any) -> None:
        if self.added:
            name = data.draw(st.sampled_from(sorted(self.added)))
            done = self.keep.undo(self.added[name])
            # two downloads that hold the same rows are one import
            self.added = {k: v for k, v in self.added.items() if v != done.import_id}

    @rule()
    def check(self) -> None:
        found = self.keep.check()
        assert found.files.empty
        assert found.n_restored == 0  # all plays worked out anew are those that are stored

    @invariant()
    def is_what_the_set_says(self) -> None:
        key = frozenset(self.added)
        if key not in self.expected:
            other = History(Path(self.folder.name) / str(len(self.expected)), time_zone="UTC")
            for name in sorted(key):
                other.add(self.life[name])
            self.expected[key] = other.plays()
        pd.testing.assert_frame_equal(self.keep.plays(), self.expected[key])

    def teardown(self) -> None:
        self.folder.cleanup()


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=12, stateful_step_count=7, deadline=None)
