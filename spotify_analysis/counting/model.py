"""What a counting rule is: a name, words, and reasons not to count a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["LENGTH", "FrameReason", "Reason", "Rule"]

# the length of the track, in ms, beside the columns of plays; missing where it is not known
LENGTH = "length_ms"
# what tells a skip from a play that was heard
_OF_ITS_END = frozenset({"ms_played", "reason_end", "skipped", "was_skipped"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for which a row does not count, seen from the row alone.

    Parameters
    ----------
    why : str
        The reason, as the ledger writes it.
    holds : callable
        Makes the Narwhals expression that is true where the reason holds; never null.
    columns : tuple of str
        Columns of plays that the expression uses, for the message if one is not there. With
        ``"length_ms"`` among them it may use the length of the track too.
    """

    why: str
    holds: Callable[[], nw.Expr]
    columns: tuple[str, ...] = ()

    @property
    def looks_at_its_end(self) -> bool:
        """Whether it asks how long the play was or how it ended, as what leaves out skips does."""
        return not _OF_ITS_END.isdisjoint(self.columns)


@dataclass(frozen=True, slots=True)
class FrameReason:
    """One reason for which a row does not count that only its neighbours can tell.

    It sees the rows that no reason before it spoke against, as a tool that drops short plays
    first and looks for doubles among the rest.

    Parameters
    ----------
    why : str
        The reason, as the ledger writes it.
    holds : callable
        Takes these rows as a pandas frame of `columns`, in the order they came, and returns an
        array of bool, True where the reason holds.
    columns : tuple of str
        Columns of plays that it uses.
    """

    why: str
    holds: Callable[[pd.DataFrame], npt.NDArray[np.bool_]]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts as a play: every row for which no reason speaks against it.

    Parameters
    ----------
    name : str
        Name, as in ``count(plays, rule=name)``.
    about : str
        The rule in words, as captions show it.
    reasons : tuple of Reason or FrameReason
        Reasons not to count a row, the first that holds is the one in the ledger.
    whose : str
        Who counts like that.
    source : str
        Where that is written.
    """

    name: str
    about: str
    reasons: tuple[Reason | FrameReason, ...] = ()
    whose: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not (isinstance(self.name, str) and self.name.strip()):
            raise ValueError(f"`name` must be a word for the rule; not {self.name!r}.")
        object.__setattr__(self, "reasons", tuple(self.reasons))

    @property
    def uses_length(self) -> bool:
        """Whether a reason asks how long the track is."""
        return any(LENGTH in reason.columns for reason in self.reasons)

    @property
    def looks_at_neighbours(self) -> bool:
        """Whether a reason can only be told from all rows."""
        return any(isinstance(reason, FrameReason) for reason in self.reasons)
