"""The account data's other files: searches, artists promoted, Wrapped, the Sound Capsule."""

from __future__ import annotations

from spotify_analysis.tables.schema import BOOL, DAY, FLOAT, INT, STRING, UTC, Column, Table

__all__ = [
    "FOLLOWERS",
    "MARQUEE",
    "SEARCH_QUERIES",
    "SOUND_CAPSULE",
    "SOUND_CAPSULE_HIGHLIGHTS",
    "WRAPPED_FACTS",
    "WRAPPED_TOPS",
]

# one vocabulary for both of Spotify's, from the least to the most
LISTENERS = ("lapsed", "leanback", "light", "moderate", "super")
WRAPPED_LISTS = ("track", "artist", "album", "show", "genre")
CAPSULE_LISTS = ("all", "track", "artist", "genre", "time of day")

SEARCH_QUERIES = Table(
    "search_queries",
    "One search as the app recorded it: typing makes a row per few letters.",
    {
        "searched_at": Column(UTC, "When it was sent.", "UTC", "searchTime"),
        "query": Column(STRING, "What was typed.", "", "searchQuery"),
        "is_prefix": Column(
            BOOL,
            "The next search, within a minute, is this one with more letters: typing goes on.",
            "",
            "worked out",
        ),
        "n_opened": Column(INT, "Results that were opened.", "results", "searchInteractionURIs"),
        "uris": Column(STRING, "Their addresses, blanks in between.", "", "searchInteractionURIs"),
        "platform": Column(STRING, "App it was typed in, as written.", "", "platform"),
    },
)
MARQUEE = Table(
    "marquee",
    "One artist, and what kind of listener advertisers are told this person is.",
    {
        "artist": Column(STRING, "Name of the artist.", "", "artistName"),
        "listener": Column(
            STRING, "Kind of listener, in one vocabulary.", " | ".join(LISTENERS), "segment"
        ),
        "segment": Column(STRING, "As Spotify wrote it.", "", "segment"),
    },
)
FOLLOWERS = Table(
    "followers",
    "One number about other people; their names are not taken.",
    {
        "what": Column(STRING, "Who is counted.", "followers | following | blocked", "keys"),
        "n_people": Column(INT, "How many.", "people", "followerCount, userIsFollowedBy, ..."),
    },
    key=["what"],
)
WRAPPED_TOPS = Table(
    "wrapped_tops",
    "One place in one list of one year's Wrapped.",
    {
        "year": Column(INT, "The year.", "year", "mostListenedDay, else the file's name"),
        "what": Column(STRING, "What is ranked.", " | ".join(WRAPPED_LISTS), "topTracks, ..."),
        "rank": Column(INT, "Place, 1 is the first.", "1-", "order"),
        "name": Column(STRING, "Name, in the years that give one.", "", "name, trackName"),
        "uri": Column(STRING, "Spotify's address.", "", "trackUri, artistUri, ..."),
        "n_plays": Column(INT, "Plays, where given.", "plays", "count, plays"),
        "ms_played": Column(INT, "Time listened, where given.", "ms", "msPlayed"),
    },
    key=["year", "what", "rank"],
)
WRAPPED_FACTS = Table(
    "wrapped_facts",
    "One value of one year's Wrapped that stands in no list of `wrapped_tops`.",
    {
        "year": Column(INT, "The year.", "year", "mostListenedDay, else the file's name"),
        "section": Column(STRING, "Part of the file.", "", "yearlyMetrics, party, ..."),
        "fact": Column(STRING, "Name in that part; dots lead into lists, counted from 0.", "", ""),
        "value": Column(STRING, "The value as text."),
        "number": Column(FLOAT, "The value, where it is a number."),
    },
    key=["year", "section", "fact"],
)
SOUND_CAPSULE = Table(
    "sound_capsule",
    "One number of one week or month of the Sound Capsule.",
    {
        "period": Column(STRING, "How long.", "week | month", "date"),
        "since": Column(DAY, "Its first day; weeks begin on Monday.", "date", "date"),
        "what": Column(STRING, "What is counted.", " | ".join(CAPSULE_LISTS), "topTracks, ..."),
        "rank": Column(INT, "Place; missing for the whole.", "1-", "order"),
        "name": Column(STRING, "Name of the track, artist, genre or time of day.", "", "name"),
        "n_plays": Column(INT, "Plays, as Spotify counts; 0 is missing.", "plays", "streamCount"),
        "ms_played": Column(
            INT, "Time listened, to the second; 0 is missing.", "ms", "secondsPlayed"
        ),
    },
)
SOUND_CAPSULE_HIGHLIGHTS = Table(
    "sound_capsule_highlights",
    "One value of one highlight of the Sound Capsule.",
    {
        "highlight": Column(INT, "Number of the highlight.", "0-", "order"),
        "fact": Column(STRING, "Name of the value; dots lead into lists, counted from 0."),
        "value": Column(STRING, "The value as text."),
        "number": Column(FLOAT, "The value, where it is a number."),
    },
    key=["highlight", "fact"],
)
