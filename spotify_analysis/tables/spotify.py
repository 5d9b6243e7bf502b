"""The tables that loaders fill from the Web API.

A field that an app in development mode no longer gets is a column all the same: it is ``<NA>``
there, so a notebook written against one kind of app runs against the others.
"""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, UTC, Column, Table

TIME_RANGES = ("short_term", "medium_term", "long_term")

_ADDED = {"added_at": Column(UTC, "When it was saved or added.", "UTC", "added_at")}


def _track(path: str) -> dict[str, Column]:
    """Return the columns of a track found at `path` in the answer."""
    return {
        "track": Column(STRING, "Title.", "", f"{path}.name"),
        "artist": Column(STRING, "First artist.", "", f"{path}.artists[0].name"),
        "artists": Column(STRING, "All artists.", "joined by '; '", f"{path}.artists[].name"),
        "album": Column(STRING, "Album.", "", f"{path}.album.name"),
        "album_type": Column(
            STRING, "Kind of album.", "album | single | compilation", f"{path}.album.album_type"
        ),
        "release_date": Column(
            STRING,
            "Release date of the album, as precise as Spotify knows it.",
            "YYYY[-MM[-DD]]",
            f"{path}.album.release_date",
        ),
        "release_year": Column(INT, "Year of `release_date`.", "year", "computed"),
        "duration_ms": Column(INT, "Length.", "ms", f"{path}.duration_ms"),
        "explicit": Column(BOOL, "Marked as explicit.", "", f"{path}.explicit"),
        "popularity": Column(
            INT, "Popularity; not for development-mode apps.", "0-100", f"{path}.popularity"
        ),
        "disc_number": Column(INT, "Disc.", "", f"{path}.disc_number"),
        "track_number": Column(INT, "Place on the disc.", "", f"{path}.track_number"),
        "isrc": Column(STRING, "Code of the recording.", "", f"{path}.external_ids.isrc"),
        "is_local": Column(BOOL, "A file on the listener's own device.", "", f"{path}.is_local"),
        "uri": Column(STRING, "Spotify's address of the track.", "", f"{path}.uri"),
        "id": Column(STRING, "Spotify's id; missing for local files.", "", f"{path}.id"),
        "artist_id": Column(STRING, "Id of the first artist.", "", f"{path}.artists[0].id"),
        "artist_ids": Column(
            STRING, "Ids of all artists.", "joined by '; '", f"{path}.artists[].id"
        ),
        "album_id": Column(STRING, "Id of the album.", "", f"{path}.album.id"),
        "album_artist": Column(
            STRING, "First artist of the album.", "", f"{path}.album.artists[0].name"
        ),
        "image_url": Column(
            STRING, "Cover; the address ends within a day.", "", f"{path}.album.images[0].url"
        ),
        "url": Column(STRING, "Page at Spotify.", "", f"{path}.external_urls.spotify"),
    }


def _album(path: str) -> dict[str, Column]:
    """Return the columns of an album found at `path` in the answer."""
    return {
        "album": Column(STRING, "Title.", "", f"{path}.name"),
        "artist": Column(STRING, "First artist.", "", f"{path}.artists[0].name"),
        "artists": Column(STRING, "All artists.", "joined by '; '", f"{path}.artists[].name"),
        "album_type": Column(
            STRING, "Kind of album.", "album | single | compilation", f"{path}.album_type"
        ),
        "release_date": Column(
            STRING, "As precise as Spotify knows it.", "YYYY[-MM[-DD]]", f"{path}.release_date"
        ),
        "release_year": Column(INT, "Year of `release_date`.", "year", "computed"),
        "n_tracks": Column(INT, "Number of tracks.", "", f"{path}.total_tracks"),
        "label": Column(STRING, "Label; not for development-mode apps.", "", f"{path}.label"),
        "popularity": Column(
            INT, "Popularity; not for development-mode apps.", "0-100", f"{path}.popularity"
        ),
        "upc": Column(STRING, "Bar code.", "", f"{path}.external_ids.upc"),
        "uri": Column(STRING, "Spotify's address of the album.", "", f"{path}.uri"),
        "id": Column(STRING, "Spotify's id.", "", f"{path}.id"),
        "artist_id": Column(STRING, "Id of the first artist.", "", f"{path}.artists[0].id"),
        "artist_ids": Column(
            STRING, "Ids of all artists.", "joined by '; '", f"{path}.artists[].id"
        ),
        "image_url": Column(
            STRING, "Cover; the address ends within a day.", "", f"{path}.images[0].url"
        ),
        "url": Column(STRING, "Page at Spotify.", "", f"{path}.external_urls.spotify"),
    }


