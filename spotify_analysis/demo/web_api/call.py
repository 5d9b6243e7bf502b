"""One call of the Web API: what was asked, by whom, and how to read its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import msgspec

from spotify_analysis.demo import faults
from spotify_analysis.demo.state import AccessToken, Account, State
from spotify_analysis.demo.switches import Mode

if TYPE_CHECKING:
    from starlette.requests import Request

    from spotify_analysis.demo.catalogue import Catalogue
    from spotify_analysis.demo.server import Server
    from spotify_analysis.demo.web_api.shapes import Shapes

__all__ = [
    "DEV",
    "NEW",
    "AnyHandler",
    "ApiError",
    "Call",
    "Endpoint",
    "Handler",
    "Result",
    "Table",
    "bad_request",
    "checked_id",
    "forbidden",
    "not_found",
]

_BASE62_ID = re.compile(r"[0-9A-Za-z]{22}")

DEV: frozenset[Mode] = frozenset({"new", "old"})
NEW: frozenset[Mode] = frozenset({"new"})


class ApiError(Exception):
    """An answer that is an error.

    Parameters
    ----------
    answer : Answer
        What to send.
    """

    def __init__(self, answer: faults.Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def bad_request(message: str) -> ApiError:
    """Make a 400.

    Parameters
    ----------
    message : str
        The sentence.

    Returns
    -------
    ApiError
        To be raised.
    """
    return ApiError(faults.error_json(400, message))


def forbidden(message: str = "Forbidden") -> ApiError:
    """Make a 403.

    Parameters
    ----------
    message : str
        The sentence.

    Returns
    -------
    ApiError
        To be raised.
    """
    return ApiError(faults.error_json(403, message))


def not_found() -> ApiError:
    """Make the 404 of an unknown id.

    Returns
    -------
    ApiError
        To be raised.
    """
    return ApiError(faults.error_json(404, "Resource not found"))


@dataclass(frozen=True)
class Result:
    """An answer that is not encoded yet.

    Parameters
    ----------
    status : int
        HTTP status.
    body : Any
        What becomes JSON; None is no body.
    """

    status: int
    body: Any = None


Handler = Callable[["Call"], Any]
AnyHandler = TypeVar("AnyHandler", bound=Handler)


@dataclass(frozen=True)
class Endpoint:
    """An endpoint and who may call it.

    Parameters
    ----------
    method, path : str
        What it answers; `path` without ``/v1``.
    handler : callable
        Takes a `Call`, gives the body or a `Result`.
    scopes : tuple of str
        All of these are needed.
    needs_user : bool
        Whether a token of client credentials is refused.
    withdrawn : dict
        App mode to the answer it gets instead.
    """

    method: str
    path: str
    handler: Handler
    scopes: tuple[str, ...]
    needs_user: bool
    withdrawn: dict[Mode, faults.Answer]


class Table:
    """The endpoints of one module."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []

    def endpoint(
        self,
        method: str,
        path: str,
        *scopes: str,
        needs_user: bool | None = None,
        gone: Collection[Mode] = (),
        gone_answer: faults.Answer | None = None,
    ) -> Callable[[AnyHandler], AnyHandler]:
        """Make a function the handler of an endpoint.

        Parameters
        ----------
        method, path : str
            What it answers; `path` without ``/v1``.
        *scopes : str
            All of these are needed.
        needs_user : bool, optional
            Whether a token of client credentials is refused; by default under `/me` and where
            scopes are needed.
        gone : collection of str
            App modes it was withdrawn from.
        gone_answer : Answer, optional
            What they get; 403 ``Forbidden`` by default.

        Returns
        -------
        callable
            A decorator that leaves the function as it is.
        """
        answer = gone_answer or faults.error_json(403, "Forbidden")
        wants_user = path.startswith("/me") or bool(scopes) if needs_user is None else needs_user

        def add(handler: AnyHandler) -> AnyHandler:
            self.endpoints.append(
                Endpoint(method, path, handler, scopes, wants_user, dict.fromkeys(gone, answer))
            )
            return handler

        return add


