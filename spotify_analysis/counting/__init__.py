"""What counts as a play: named rules, and a ledger of what each leaves out.

The same export gives 150,670 to 199,996 "plays" in today's tools, because each draws its own line
and none says where. Here the line has a name, the name travels with the frame, and every row that
is left out has a reason. Time listened is another matter: it is summed over all rows, rule
``"every"``.
"""

from __future__ import annotations

from spotify_analysis.counting.applying import compare, count, ledger, reasons
from spotify_analysis.counting.model import FrameReason, Reason, Rule
from spotify_analysis.counting.named import RULES, rule_named
from spotify_analysis.counting.own import rule

__all__ = [
    "RULES",
    "FrameReason",
    "Reason",
    "Rule",
    "compare",
    "count",
    "ledger",
    "reasons",
    "rule",
    "rule_named",
]
