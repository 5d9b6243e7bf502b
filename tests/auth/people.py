"""Made-up people for sign-in tests; they have accounts and nothing in them."""

from __future__ import annotations

from spotify_analysis.demo import catalogue, listener


def person(name: str = "Ada Example", *, account_id: str = "ada-account") -> listener.Listener:
    """Make somebody with an account."""
    nothing = catalogue.Catalogue(
        seed=0, artists={}, albums={}, tracks={}, shows={}, episodes={}, audiobooks={}, chapters={}
    )
    return listener.Listener(
        id=f"user-{account_id}",
        account_id=account_id,
        display_name=name,
        country="DE",
        time_zone="Europe/Berlin",
        catalogue=nothing,
        plays=(),
        saved_tracks=(),
        saved_albums=(),
        saved_shows=(),
        saved_episodes=(),
        followed_artist_ids=(),
        playlists=(),
    )