def _artist(path: str) -> dict[str, Column]:
    """Return the columns of an artist found at `path` in the answer."""
    return {
        "artist": Column(STRING, "Name.", "", f"{path}.name"),
        "genres": Column(
            STRING, "Genres; not for development-mode apps.", "joined by '; '", f"{path}.genres"
        ),
        "popularity": Column(
            INT, "Popularity; not for development-mode apps.", "0-100", f"{path}.popularity"
        ),
        "n_followers": Column(
            INT, "Followers; not for development-mode apps.", "", f"{path}.followers.total"
        ),
        "uri": Column(STRING, "Spotify's address of the artist.", "", f"{path}.uri"),
        "id": Column(STRING, "Spotify's id.", "", f"{path}.id"),
        "image_url": Column(
            STRING, "Picture; the address ends within a day.", "", f"{path}.images[0].url"
        ),
        "url": Column(STRING, "Page at Spotify.", "", f"{path}.external_urls.spotify"),
    }


def _show(path: str) -> dict[str, Column]:
    """Return the columns of a podcast found at `path` in the answer."""
    return {
        "show": Column(STRING, "Name of the podcast.", "", f"{path}.name"),
        "publisher": Column(
            STRING, "Publisher; not for development-mode apps.", "", f"{path}.publisher"
        ),
        "n_episodes": Column(INT, "Number of episodes.", "", f"{path}.total_episodes"),
        "languages": Column(STRING, "Languages.", "joined by '; '", f"{path}.languages"),
        "explicit": Column(BOOL, "Marked as explicit.", "", f"{path}.explicit"),
        "description": Column(STRING, "Description.", "", f"{path}.description"),
        "uri": Column(STRING, "Spotify's address of the podcast.", "", f"{path}.uri"),
        "id": Column(STRING, "Spotify's id.", "", f"{path}.id"),
        "url": Column(STRING, "Page at Spotify.", "", f"{path}.external_urls.spotify"),
    }


def _episode(path: str) -> dict[str, Column]:
    """Return the columns of an episode found at `path` in the answer."""
    return {
        "episode": Column(STRING, "Title.", "", f"{path}.name"),
        "show": Column(STRING, "Podcast.", "", f"{path}.show.name"),
        "release_date": Column(
            STRING, "As precise as Spotify knows it.", "YYYY[-MM[-DD]]", f"{path}.release_date"
        ),
        "release_year": Column(INT, "Year of `release_date`.", "year", "computed"),
        "duration_ms": Column(INT, "Length.", "ms", f"{path}.duration_ms"),
        "explicit": Column(BOOL, "Marked as explicit.", "", f"{path}.explicit"),
        "is_finished": Column(BOOL, "Played to the end.", "", f"{path}.resume_point.fully_played"),
        "resume_ms": Column(
            INT, "Where to go on.", "ms", f"{path}.resume_point.resume_position_ms"
        ),
        "description": Column(STRING, "Description.", "", f"{path}.description"),
        "uri": Column(STRING, "Spotify's address of the episode.", "", f"{path}.uri"),
        "id": Column(STRING, "Spotify's id.", "", f"{path}.id"),
        "show_id": Column(STRING, "Id of the podcast.", "", f"{path}.show.id"),
        "url": Column(STRING, "Page at Spotify.", "", f"{path}.external_urls.spotify"),
    }


_RANKED = {
    "time_range": Column(
        STRING,
        "Window of the ranking: about 4 weeks, 6 months, 1 year.",
        " | ".join(TIME_RANGES),
        "the call",
    ),
    "rank": Column(INT, "Place, 1 = most played; Spotify gives no counts.", "1-", "order"),
}

