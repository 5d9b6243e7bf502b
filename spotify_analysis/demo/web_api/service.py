"""From a request to an answer: routes, the checks every call passes, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spotify_analysis.demo import faults
from spotify_analysis.demo.state import AccessToken
from spotify_analysis.demo.web_api import (
    browse,
    library,
    objects,
    person,
    playlists,
    search,
)
from spotify_analysis.demo.web_api.call import ApiError, Call, Endpoint, Result, forbidden
from spotify_analysis.demo.web_api.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from spotify_analysis.demo.catalogue import Catalogue
    from spotify_analysis.demo.server import Server

__all__ = ["ENDPOINTS", "WebApi"]

ENDPOINTS: tuple[Endpoint, ...] = tuple(
    endpoint
    for module in (person, library, playlists, search, browse, objects)
    for endpoint in module.TABLE.endpoints
)


class WebApi:
    """Routes under `/v1`.

    Parameters
    ----------
    server : Server
        Whose state, clock and switches to use.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._shapes: dict[tuple[int, str, str], Shapes] = {}

    def routes(self) -> list[Route]:
        """List the routes.

        Returns
        -------
        list of Route
            One per endpoint.
        """
        return [
            Route(f"/v1{endpoint.path}", self._answering(endpoint), methods=[endpoint.method])
            for endpoint in ENDPOINTS
        ]

    def _answering(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        async def answering(request: Request) -> Response:
            body = await request.body()
            try:
                result = self._result(endpoint, request, body)
            except ApiError as error:
                answer = error.answer
                return Response(answer.body, answer.status, answer.headers, answer.content_type)
            if result.body is None:
                return Response(status_code=result.status)
            return Response(
                msgspec.json.encode(result.body), result.status, media_type=faults.JSON_TYPE
            )

        return answering

    def _result(self, endpoint: Endpoint, request: Request, body: bytes) -> Result:
        server = self._server
        token = self._token(request)
        if not server.switches.owner_premium:
            raise _plain(403, faults.PREMIUM_TEXT)
        if token.user_id is not None and not server.switches.allowlisted:
            raise _plain(403, faults.UNREGISTERED_TEXT)
        gone = endpoint.withdrawn.get(server.mode)
        if gone is not None:
            raise ApiError(gone)
        if endpoint.needs_user and token.user_id is None:
            raise ApiError(faults.error_json(401, "Valid user authentication required"))
        if not token.scopes.issuperset(endpoint.scopes):
            raise forbidden("Insufficient client scope")
        user_id = server.user_id if token.user_id is None else token.user_id
        catalogue = server.state.accounts[user_id].listener.catalogue
        call = Call(server, request, token, body, self._shapes_of(catalogue))
        result = endpoint.handler(call)
        return result if isinstance(result, Result) else Result(200, result)

    def _token(self, request: Request) -> AccessToken:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if not given.strip():
            raise ApiError(faults.error_json(401, "No token provided"))
        if scheme.lower() != "bearer":
            raise ApiError(faults.error_json(400, "Only valid bearer authentication supported"))
        token = self._server.state.access_tokens.get(given.strip())
        if token is None or token.revoked:
            raise ApiError(faults.error_json(401, "Invalid access token"))
        if self._server.clock.now() >= token.expires_at:
            raise ApiError(faults.error_json(401, "The access token expired"))
        return token

    def _shapes_of(self, catalogue: Catalogue) -> Shapes:
        server = self._server
        key = (id(catalogue), server.mode, server.url)
        if key not in self._shapes:
            self._shapes[key] = Shapes(catalogue, base_url=server.url, mode=server.mode)
        return self._shapes[key]


def _plain(status: int, text: str) -> ApiError:
    return ApiError(faults.Answer(status, text.encode(), faults.TEXT_TYPE))
