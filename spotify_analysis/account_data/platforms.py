"""Families of devices in both of Spotify's vocabularies: long before October 2022, short after."""

from __future__ import annotations

import re

__all__ = ["platform_family"]

# The first that fits; what a device is (a car, a television) goes before what runs on it.
_FAMILIES = tuple(
    (re.compile(pattern), family)
    for pattern, family in (
        (r"web_?player|web player|^web\b", "web"),
        (r"playstation|\bps[345]\b|xbox|nintendo|\bwiiu?\b|^partner scei", "console"),
        (r"android[_ ]?auto|car ?play|automotive|car[_ ]thing|tesla|\bcar\b|_car\b", "car"),
        (
            r"tv\b|tvos|_tv|tizen|web ?os|roku|bravia|chromecast|fire ?os|viera|set-?top|\bstb\b"
            r"|webos",
            "tv",
        ),
        (
            r"sonos|speaker|google home|home mini|nest |\becho\b|alexa|amazon|homepod|bose|denon"
            r"|heos|harman|\bjbl\b|yamaha|onkyo|marantz|bluesound|soundtouch|^cast\b|google cast"
            r"|\bue_|libratone|spotify connect|connect_sdk",
            "speaker",
        ),
        (r"^ios\b|iphone|ipad|ipod|watch ?os|apple watch", "ios"),
        (r"windows|winrt|^win\d", "windows"),
        (r"^os ?x\b|mac ?os|^mac\b|darwin", "macos"),
        (r"android", "android"),
        (r"linux|ubuntu|chrome ?os|\bcros\b", "linux"),
    )
)


def platform_family(raw: str) -> str:
    """Name the family of device a platform text stands for.

    Parameters
    ----------
    raw : str
        What Spotify wrote: ``"Android OS 9 API 28 (samsung, SM-G960F)"``, ``"osx"``.

    Returns
    -------
    str
        One of `tables.PLATFORMS`; ``"other"`` where the text says nothing.

    Examples
    --------
    >>> platform_family("web_player windows 10;chrome 88.0;desktop")
    'web'
    """
    text = raw.lower()
    # what stands in brackets names the maker's model, which can be called anything
    head = text.split("(")[0].strip()
    for part in (head, text):
        for pattern, family in _FAMILIES:
            if pattern.search(part):
                return family
    return "other"