PROFILE = Table(
    "profile",
    "The person signed in.",
    {
        "display_name": Column(STRING, "Name shown at Spotify.", "", "display_name"),
        "id": Column(STRING, "User id.", "", "id"),
        "account_id": Column(STRING, "Immutable pseudonymous id.", "", "account_id"),
        "country": Column(
            STRING, "Country; not for development-mode apps.", "ISO 3166-1", "country"
        ),
        "product": Column(STRING, "Subscription; not for development-mode apps.", "", "product"),
        "n_followers": Column(
            INT, "Followers; not for development-mode apps.", "", "followers.total"
        ),
        "uri": Column(STRING, "Spotify's address of the person.", "", "uri"),
        "image_url": Column(STRING, "Picture.", "", "images[0].url"),
        "url": Column(STRING, "Page at Spotify.", "", "external_urls.spotify"),
    },
    key=["id"],
)
TRACKS = Table("tracks", "One track.", _track("track"), key=["id"])
ALBUMS = Table("albums", "One album.", _album("album"), key=["id"])
ARTISTS = Table("artists", "One artist.", _artist("artist"), key=["id"])
TOP_TRACKS = Table(
    "top_tracks",
    "One place in the list of most played tracks.",
    {**_RANKED, **_track("item")},
    key=["time_range", "rank"],
)
TOP_ARTISTS = Table(
    "top_artists",
    "One place in the list of most played artists.",
    {**_RANKED, **_artist("item")},
    key=["time_range", "rank"],
)
SAVED_TRACKS = Table("saved_tracks", "One liked track.", {**_ADDED, **_track("track")}, key=["id"])
SAVED_ALBUMS = Table("saved_albums", "One saved album.", {**_ADDED, **_album("album")}, key=["id"])
SAVED_SHOWS = Table("saved_shows", "One followed podcast.", {**_ADDED, **_show("show")}, key=["id"])
SAVED_EPISODES = Table(
    "saved_episodes", "One saved episode.", {**_ADDED, **_episode("episode")}, key=["id"]
)
FOLLOWED_ARTISTS = Table("followed_artists", "One followed artist.", _artist("item"), key=["id"])
PLAYLISTS = Table(
    "playlists",
    "One playlist in the listener's library, own or followed.",
    {
        "playlist": Column(STRING, "Name.", "", "name"),
        "description": Column(STRING, "Description.", "", "description"),
        "owner": Column(STRING, "Name of its owner.", "", "owner.display_name"),
        "owner_id": Column(STRING, "User id of its owner.", "", "owner.id"),
        "is_own": Column(BOOL, "Owned by the person signed in.", "", "owner.id == me.id"),
        "collaborative": Column(BOOL, "Others may change it.", "", "collaborative"),
        "public": Column(BOOL, "Shown on the profile; missing = not known.", "", "public"),
        "n_items": Column(INT, "Number of entries; missing = not known.", "", "items.total"),
        "is_readable": Column(
            BOOL,
            "Its entries can be loaded: own or collaborative, or an app that may read all.",
            "",
            "computed",
        ),
        "snapshot_id": Column(STRING, "Version of its contents.", "", "snapshot_id"),
        "uri": Column(STRING, "Spotify's address of the playlist.", "", "uri"),
        "id": Column(STRING, "Spotify's id.", "", "id"),
        "url": Column(STRING, "Page at Spotify.", "", "external_urls.spotify"),
    },
    key=["id"],
)
PLAYLIST_ITEMS = Table(
    "playlist_items",
    "One entry of a playlist: a track, an episode, a local file, an audiobook, or an empty place.",
    {
        "playlist": Column(STRING, "Name of the playlist.", "", "name"),
        "playlist_id": Column(STRING, "Id of the playlist.", "", "id"),
        "position": Column(INT, "Place in the playlist.", "0-", "order"),
        **_ADDED,
        "added_by": Column(STRING, "User id of who added it.", "", "added_by.id"),
        "kind": Column(
            STRING,
            "What the entry is; `removed` is gone from Spotify's catalogue.",
            "track | episode | local | audiobook | removed",
            "item.type, is_local",
        ),
        **_track("item"),
        "show": Column(STRING, "Podcast of an episode, or audiobook.", "", "item.show.name"),
        "episode": Column(STRING, "Title of an episode.", "", "item.name"),
    },
    key=["playlist_id", "position"],
)
ALBUM_TRACKS = Table("album_tracks", "One track of an album.", _track("track"), key=["id"])
ARTIST_ALBUMS = Table(
    "artist_albums",
    "One album in an artist's discography.",
    {
        **_album("album"),
        "of_artist_id": Column(STRING, "The artist that was asked for.", "", "the call"),
        "album_group": Column(
            STRING, "How the artist takes part; not for development-mode apps.", "", "album_group"
        ),
    },
    key=["of_artist_id", "id"],
)
SEARCH = Table(
    "search",
    "One hit of a search.",
    {
        "kind": Column(
            STRING, "What was found.", "track | album | artist | playlist | show | episode", "type"
        ),
        "rank": Column(INT, "Place among hits of its kind.", "1-", "order"),
        "name": Column(STRING, "Name of the hit.", "", "name"),
        "artist": Column(STRING, "First artist.", "", "artists[0].name"),
        "album": Column(STRING, "Album of a track.", "", "album.name"),
        "show": Column(STRING, "Podcast of an episode.", "", "show.name"),
        "owner": Column(STRING, "Owner of a playlist.", "", "owner.display_name"),
        "release_date": Column(
            STRING, "As precise as Spotify knows it.", "YYYY[-MM[-DD]]", "release_date"
        ),
        "duration_ms": Column(INT, "Length of a track or episode.", "ms", "duration_ms"),
        "isrc": Column(STRING, "Code of the recording.", "", "external_ids.isrc"),
        "uri": Column(STRING, "Spotify's address.", "", "uri"),
        "id": Column(STRING, "Spotify's id.", "", "id"),
        "url": Column(STRING, "Page at Spotify.", "", "external_urls.spotify"),
    },
    key=["kind", "rank"],
)
USAGE = Table(
    "usage",
    "Calls of one day and endpoint that ended with one status.",
    {
        "day": Column(DAY, "Day of the calls.", "UTC day", ""),
        "endpoint": Column(STRING, "Method and path; ids as {id}.", "", ""),
        "status": Column(INT, "HTTP status; missing where no answer came.", "", ""),
        "n_calls": Column(INT, "Number of calls.", "", ""),
        "n_cached": Column(INT, "Answers taken from disk instead of a call.", "", ""),
        "waited_s": Column(FLOAT, "Time spent waiting because Spotify asked for it.", "s", ""),
        "took_s": Column(FLOAT, "Time from request to answer, added up.", "s", ""),
        "first_at": Column(UTC, "First call.", "UTC", ""),
        "last_at": Column(UTC, "Last call.", "UTC", ""),
    },
    key=["day", "endpoint", "status"],
)
