"""The made-up catalogue: plausible, connected, the same everywhere."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from spotify_analysis.demo import catalogue as catalogues

MADE = catalogues.catalogue(1)


def test_it_is_large_enough_to_leave_much_unheard() -> None:
    assert len(MADE.artists) == 401
    assert len(MADE.albums) >= 900
    assert len(MADE.tracks) >= 7_500
    assert len(MADE.shows) == 8
    assert len(MADE.episodes) > 1_500


@pytest.mark.parametrize("kind", ["artists", "albums", "tracks", "shows", "episodes", "chapters"])
def test_ids_look_like_spotifys_and_lead_to_their_object(kind: str) -> None:
    things = getattr(MADE, kind)
    assert all(re.fullmatch(r"[0-7][0-9A-Za-z]{21}", thing_id) for thing_id in things)
    assert all(thing.id == thing_id for thing_id, thing in things.items())


def test_albums_and_tracks_point_at_each_other() -> None:
    for album in MADE.albums.values():
        tracks = [MADE.tracks[track_id] for track_id in album.track_ids]
        assert tracks
        assert all(track.album_id == album.id for track in tracks)
        places = [(track.disc_number, track.track_number) for track in tracks]
        assert places == sorted(set(places))
        assert all(artist_id in MADE.artists for artist_id in album.artist_ids)
    assert sum(len(album.track_ids) for album in MADE.albums.values()) == len(MADE.tracks)


def test_release_dates_have_the_precision_they_claim() -> None:
    lengths = {"year": 4, "month": 7, "day": 10}
    seen = Counter(album.release_date_precision for album in MADE.albums.values())
    assert set(seen) == set(lengths)
    for album in MADE.albums.values():
        assert len(album.release_date) == lengths[album.release_date_precision]
        assert album.release_date <= catalogues.LAST_RELEASE.isoformat()


def test_albums_of_an_artist_come_newest_first() -> None:
    artist_id = max(MADE.artists, key=lambda key: len(MADE.albums_of(key)))
    dates = [album.release_date for album in MADE.albums_of(artist_id)]
    assert len(dates) > 3
    assert dates == sorted(dates, reverse=True)
    assert MADE.albums_of("nobody") == []


def test_one_recording_has_several_ids() -> None:
    by_recording = Counter(track.isrc for track in MADE.tracks.values())
    assert sum(n > 1 for n in by_recording.values()) > 200
    assert all(re.fullmatch(r"ZZDMO\d{7}", isrc) for isrc in by_recording)


def test_product_codes_have_a_correct_check_digit() -> None:
    for album in MADE.albums.values():
        digits = [int(digit) for digit in album.upc]
        assert len(digits) == 12
        assert (3 * sum(digits[::2]) + sum(digits[1::2])) % 10 == 0


@pytest.mark.parametrize(
    "name",
    ["22", "TRUE", "n/A", "null", "=1+1 (Counting Song)", "$5 & a $10", "{name} Was Here", "🎂"],
)
def test_awkward_titles_are_there(name: str) -> None:
    assert any(track.name == name for track in MADE.tracks.values())


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("artists", r"[\u3040-\u30ff\u4e00-\u9fff]"),
        ("artists", r"[\u0600-\u06ff]"),
        ("artists", r"[\u0590-\u05ff]"),
        ("artists", r"[\uac00-\ud7af]"),
        ("artists", r"^.{45,}$"),
        ("artists", r"^="),
        ("artists", r"\$"),
        ("artists", r"_"),
        ("artists", r"\{"),
        ("artists", r"\U0001f335"),
        ("tracks", r"^.{150,}$"),
        ("tracks", r"\(feat\. "),
        ("tracks", r" - Remastered 2011$"),
        ("tracks", r" - Live$"),
        ("tracks", "\u200b"),
        ("tracks", "\u00a0"),
        ("tracks", r"^ | $"),
        ("tracks", r"\""),
        ("albums", r"^$"),
    ],
)
def test_names_cover_what_breaks_careless_programs(kind: str, pattern: str) -> None:
    names = [thing.name for thing in getattr(MADE, kind).values()]
    assert any(re.search(pattern, name) for name in names)


def test_episodes_are_newest_first_and_have_a_title_each() -> None:
    for show in MADE.shows.values():
        episodes = [MADE.episodes[episode_id] for episode_id in show.episode_ids]
        dates = [date.fromisoformat(episode.release_date) for episode in episodes]
        assert dates == sorted(dates, reverse=True)
        assert len({episode.name for episode in episodes}) == len(episodes)


def test_books_have_their_chapters_in_order() -> None:
    for book in MADE.audiobooks.values():
        numbers = [MADE.chapters[chapter_id].number for chapter_id in book.chapter_ids]
        assert numbers == list(range(1, len(numbers) + 1))


def test_another_seed_is_another_catalogue_with_the_same_words() -> None:
    other = catalogues.catalogue(2)
    assert not set(other.artists) & set(MADE.artists)
    assert {artist.name for artist in other.artists.values()} == {
        artist.name for artist in MADE.artists.values()
    }


def test_extra_albums_leave_the_rest_as_it_was() -> None:
    more = catalogues.catalogue(1, extra_albums=5)
    assert len(more.albums) == len(MADE.albums) + 5
    assert {key: more.tracks[key] for key in MADE.tracks} == MADE.tracks


def test_an_id_is_a_property_of_seed_kind_and_number() -> None:
    assert catalogues.make_id(1, "track", 0) == "4ZJx2i4aVwRca6nkCFdNeO"
    assert catalogues.make_id(1, "track", 1) != catalogues.make_id(1, "album", 1)
