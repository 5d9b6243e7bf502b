from __future__ import annotations

import pytest

from spotify_analysis import tables
from spotify_analysis.account_data import platforms


@pytest.mark.parametrize(
    ("raw", "family"),
    [
        ("iOS 13.3.1 (iPhone10,4)", "ios"),
        ("ios", "ios"),
        ("Android OS 9 API 28 (samsung, SM-G960F)", "android"),
        ("Android-tablet OS 9 API 28 (motorola,   xyz  )", "android"),
        ("Android OS 10 API 29 (Car, Tesla)", "android"),
        ("android", "android"),
        ("Windows 10 (10.0.19042; x64; AppX)", "windows"),
        ("windows", "windows"),
        ("OS X 10.15.7 [x86 8]", "macos"),
        ("osx", "macos"),
        ("Linux [x86-64 0]", "linux"),
        ("web_player windows 10;chrome 88.0.4324.104;desktop", "web"),
        ("Partner spotify web_player", "web"),
        ("web_player", "web"),
        ("Partner google cast_tv;Chromecast HD", "tv"),
        ("Partner android_tv Sony;BRAVIA", "tv"),
        ("Partner webos_tv LG", "tv"),
        ("Partner google cast;Google Home", "speaker"),
        ("Partner sonos_ppc Sonos;Play1", "speaker"),
        ("Partner amazon_salmon Amazon;Echo_Dot", "speaker"),
        ("cast", "speaker"),
        ("playstation", "console"),
        ("Partner scei ps4", "console"),
        ("Partner xbox_one Microsoft", "console"),
        ("Partner tesla", "car"),
        ("Android Auto", "car"),
        ("not_applicable", "other"),
        ("unknown", "other"),
        ("", "other"),
    ],
)
def test_both_vocabularies(raw: str, family: str) -> None:
    assert platforms.platform_family(raw) == family
    assert family in tables.PLATFORMS
