"""All tables of one listener at once, with the number of calls said beforehand."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from spotify_analysis import client as clients
from spotify_analysis import errors, tables
from spotify_analysis.loaders import catalogue, library, person, playlist
from spotify_analysis.loaders.frames import missing
from spotify_analysis.loaders.inputs import What, ids_of
from spotify_analysis.loaders.rows import Reader

__all__ = ["everything", "plan"]

PLAN = tables.Table(
    "plan",
    "One table that `loaders.everything`, or the loader of its name, loads.",
    {
        "table": tables.Column(tables.STRING, "Name of the table."),
        "n_rows": tables.Column(tables.INT, "Rows Spotify announces; missing = not known."),
        "n_calls": tables.Column(tables.INT, "Calls still to make."),
        "expected_s": tables.Column(
            tables.FLOAT, "About how long they take, tables before it too.", "s"
        ),
        "fits": tables.Column(
            tables.BOOL, "Whether the day's budget allows it; missing = not known."
        ),
        "missing": tables.Column(tables.STRING, "Why it cannot be loaded, if it cannot."),
    },
    key=["table"],
)
_DECLARED: dict[str, tables.Table] = {
    "profile": tables.PROFILE,
    "top_tracks": tables.TOP_TRACKS,
    "top_artists": tables.TOP_ARTISTS,
    "recent_plays": tables.PLAYS,
    "playlists": tables.PLAYLISTS,
    "playlist_items": tables.PLAYLIST_ITEMS,
    "saved_tracks": tables.SAVED_TRACKS,
    "saved_albums": tables.SAVED_ALBUMS,
    "saved_shows": tables.SAVED_SHOWS,
    "saved_episodes": tables.SAVED_EPISODES,
    "followed_artists": tables.FOLLOWED_ARTISTS,
}
# loaders of things that have to be named, and what these are
_OF = {
    "playlist_items": "playlist",
    "tracks": "track",
    "albums": "album",
    "artists": "artist",
    "album_tracks": "album",
    "artist_albums": "artist",
}
_CHOICES = ("own", "all", "none")
# what ends every load alike; anything else that is refused leaves one table empty
_ALL_REFUSED = (errors.NotRegisteredError, errors.PremiumRequiredError)


class _Loads:
    """The loads of one listener: what each takes and gives."""

    def __init__(self, client: clients.Client, playlists: str, time_zone: str | None) -> None:
        if playlists not in _CHOICES:
            raise ValueError(
                f"`playlists` must be {', '.join(map(repr, _CHOICES))}; not {playlists!r}."
            )
        self.client = client
        self.which = playlists
        self.time_zone = time_zone
        self.refused: dict[str, str] = {}
        self.done: dict[str, pd.DataFrame] = {}
        self.n_rows: dict[str, int | None] = {"profile": 1}
        self.n_calls: dict[str, int] = {"profile": 0 if client.knows_me else 1}

    def look(self) -> None:
        """Learn how much there is: first pages, which serve the loads that follow."""
        client = self.client
        for name in ("top_tracks", "top_artists"):
            if self._allowed(name):
                self.n_calls[name] = 3
        if self._allowed("recent_plays"):
            self.n_calls["recent_plays"] = 1
        self._look_at_lists(_lists())
        if self._allowed("playlists"):
            self._try("playlists", self._look_at_playlists)
        if "playlists" in self.refused:
            self.refused["playlist_items"] = self.refused["playlists"]
        elif self.which == "none":
            self.refused["playlist_items"] = "Not asked for (`playlists='none'`)."
        self.n_calls["profile"] = 0 if client.knows_me else 1

    def look_at(self, names: Sequence[str], of: What | None) -> None:
        """Learn what loaders take when each is called by itself."""
        client = self.client
        lists = {**_lists(), "playlists": playlist.playlists_listing()}
        self._look_at_lists({name: one for name, one in lists.items() if name in names})
        for name in names:
            if name in lists or not self._allowed(name):
                continue
            if name in ("top_tracks", "top_artists", "recent_plays"):
                self.n_calls[name] = 1
            elif name in _OF:
                look = functools.partial(self._look_at_named, name, of)
                self._try(name, look)
        if "playlists" in names and "playlists" not in self.refused and not client.knows_me:
            self.n_calls["playlists"] += 1

    def _look_at_named(self, name: str, of: What | None) -> None:
        client = self.client
        if name == "playlist_items" and of is None:
            self._look_at_playlists()
        elif name == "playlist_items" and of is not None:
            self.n_rows[name], self.n_calls[name] = playlist.n_calls_of(client, of)
        elif name == "artist_albums" and of is not None:
            ids = ids_of(of, "artist")
            listings = [
                catalogue.artist_albums_listing(one, may_be_refused=len(ids) > 1) for one in ids
            ]
            totals = client.begin(listings, label="looking")
            size = client.facts.limit("GET", listings[0].path) if listings else 1
            self.n_rows[name] = None if None in totals else sum(n or 0 for n in totals)
            self.n_calls[name] = sum(max(0, -(-(n or 0) // size) - 1) for n in totals)
        elif of is not None:
            ids = ids_of(of, _OF[name])
            self.n_rows[name] = None if name == "album_tracks" else len(ids)
            self.n_calls[name] = client.n_calls_by_id(f"{_OF[name]}s", ids)

    def _look_at_lists(self, lists: dict[str, clients.Listing]) -> None:
        looks = [
            functools.partial(self._try, name, functools.partial(self._begin, name, listing))
            for name, listing in lists.items()
            if self._allowed(name)
        ]
        self.client.crew.run(looks, label="looking")

    def _allowed(self, name: str) -> bool:
        try:
            self.client.require_scopes_of(f"loaders.{name}")
        except errors.MissingScopeError as exc:
            self.refused[name] = str(exc)
            return False
        return True

    def _begin(self, name: str, listing: clients.Listing) -> None:
        total = self.client.begin([listing], label="looking")[0]
        size = self.client.facts.limit("GET", listing.path)
        self.n_rows[name] = total
        self.n_calls[name] = max(0, -(-(total or 0) // size) - 1)

    def _look_at_playlists(self) -> None:
        frame = playlist.playlists(self.client)
        self.done["playlists"] = frame
        self.n_rows["playlists"], self.n_calls["playlists"] = len(frame), 0
        chosen = self.chosen_playlists()
        n_items = chosen.loc[chosen["is_readable"].fillna(False), "n_items"]
        self.n_rows["playlist_items"] = None if n_items.isna().any() else int(n_items.sum())
        self.n_calls["playlist_items"] = playlist.n_item_calls(self.client, chosen)

    def chosen_playlists(self) -> pd.DataFrame:
        """Give the playlists whose entries are wanted."""
        frame = self.done["playlists"]
        return frame[frame["is_own"].fillna(False)] if self.which == "own" else frame

    def _try(self, name: str, act: Callable[[], Any]) -> None:
        try:
            act()
        except (errors.ForbiddenError, errors.NotFoundError) as exc:
            if isinstance(exc, _ALL_REFUSED):
                raise
            self.refused[name] = str(exc)

    def load(self, name: str) -> pd.DataFrame:
        """Load one table."""
        client = self.client
        loads: dict[str, Callable[[], pd.DataFrame]] = {
            "profile": lambda: person.profile(client),
            "top_tracks": lambda: person.top_tracks(client, time_range="all"),
            "top_artists": lambda: person.top_artists(client, time_range="all"),
            "recent_plays": lambda: person.recent_plays(client, time_zone=self.time_zone),
            "playlists": lambda: self.done["playlists"],
            "playlist_items": lambda: playlist.playlist_items(client, self.chosen_playlists()),
            "followed_artists": lambda: library.followed_artists(client),
        }
        return loads[name]() if name in loads else getattr(library, name)(client)

    def _load_into(self, loaded: dict[str, pd.DataFrame], name: str) -> None:
        loaded[name] = self.load(name)

    def run(self) -> dict[str, pd.DataFrame]:
        """Load all tables; what is refused is empty and says why."""
        loaded: dict[str, pd.DataFrame] = {}
        for name, declared in _DECLARED.items():
            if name not in self.refused:
                try:
                    self._try(name, functools.partial(self._load_into, loaded, name))
                except errors.SpotifyError as exc:
                    exc.tables.update(loaded)
                    raise
            if name in self.refused:
                loaded[name] = missing(declared, self.refused[name])
        return loaded

    def frame(self, names: Iterable[str] = _DECLARED) -> pd.DataFrame:
        """List what will be loaded."""
        rows, n_calls = [], 0
        for name in names:
            is_refused = name in self.refused
            n_own = 0 if is_refused else self.n_calls.get(name)
            n_calls += n_own or 0
            plan = self.client.plan(n_calls, label=name)
            rows.append(
                {
                    "table": name,
                    "n_rows": None if is_refused else self.n_rows.get(name),
                    "n_calls": n_own,
                    "expected_s": plan.expected_s,
                    "fits": plan.fits,
                    "missing": self.refused.get(name),
                }
            )
        return tables.conform(rows, PLAN)


def _lists() -> dict[str, clients.Listing]:
    """Describe the lists of the library whose first page tells how long they are."""
    lists = {name: one.listing(Reader()) for name, one in library.LISTS.items()}
    return {**lists, "followed_artists": library.followed_listing()}


def plan(
    client: clients.Client,
    loads: str | Sequence[str] | None = None,
    *,
    of: What | None = None,
    playlists: str = "own",
) -> pd.DataFrame:
    """Tell what a load would take: how many calls, how long, and whether the budget allows it.

    Parameters
    ----------
    client : Client
        From `connect`.
    loads : str or sequence of str, optional
        Loaders by name, as they are called without further arguments: ``"saved_tracks"``; by
        default `everything`.
    of : str, iterable of str or DataFrame, optional
        For ``"playlist_items"``, ``"tracks"``, ``"albums"``, ``"artists"``, ``"album_tracks"`` and
        ``"artist_albums"``: what the loader will be given. Entries of playlists are those of own
        playlists by default.
    playlists : {"own", "all", "none"}
        Whose playlists' entries; ``"all"`` where Spotify gives them.

    Returns
    -------
    DataFrame
        One row per table: ``table``, ``n_rows`` (missing = not known), ``n_calls`` and
        ``missing`` (why it cannot be loaded). ``expected_s`` and ``fits`` say about how long the
        tables up to this one take, and whether the budget of calls allows them; as far as it is
        known: `Client.plan`.

    Raises
    ------
    ValueError
        If there is no such loader or choice of playlists, or `of` is missing or not needed.
    SpotifyError, NotLoggedInError
        If Spotify cannot be asked.

    Notes
    -----
    Source: the first page of each list and all pages of playlists. Cost: five calls, one per 50
    playlists and one for the profile; of loaders by name one call per list, playlist given by id,
    or artist whose albums are wanted, and none for others. A load within the next five minutes
    does not repeat first pages. Of ``"album_tracks"`` it cannot be told beforehand which albums
    are longer than 50 tracks and take another call.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> spotify = demo.connect()  # doctest: +SKIP
    >>> loaders.plan(spotify)  # doctest: +SKIP
    >>> loaders.plan(spotify, ["saved_tracks", "top_tracks"])  # doctest: +SKIP
    >>> loaders.plan(spotify, "playlist_items", of="spotify:playlist:…")  # doctest: +SKIP
    """
    looked = _Loads(client, playlists, None)
    if loads is None:
        if of is not None:
            raise ValueError("`of` says what one loader is given: name it, too (`loads`).")
        looked.look()
        return looked.frame()
    several = isinstance(loads, Iterable) and not isinstance(loads, str)
    listed: list[Any] = list(loads) if several else [loads]
    known = dict.fromkeys((*_DECLARED, *_OF))
    for name in listed:
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"`loads` must be some of {', '.join(known)}; not {name!r}.")
        if of is None and name in _OF and name != "playlist_items":
            raise ValueError(f"`of` must name the {_OF[name]}s that `{name}` will be given.")
    names = list(dict.fromkeys(listed))
    takes = [name for name in names if name in _OF]
    if of is not None and len(takes) != 1:
        given = f"{len(takes)} of them" if takes else "none of them"
        raise ValueError(f"`of` is for one of {', '.join(_OF)}; `loads` names {given}.")
    looked.look_at(names, of)
    return looked.frame(names)


def everything(
    client: clients.Client,
    *,
    playlists: str = "own",
    time_zone: str | None = None,
    say: Callable[[str], object] | None = print,
) -> dict[str, pd.DataFrame]:
    """Load all tables of one listener.

    Parameters
    ----------
    client : Client
        From `connect`.
    playlists : {"own", "all", "none"}
        Whose playlists' entries; ``"all"`` where Spotify gives them.
    time_zone : str, optional
        IANA name for the local columns of plays.
    say : callable or None
        Told, before it starts, how many calls it will take; None for silence.

    Returns
    -------
    dict of str to DataFrame
        Table by name. What this app or login does not get is an empty table with the reason in
        ``attrs["missing"]``.

    Raises
    ------
    ValueError
        If there is no such choice of playlists, or no such time zone.
    RateLimitedError
        If Spotify asks for a longer wait than allowed. As with every error here, `tables` of the
        error holds what had come whole, and the same call goes on from there.
    SpotifyError, NotLoggedInError
        If a table cannot be loaded to its end.

    Notes
    -----
    Source: the loaders of the same names; top lists for all three time ranges. Cost: said before
    it starts; about one call per 50 saved tracks and per 50 entries of changed playlists, and
    some 15 for the rest.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> found = loaders.everything(demo.connect())  # doctest: +SKIP
    """
    if time_zone is not None:
        tables.check_time_zone(time_zone)
    loads = _Loads(client, playlists, time_zone)
    loads.look()
    if say is not None:
        planned = loads.frame()
        n_calls = int(planned["n_calls"].fillna(0).sum())
        say(_sentence(planned, client.plan(n_calls, label="Everything")))
    with client.crew.hushed(), client.one_after_another():
        return loads.run()


def _sentence(planned: pd.DataFrame, plan: clients.Plan) -> str:
    large = planned[planned["n_calls"].fillna(0) > 0].sort_values("n_calls", ascending=False)
    parts = ", ".join(f"{row.table} {row.n_calls}" for row in large.itertuples())
    without = int(planned["missing"].notna().sum())
    return (
        str(plan)
        + (f" They are for {parts}." if parts else "")
        + (f" {without} of {len(planned)} tables cannot be loaded." if without else "")
    )
