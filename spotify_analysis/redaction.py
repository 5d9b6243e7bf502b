"""What is secret: a text that does not show itself, and where one stands in a file.

Nothing here is about one place: settings, logins and the check before a commit share it.
"""

from __future__ import annotations

from typing import NoReturn

__all__ = ["Hidden"]


class Hidden(str):
    """A text that is not shown where variables are, as in IPython's verbose tracebacks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self.__reduce__()

    def __copy__(self) -> Hidden:
        return self

    def __deepcopy__(self, memo: object) -> Hidden:
        return self
