"""Stand-ins for the services outside Spotify: their protocols with all their traps, on loopback."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from spotify_analysis.recommend.outside import Service
from spotify_analysis.recommend.outside.services import SIMILAR_RECORDINGS

TOKEN = "11111111-2222-3333-4444-555555555555"
API_KEY = "0123456789abcdef0123456789abcdef"
USER = "ada & bob"  # whose token it is
DEEZER_QUOTA = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}


def mbid(name: str) -> str:
    """Make a MusicBrainz number from a name."""
    digits = name.encode().hex().ljust(32, "0")[:32]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def spotify_id(name: str) -> str:
    """Make a track id from a name."""
    return "".join(c for c in name if c.isascii() and c.isalnum()).ljust(22, "x")[:22]


@dataclass
class Answer:
    """What a stand-in says."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """What the services know, and what goes wrong.

    ``similar`` maps an artist to artists like it, ``tracks`` an artist to titles, ``isrcs`` a code
    to artist and title; ``for_user`` lists what ListenBrainz suggests to the owner of the token,
    None where it has made no model yet.
    """

    similar: dict[str, list[str]] = field(default_factory=dict)
    tracks: dict[str, list[str]] = field(default_factory=dict)
    isrcs: dict[str, tuple[str, str]] = field(default_factory=dict)
    for_user: list[tuple[str, str]] | None = None
    released: list[str] = field(default_factory=list)  # artists with something of this month
    wants_token_for_radio: bool = False
    has_deezer_radio: bool = True
    algorithm: str = SIMILAR_RECORDINGS[0]
    unknown_to_spotify: set[str] = field(default_factory=set)
    faults: dict[str, list[Answer]] = field(default_factory=dict)  # by a part of the path or query
    log: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""

    @property
    def artists(self) -> list[str]:
        """Everybody there is."""
        return sorted({*self.similar, *self.tracks, *(a for s in self.similar.values() for a in s)})

    def service(self, name: str, gap_s: float = 0.0) -> Service:
        """Give one of the servers, without a pace."""
        return Service(name, f"{self.url}/{name.lower().replace(' ', '').replace('.', '')}/", gap_s)

    def calls(self) -> Counter[str]:
        """Count requests by path."""
        return Counter(urlsplit(path).path for _, path, _, _ in self.log)

    # ------------------------------------------------------------ answers

    def answer(self, method: str, path: str, headers: dict[str, str], body: Any) -> Answer:
        """Answer as the service named in the path does."""
        self.log.append((method, path, headers, body))
        for part, answers in self.faults.items():
            if part in path and answers:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        _, service, rest = parts.path.split("/", 2)
        if "( http" not in headers.get("User-Agent", ""):
            return Answer(403, "<html>Your address is blocked: no User-Agent</html>")
        if service == "musicbrainz":
            return self._musicbrainz(rest, query)
        if service == "listenbrainz":
            return self._listenbrainz(rest, query, headers, body)
        if service == "listenbrainzlabs":
            return self._labs(method, rest, body)
        if service == "deezer":
            return self._deezer(rest, query)
        if service == "reccobeats":
            return self._reccobeats(rest, query)
        return self._lastfm(query)

    def _musicbrainz(self, rest: str, query: dict[str, str]) -> Answer:
        if rest.startswith("isrc/"):
            artist, title = self.isrcs.get(rest.removeprefix("isrc/"), ("", ""))
            if not artist or query.get("inc") != "artist-credits":
                return Answer(404, {"error": "Not Found", "help": "https://musicbrainz.org"})
            rows = [
                {"id": mbid("x"), "title": title, "artist-credit": [{"name": f"{artist} Tribute"}]},
                {"id": mbid(title + artist), "title": "?", "artist-credit": [{"name": artist}]},
            ]
            return Answer(200, {"isrc": rest.removeprefix("isrc/"), "recordings": rows})
        wanted = query["query"]
        if rest == "artist/":
            name = wanted.removeprefix('artist:"').removesuffix('"').replace("\\", "")
            near = [a for a in self.artists if a.casefold() == name.casefold()]
            rows = [{"id": mbid("x"), "name": f"{name} Tribute", "score": 100}]
            rows += [{"id": mbid(a), "name": a, "score": 98, "aliases": []} for a in near]
            return Answer(200, {"count": len(rows), "artists": rows})
        rows = [
            {"id": mbid(t + a), "title": t, "artist-credit": [{"name": a}], "score": 100}
            for a, titles in self.tracks.items()
            for t in titles
            if f'"{t}"' in wanted and f'"{a}"' in wanted
        ]
        return Answer(200, {"count": len(rows), "recordings": rows})

    def _listenbrainz(
        self, rest: str, query: dict[str, str], headers: dict[str, str], body: Any
    ) -> Answer:
        has_token = headers.get("Authorization") == f"Token {TOKEN}"
        if rest == "validate-token":
            invalid = {"code": 200, "message": "Token invalid.", "valid": False}
            valid = {"code": 200, "message": "Token valid.", "valid": True, "user_name": USER}
            return Answer(200, valid if has_token else invalid)
        if rest == "explore/fresh-releases/":
            if not {"days", "sort", "past", "future"} <= query.keys():
                return Answer(400, {"code": 400, "error": "a parameter is missing"})
            rows = [
                {
                    "artist_credit_name": artist,
                    "artist_mbids": [mbid(artist)],
                    "release_date": "2026-11-20",
                    "release_name": "New",
                }
                for artist in self.released
            ]
            return Answer(200, {"payload": {"releases": rows, "total_count": len(rows)}})
        if rest == "metadata/lookup/":
            return self._lookup(body, has_token=has_token)
        if rest.startswith("cf/recommendation/user/"):
            if rest != f"cf/recommendation/user/{quote(USER)}/recording":
                return Answer(404, {"code": 404, "error": "Cannot find user"})
            if self.for_user is None:
                return Answer(204, None)
            rows = [
                {"recording_mbid": mbid(t + a), "score": 9.0 - n, "latest_listened_at": None}
                for n, (a, t) in enumerate(self.for_user)
            ]
            return Answer(200, {"payload": {"mbids": rows, "user_name": USER, "count": len(rows)}})
        if self.wants_token_for_radio and headers.get("Authorization") != f"Token {TOKEN}":
            return Answer(401, {"code": 401, "error": "You need to provide an Authorization token"})
        needed = {
            "mode",
            "max_similar_artists",
            "max_recordings_per_artist",
            "pop_begin",
            "pop_end",
        }
        if not needed <= query.keys() or query["mode"] not in ("easy", "medium", "hard"):
            return Answer(400, {"code": 400, "error": "a parameter is missing"})
        seed = {mbid(a): a for a in self.artists}.get(rest.removeprefix("lb-radio/artist/"))
        if seed is None:
            return Answer(404, {"code": 404, "error": "no such artist"})
        # the seed itself comes back
        return Answer(
            200,
            {
                mbid(artist): [
                    {
                        "recording_mbid": mbid(title + artist),
                        "similar_artist_mbid": mbid(artist),
                        "similar_artist_name": artist,
                        "total_listen_count": 100,
                    }
                    for title in self.tracks.get(artist, [])[
                        : int(query["max_recordings_per_artist"])
                    ]
                ]
                for artist in [seed, *self.similar.get(seed, [])]
            },
        )

    def _lookup(self, body: Any, *, has_token: bool) -> Answer:
        if not has_token:
            return Answer(401, {"code": 401, "error": "You need to provide an Authorization token"})
        if len(body["recordings"]) > 50:
            return Answer(400, {"code": 400, "error": "too many"})
        # the last comes first, and what is not known is left out
        rows = [
            {
                "recording_mbid": mbid(one["recording_name"] + one["artist_name"]),
                "artist_mbids": [mbid(one["artist_name"])],
                "recording_name": one["recording_name"].upper(),
                "artist_credit_name": one["artist_name"],
                "release_name": None,
            }
            for one in reversed(body["recordings"])
            if one["recording_name"] in self.tracks.get(one["artist_name"], [])
        ]
        return Answer(200, rows)

    def _labs(self, method: str, rest: str, body: Any) -> Answer:
        recordings = {mbid(t + a): (a, t) for a, titles in self.tracks.items() for t in titles}
        if method != "POST":
            return Answer(405, "<html>Method not allowed</html>")
        if rest == "spotify-id-from-mbid/json":
            rows = []
            # another order, and rows without names dropped
            for one in reversed(body):
                artist, title = recordings.get(one["recording_mbid"], (None, None))
                if artist is None or title is None:
                    continue
                known = title not in self.unknown_to_spotify
                rows.append(
                    {
                        "recording_mbid": one["recording_mbid"],
                        "artist_name": artist,
                        "release_name": f"{artist} I",
                        "track_name": title,
                        "spotify_track_ids": [spotify_id(title + artist)] if known else [],
                    }
                )
            return Answer(200, rows)
        if rest == "similar-recordings/json":
            if body[0]["algorithm"] != self.algorithm:
                return Answer(
                    400, "<!doctype html><p>algorithm: value is not a valid enumeration</p>"
                )
            rows = []
            for reference in body[0]["recording_mbids"]:
                artist, _ = recordings[reference]
                for place, other in enumerate(self.similar.get(artist, [])):
                    for title in self.tracks.get(other, []):
                        rows.append(
                            {
                                "recording_mbid": mbid(title + other),
                                "recording_name": title,
                                "artist_credit_name": other,
                                "[artist_credit_mbids]": None,
                                "release_name": None,
                                "score": 100 - place,
                                "reference_mbid": reference,
                            }
                        )
            return Answer(200, rows)
        return Answer(404, "<html>not found</html>")

    def _lastfm(self, query: dict[str, str]) -> Answer:
        if query.get("api_key") != API_KEY:
            return Answer(403, {"error": 10, "message": "Invalid API key"})
        method, artist = query["method"], query.get("artist", "")
        if artist not in self.artists:
            return Answer(
                200, {"error": 6, "message": "The artist you supplied could not be found"}
            )
        if method == "track.getSimilar":
            return Answer(200, {"similartracks": {"track": [], "@attr": {"artist": artist}}})
        if method == "artist.getSimilar":
            rows: Any = [
                {"name": a, "mbid": "", "match": str(round(1 - 0.1 * place, 3)), "url": "https://x"}
                for place, a in enumerate(self.similar.get(artist, []))
            ]
            return Answer(200, {"similarartists": {"artist": rows[0] if len(rows) == 1 else rows}})
        rows = [{"name": t, "playcount": "9"} for t in self.tracks.get(artist, [])]
        return Answer(200, {"toptracks": {"track": rows[0] if len(rows) == 1 else rows}})

    def _deezer(self, rest: str, query: dict[str, str]) -> Answer:
        def rows_of(artist: str) -> list[Any]:
            return [
                {
                    "id": n,
                    "title": title,
                    "duration": 200,
                    "rank": 500_000,
                    "explicit_lyrics": False,
                    "artist": {"id": number[artist], "name": artist},
                    "album": {"id": n, "title": f"{artist} I"},
                }
                for n, title in enumerate(self.tracks.get(artist, []))
            ]

        number = {artist: n for n, artist in enumerate(self.artists, start=1)}
        if rest == "search/artist":
            near = [a for a in self.artists if a.casefold() == query["q"].casefold()]
            rows = [{"id": 99, "name": f"{query['q']} Tribute", "nb_fan": 3}]
            rows += [{"id": number[a], "name": a, "nb_fan": 9} for a in near]
            return Answer(200, {"data": rows, "total": len(rows)})
        _, id_, what = rest.split("/")
        seed = {str(n): artist for artist, n in number.items()}.get(id_)
        if seed is None:
            missing = {"type": "DataException", "message": "no data", "code": 800}
            return Answer(200, {"error": missing})
        if what == "related":
            rows = [{"id": number[a], "name": a, "nb_fan": 9} for a in self.similar.get(seed, [])]
        elif what == "top":
            rows = rows_of(seed)[: int(query["limit"])]
        else:
            played = [seed, *self.similar.get(seed, [])] if self.has_deezer_radio else []
            rows = [row for artist in played for row in rows_of(artist)]
        return Answer(200, {"data": rows, "total": len(rows)})

    def _reccobeats(self, rest: str, query: dict[str, str]) -> Answer:
        ids = query.get("seeds", "").split(",")
        if rest != "track/recommendation" or not 1 <= int(query.get("size", 0)) <= 100:
            return Answer(400, {"error": "Bad Request"})
        if not 1 <= len(ids) <= 5:
            return Answer(400, {"error": "Bad Request"})
        known = {spotify_id(a + t): a for a, titles in self.tracks.items() for t in titles}
        # ids it does not know are dropped without a word
        content = [
            {
                "id": mbid(title),
                "trackTitle": title,
                "artists": [{"id": mbid(artist), "name": artist, "href": "https://x"}],
                "durationMs": 200_000,
                "isrc": f"XX{mbid(title + artist)[:8]}",
                "href": f"https://open.spotify.com/track/{spotify_id(title + artist)}",
                "availableCountries": "DE",
                "popularity": 7,
            }
            for id_ in ids
            for artist in self.similar.get(known.get(id_, ""), [])
            for title in self.tracks.get(artist, [])
        ]
        return Answer(200, {"content": content[: int(query["size"])]})


@contextmanager
def served(world: World) -> Iterator[World]:
    """Serve a world on a free port of this computer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._do()

        def do_POST(self) -> None:
            self._do()

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            said = world.answer(self.command, self.path, dict(self.headers.items()), body)
            is_text = isinstance(said.body, str)
            data = b""
            if said.status != 204 and isinstance(said.body, bytes):
                data = said.body
            elif said.status != 204:
                data = (said.body if is_text else json.dumps(said.body)).encode()
            self.send_response(said.status)
            self.send_header("Content-Type", "text/html" if is_text else "application/json")
            if said.status != 204:
                self.send_header("Content-Length", str(len(data)))
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    world.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
