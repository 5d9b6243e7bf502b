"""Covers and portraits, drawn on request, so that pictures load without leaving the computer."""

from __future__ import annotations

import colorsys
import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = ["images", "routes"]

_SIDES = (640, 300, 64)


def images(base_url: str, key: str) -> list[dict[str, str | int]]:
    """List the pictures of a thing, largest first.

    Parameters
    ----------
    base_url : str
        The stand-in's address.
    key : str
        The id of the thing.

    Returns
    -------
    list of dict
        `url`, `height` and `width` in pixels.
    """
    return [
        {"url": f"{base_url}/image/{key}/{side}", "height": side, "width": side} for side in _SIDES
    ]


def routes() -> list[Route]:
    """List the routes.

    Returns
    -------
    list of Route
        `/image/{key}/{side}`.
    """
    return [Route("/image/{key}/{side:int}", _picture, methods=["GET"])]


async def _picture(request: Request) -> Response:
    side = min(max(request.path_params["side"], 16), 640)
    digest = hashlib.sha256(request.path_params["key"].encode()).digest()
    hue = digest[0] / 256
    colours = [
        "#{:02x}{:02x}{:02x}".format(*(round(255 * c) for c in colorsys.hls_to_rgb(h % 1, li, 0.5)))
        for h, li in ((hue, 0.30), (hue + 0.12, 0.55), (hue + 0.5, 0.75))
    ]
    x, y, r = 20 + digest[1] % 60, 20 + digest[2] % 60, 15 + digest[3] % 30
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
        'viewBox="0 0 100 100"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">'
        f'<stop offset="0" stop-color="{colours[0]}"/><stop offset="1" stop-color="{colours[1]}"/>'
        '</linearGradient></defs><rect width="100" height="100" fill="url(#g)"/>'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{colours[2]}" opacity=".8"/></svg>'
    )
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})
