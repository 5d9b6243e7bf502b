"""Conditions on the columns of a table, written as text: ``"release_year >= 2020"``.

Read with Python's own parser, then walked over a short list of allowed parts. Nothing in the text
is ever run: no calls, no attributes, no names but those of columns.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

import pandas as pd

__all__ = ["Condition", "where"]

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MAX_LENGTH = 1_000  # keeps the walk far from Python's own depth
_GRAMMAR = (
    "Compare columns with values (== != < <= > >= in), and join with `and`, `or`, `not`: "
    "\"duration_ms < 300000 and release_year >= 2020\", \"artist in ['A', 'B']\"."
)


class Condition:
    """A condition on a table; called with a table, it says which rows meet it.

    Parameters
    ----------
    text : str
        The condition.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _MAX_LENGTH:
            raise ValueError(f"A condition of {len(text):,} characters cannot be read. {_GRAMMAR}")
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise ValueError(f"The condition {text!r} cannot be read. {_GRAMMAR}") from None
        self._check(self._tree)

    def __repr__(self) -> str:
        return f"where({self.text!r})"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        found = [node for node in ast.walk(self._tree) if isinstance(node, ast.Name)]
        found.sort(key=lambda node: (node.lineno, node.col_offset))
        return tuple(dict.fromkeys(node.id for node in found))

    def __call__(self, table: pd.DataFrame) -> pd.Series[Any]:
        missing = [name for name in self.columns if name not in table]
        if missing:
            raise ValueError(
                f"The condition {self.text!r} names {missing}, which the table does not have; "
                f"it has {list(table.columns)}."
            )
        try:
            answer: pd.Series[Any] = self._value(self._tree, table)
        except TypeError as exc:
            raise ValueError(
                f"The condition {self.text!r} compares things that cannot be compared: {exc}."
            ) from None
        return answer.astype("boolean")

    # ------------------------------------------------------------------ reading

    def _check(self, node: ast.expr) -> None:
        if isinstance(node, ast.BoolOp):
            for part in node.values:
                self._check(part)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._check(node.operand)
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
                if isinstance(op, (ast.In, ast.NotIn)):
                    allowed = isinstance(left, ast.Name) and isinstance(
                        right, (ast.List, ast.Tuple)
                    )
                else:
                    # `1 < 2` names no column, so it would be a condition on nothing
                    allowed = type(op) in _COMPARE and any(
                        isinstance(side, ast.Name) for side in (left, right)
                    )
                if not allowed:
                    self._refuse(node)
            for side in sides:
                if not isinstance(side, ast.Name):
                    self._literal(side)
        elif not isinstance(node, ast.Name):
            self._refuse(node)

    def _literal(self, node: ast.expr) -> Any:
        try:
            value = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            self._refuse(node)
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if not isinstance(part, (str, int, float, bool)):
                self._refuse(node)
        return value

    def _refuse(self, node: ast.expr) -> Any:
        part = ast.get_source_segment(self.text.strip(), node)
        raise ValueError(f"The condition {self.text!r} cannot be read at {part!r}. {_GRAMMAR}")

    # ------------------------------------------------------------------ answering

    def _value(self, node: ast.expr, table: pd.DataFrame) -> Any:
        if isinstance(node, ast.BoolOp):
            join = operator.and_ if isinstance(node.op, ast.And) else operator.or_
            answer = self._value(node.values[0], table)
            for part in node.values[1:]:
                answer = join(answer, self._value(part, table))
            return answer
        if isinstance(node, ast.UnaryOp):
            return ~self._value(node.operand, table)
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            answer = None
            for left, op, right in zip(sides, node.ops, sides[1:], strict=False):
                one = self._compare(left, op, right, table)
                answer = one if answer is None else answer & one
            return answer
        return self._yes_or_no(node, table)

    def _yes_or_no(self, node: ast.expr, table: pd.DataFrame) -> pd.Series[Any]:
        name = node.id if isinstance(node, ast.Name) else ""
        if not pd.api.types.is_bool_dtype(table[name].dtype):
            raise TypeError(f"`{name}` is not a column of yes and no")
        return table[name].astype("boolean")

    def _compare(
        self, left: ast.expr, op: ast.cmpop, right: ast.expr, table: pd.DataFrame
    ) -> pd.Series[Any]:
        columns = [table[side.id] for side in (left, right) if isinstance(side, ast.Name)]
        dated = any(pd.api.types.is_datetime64_any_dtype(column) for column in columns)
        a, b = (self._side(side, table, dated=dated) for side in (left, right))
        if isinstance(op, (ast.In, ast.NotIn)):
            answer: pd.Series[Any] = a.isin(b)
            answer = ~answer if isinstance(op, ast.NotIn) else answer
        else:
            answer = _COMPARE[type(op)](a, b)
        # a value that is not known neither meets a condition nor fails it
        known = ~pd.concat([column.isna() for column in columns], axis=1).any(axis=1)
        return answer.astype("boolean").where(known, pd.NA)

    def _side(self, node: ast.expr, table: pd.DataFrame, *, dated: bool) -> Any:
        if isinstance(node, ast.Name):
            return table[node.id]
        value = self._literal(node)
        if not dated:
            return value
        try:
            if isinstance(value, (list, tuple)):
                return [pd.to_datetime(part, utc=True) for part in value]
            return pd.to_datetime(value, utc=True)
        except (ValueError, TypeError):
            raise ValueError(
                f"The condition {self.text!r} compares a time with {value!r}, which is none; "
                "write it as '2026-01-31'."
            ) from None


def where(text: str) -> Condition:
    """Make a condition on a table from text.

    Parameters
    ----------
    text : str
        Comparisons of columns with values, joined by ``and``, ``or``, ``not``.

    Returns
    -------
    Condition
        Called with a table, it returns one boolean per row, missing where a value is not known.

    Raises
    ------
    ValueError
        If the text is anything else; nothing in it is ever run.

    Examples
    --------
    >>> import pandas as pd
    >>> where("year >= 2020 and not live")(pd.DataFrame({"year": [2019, 2021], "live": False}))
    0    False
    1     True
    dtype: boolean
    """
    return Condition(text)