@dataclass
class Call:
    """A call whose token has been checked.

    Parameters
    ----------
    server : Server
        The stand-in.
    request : Request
        The request, whose body has been read.
    token : AccessToken
        Who calls and what they may do.
    raw_body : bytes
        The body.
    shapes : Shapes
        The catalogue as JSON, for the kind of app that calls.
    """

    server: Server
    request: Request
    token: AccessToken = field(repr=False)
    raw_body: bytes = field(repr=False)
    shapes: Shapes

    # ------------------------------------------------------------------ who and what

    @property
    def mode(self) -> Mode:
        """The kind of app that calls."""
        return self.server.mode

    @property
    def state(self) -> State:
        """What the stand-in remembers."""
        return self.server.state

    @property
    def account(self) -> Account:
        """The person's account; endpoints that need a person are refused before they ask for it."""
        return self.state.accounts[self.token.user_id or ""]

    @property
    def has_user(self) -> bool:
        """Whether a person stands behind the call."""
        return self.token.user_id is not None

    @property
    def catalogue(self) -> Catalogue:
        """Everything there is to hear."""
        return self.shapes.catalogue

    @property
    def limits_are_small(self) -> bool:
        """Whether search and artist albums give at most 10."""
        return self.mode == "new"

    def has_scope(self, scope: str) -> bool:
        """Tell whether a scope was granted.

        Parameters
        ----------
        scope : str
            The scope.

        Returns
        -------
        bool
            True if so.
        """
        return scope in self.token.scopes

    def require_scope(self, scope: str) -> None:
        """Refuse the call when a scope was not granted.

        Parameters
        ----------
        scope : str
            The scope.

        Raises
        ------
        ApiError
            403 ``Insufficient client scope``.
        """
        if not self.has_scope(scope):
            raise forbidden("Insufficient client scope")

    # ------------------------------------------------------------------ path and query

    def path(self, name: str = "id") -> str:
        """Read a part of the path.

        Parameters
        ----------
        name : str
            Its name in the endpoint's path.

        Returns
        -------
        str
            The part.
        """
        return str(self.request.path_params[name])

    def id(self) -> str:
        """Read the id in the path.

        Returns
        -------
        str
            22 base-62 characters.

        Raises
        ------
        ApiError
            400 when it is anything else.
        """
        return checked_id(self.path())

    def text(self, name: str) -> str | None:
        """Read a parameter.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        str or None
            Its value; None when it is absent or empty.
        """
        return self.request.query_params.get(name) or None

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        """Read a whole number within bounds.

        Parameters
        ----------
        name : str
            Its name.
        default : int
            When it is absent.
        low, high : int
            The bounds, both allowed.

        Returns
        -------
        int
            The number.

        Raises
        ------
        ApiError
            400 ``Invalid limit`` and the like.
        """
        given = self.text(name)
        if given is None:
            return default
        if not re.fullmatch(r"-?\d{1,18}", given) or not low <= int(given) <= high:
            raise bad_request(f"Invalid {name}")
        return int(given)

    def limit(self, default: int = 20, high: int = 50) -> int:
        """Read `limit`.

        Parameters
        ----------
        default : int
            When it is absent.
        high : int
            The most allowed.

        Returns
        -------
        int
            1 to `high`.
        """
        return self.whole("limit", default=default, low=1, high=high)

    def offset(self, high: int = 100_000) -> int:
        """Read `offset`.

        Parameters
        ----------
        high : int
            The most allowed.

        Returns
        -------
        int
            0 to `high`.
        """
        return self.whole("offset", default=0, low=0, high=high)

    def listed(self, name: str) -> list[str]:
        """Read a parameter that is a list with commas.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        list of str
            Its parts; empty when it is absent.
        """
        return [part for part in (self.text(name) or "").split(",") if part]

    def ids(self, high: int) -> list[str]:
        """Read `ids` from the query or, as older endpoints allow, from the body.

        Parameters
        ----------
        high : int
            The most allowed.

        Returns
        -------
        list of str
            The ids.

        Raises
        ------
        ApiError
            400 when there are none, too many or malformed ones.
        """
        ids = self.listed("ids")
        if not ids and self.raw_body:
            body = self.body()
            ids = body.get("ids", []) if isinstance(body, dict) else body
            if not isinstance(ids, list) or not all(isinstance(id_, str) for id_ in ids):
                raise bad_request("Invalid ids")
        if not ids:
            raise bad_request("Missing required field: ids")
        if len(ids) > high:
            raise bad_request("Too many ids requested")
        return [checked_id(id_) for id_ in ids]

    def body(self) -> Any:
        """Read the JSON body.

        Returns
        -------
        Any
            The decoded body; an empty dict when there is none.

        Raises
        ------
        ApiError
            400 when it is not JSON.
        """
        if not self.raw_body:
            return {}
        try:
            return msgspec.json.decode(self.raw_body)
        except msgspec.DecodeError:
            raise bad_request("Error parsing JSON.") from None

    # ------------------------------------------------------------------ pages

    def link(self, **changes: Any) -> str:
        """Make the absolute address of this call with other parameters, on our own host.

        Parameters
        ----------
        **changes : Any
            Parameters to set; None removes one.

        Returns
        -------
        str
            The address.
        """
        query = {**self.request.query_params, **changes}
        kept = {name: value for name, value in query.items() if value is not None}
        return f"{self.server.url}{self.request.url.path.rstrip('/')}?{urlencode(kept)}"

    def page(
        self,
        items: Iterable[Any],
        *,
        total: int,
        limit: int,
        offset: int,
        link: Callable[..., str] | None = None,
    ) -> dict[str, Any]:
        """Wrap the items of one page.

        Parameters
        ----------
        items : iterable
            The items of this page only.
        total : int
            How many there are in all.
        limit, offset : int
            The page.
        link : callable, optional
            Makes the address of another page; `link` of this call by default.

        Returns
        -------
        dict
            The paging object.
        """
        make = link or self.link
        before = max(offset - limit, 0)
        return {
            "href": make(offset=offset, limit=limit),
            "items": list(items),
            "limit": limit,
            "next": make(offset=offset + limit, limit=limit) if offset + limit < total else None,
            "offset": offset,
            "previous": make(offset=before, limit=limit) if offset > 0 else None,
            "total": total,
        }


def checked_id(given: str) -> str:
    """Refuse what is not an id.

    Parameters
    ----------
    given : str
        Perhaps an id.

    Returns
    -------
    str
        The same.

    Raises
    ------
    ApiError
        400 when it is not 22 base-62 characters.
    """
    if not _BASE62_ID.fullmatch(given):
        raise bad_request("Invalid base62 id")
    return given
