"""The `fields` filter of playlists."""

from __future__ import annotations

from typing import Any

import pytest

from spotify_analysis.demo.web_api import fields

BODY: dict[str, Any] = {
    "name": "N",
    "items": {
        "total": 2,
        "items": [
            {"added_at": "t", "item": {"name": "A", "href": "h", "album": {"name": "X", "id": 1}}},
            {"added_at": "u", "item": None},
        ],
    },
}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("name", {"name": "N"}),
        ("items.total", {"items": {"total": 2}}),
        ("name,items(total)", {"name": "N", "items": {"total": 2}}),
        ("items.items(added_at)", {"items": {"items": [{"added_at": "t"}, {"added_at": "u"}]}}),
        (
            "items(items(item(name,album(name))))",
            {"items": {"items": [{"item": {"name": "A", "album": {"name": "X"}}}, {"item": None}]}},
        ),
        (
            "items.items.item.album(!id)",
            {"items": {"items": [{"item": {"album": {"name": "X"}}}, {"item": None}]}},
        ),
        ("!items", {"name": "N"}),
        ("nothing", {}),
        ("tracks.total", {}),
    ],
)
def test_what_is_kept(text: str, kept: Any) -> None:
    assert fields.parse(text).of(BODY) == kept


@pytest.mark.parametrize("text", ["", ",", "a,", "a(", "a(b", "a)", "a.", "a b", "!", "a-b"])
def test_malformed(text: str) -> None:
    with pytest.raises(ValueError, match="invalid fields"):
        fields.parse(text)
