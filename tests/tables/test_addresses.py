from __future__ import annotations

import pytest

from spotify_analysis import tables

ID = "4uLU6hMCjMI75M1A2tKUQC"


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        (f"spotify:track:{ID}", f"spotify:track:{ID}"),
        (f"  spotify:album:{ID} ", f"spotify:album:{ID}"),
        (f"spotify:user:ann:playlist:{ID}", f"spotify:playlist:{ID}"),
        (f"https://open.spotify.com/track/{ID}", f"spotify:track:{ID}"),
        (f"https://open.spotify.com/intl-de/track/{ID}?si=1&x=2", f"spotify:track:{ID}"),
        (f"open.spotify.com/embed/show/{ID}/", f"spotify:show:{ID}"),
        ("spotify:user:ann", "spotify:user:ann"),
        ("spotify:local:A:B:C:100", "spotify:local:A:B:C:100"),
    ],
)
def test_what_an_address_points_to(text: str, uri: str) -> None:
    address = tables.parse_address(text)
    assert address is not None
    assert address.uri == uri


@pytest.mark.parametrize(
    "text",
    ["", ID, f"spotify:track:{ID}x", f"https://evil.example/track/{ID}", "spotify:track:../x"],
)
def test_what_is_no_address(text: str) -> None:
    assert tables.parse_address(text) is None


def test_a_bare_id_needs_its_kind() -> None:
    assert tables.parse_address(ID, kind="artist") == tables.Address("artist", ID)
    assert tables.parse_address("short", kind="artist") is None
