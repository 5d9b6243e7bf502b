"""Steering the stand-in over HTTP, for notebooks and programs in another process.

Only the stand-in has these addresses:

- ``GET /_demo``: client id, redirect address and the other things needed to set a client up.
- ``GET /_demo/requests``: what was asked so far.
- ``PUT /_demo/settings``: change settings, as a JSON object of `Switches`.
- ``POST /_demo/faults``: add a fault, or a list of them; ``DELETE /_demo/faults`` forgets all.
- ``POST /_demo/clock``: move the clock forward, ``{"advance_s": 3600}``.
- ``POST /_demo/revoke``: take the app's access away.
- ``POST /_demo/reset``: forget all tokens, changes, faults and requests.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from spotify_analysis.demo.server import Server

__all__ = ["routes"]

Handler = Callable[[Request], Awaitable[Response]]


def routes(server: Server) -> list[Route]:
    """List the routes.

    Parameters
    ----------
    server : Server
        What to steer.

    Returns
    -------
    list of Route
        Everything under `/_demo`.
    """

    async def about(_request: Request) -> Response:
        return JSONResponse(
            {
                "accounts_url": server.accounts_url,
                "api_url": server.api_url,
                "client_id": server.client_id,
                "client_secret": server.client_secret,
                "redirect_uris": list(server.redirect_uris),
                "user_id": server.user_id,
                "settings": server.switches.as_json(),
            }
        )

    async def requests(_request: Request) -> Response:
        return JSONResponse([dataclasses.asdict(request) for request in server.requests])

    async def settings(request: Request) -> Response:
        server.set(**await _object(request))
        return JSONResponse(server.switches.as_json())

    async def add_faults(request: Request) -> Response:
        given = msgspec.json.decode(await request.body())
        for fault in given if isinstance(given, list) else [given]:
            server.faults.add(**{"fault": fault.pop("kind", ""), **fault})
        return Response(status_code=204)

    async def clear_faults(_request: Request) -> Response:
        server.faults.clear()
        return Response(status_code=204)

    async def clock(request: Request) -> Response:
        server.advance(float((await _object(request)).get("advance_s", 0)))
        return JSONResponse({"now": server.clock.now()})

    async def revoke(_request: Request) -> Response:
        server.state.revoke()
        return Response(status_code=204)

    async def reset(_request: Request) -> Response:
        server.reset()
        return Response(status_code=204)

    return [
        Route("/_demo", about, methods=["GET"]),
        Route("/_demo/requests", requests, methods=["GET"]),
        Route("/_demo/settings", _checked(settings), methods=["PUT"]),
        Route("/_demo/faults", _checked(add_faults), methods=["POST"]),
        Route("/_demo/faults", clear_faults, methods=["DELETE"]),
        Route("/_demo/clock", _checked(clock), methods=["POST"]),
        Route("/_demo/revoke", revoke, methods=["POST"]),
        Route("/_demo/reset", reset, methods=["POST"]),
    ]


async def _object(request: Request) -> dict[str, Any]:
    return msgspec.json.decode(await request.body(), type=dict[str, Any])


def _checked(handler: Handler) -> Handler:
    """Answer 400 with the reason where a body is not what it should be."""

    async def checked(request: Request) -> Response:
        try:
            return await handler(request)
        except (ValueError, TypeError, AttributeError, msgspec.MsgspecError) as exc:
            return JSONResponse({"error": str(exc)}, 400)

    return checked
