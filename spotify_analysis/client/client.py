"""The client: spotipy's methods over our calls, and lists that come whole."""

from __future__ import annotations

import contextlib
import json as json_module
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import spotipy

from spotify_analysis import errors, transport
from spotify_analysis.auth import scopes as needs
from spotify_analysis.client import gather, paging, things
from spotify_analysis.client.cache import Cache
from spotify_analysis.client.calls import Call, Caller
from spotify_analysis.client.facts import Facts
from spotify_analysis.client.pace import RATE, Pace, Plan
from spotify_analysis.client.usage import Usage, ledger_for

if TYPE_CHECKING:
    import pandas as pd

    from spotify_analysis import auth, config

__all__ = ["Client", "connect"]

# what a path below the API's address may hold: no way out of it, no query, no fragment
_PATH = re.compile(r"[A-Za-z0-9_~.,:%@+-]+(?:/[A-Za-z0-9_~.,:%@+-]+)*")
_LONGEST_PATH = 2_000


def connect(*, settings: config.Settings | None = None, owner: str = "", **options: Any) -> Client:
    """Connect with the login saved on this computer.

    Parameters
    ----------
    settings : Settings, optional
        Credentials and folders; found in arguments, environment and files by default.
    owner : str
        Whose login, where several people's are kept.
    **options : Any
        As in `Client`.

    Returns
    -------
    Client
        Ready for loaders. The token is renewed when needed; no call has been made yet.

    Raises
    ------
    NotLoggedInError
        If no usable login is saved; says how to sign in.

    Examples
    --------
    >>> import spotify_analysis as sa
    >>> spotify = sa.connect()  # doctest: +SKIP
    """
    from spotify_analysis import auth

    return Client(auth.saved(settings, owner=owner), settings=settings, **options)


class Client(spotipy.Spotify):  # type: ignore[misc]
    """Spotify for one signed-in person; every method of `spotipy.Spotify` works on it.

    Each call goes to Spotify only, ends in time, waits when Spotify asks for it (up to
    `max_wait_s`), is repeated where that is safe, and otherwise raises one of our errors.

    Parameters
    ----------
    login : Login
        Gives and renews the token; from `auth.saved`.
    settings : Settings, optional
        Addresses and folders; those of the login by default.
    max_wait_s : float, optional
        The longest wait Spotify may ask for, in seconds; 60 by default. A longer one raises
        `RateLimitedError` with the time at which to go on.
    workers : int
        How many calls run side by side.
    progress : bool
        Show a progress bar for what takes longer than a second.
    cache : bool
        Keep answers that do not change on disk.
    sleep : callable
        What waits; for tests.
    now : callable
        Gives seconds since 1970; for tests.
    limits : Limits, optional
        How long and how large one answer may be.

    Attributes
    ----------
    facts : Facts
        What answers have shown about the app.
    cache : Cache
        Answers kept on disk.
    crew : Crew
        What runs several calls side by side.
    """

    def __init__(
        self,
        login: auth.Login,
        *,
        settings: config.Settings | None = None,
        max_wait_s: float | None = None,
        workers: int = 4,
        progress: bool = True,
        cache: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
        limits: transport.Limits | None = None,
    ) -> None:
        if workers < 1:
            raise ValueError(f"`workers` must be 1 or more; not {workers}.")
        settings = settings or login.settings
        if max_wait_s is None:
            max_wait_s = settings.max_wait_s
        api_url = settings.api_url.rstrip("/") + "/"
        session = transport.session([api_url], limits=limits, n_connections=workers)
        super().__init__(auth_manager=login, requests_session=session, retries=0)
        self.prefix = api_url
        self.login = login
        self.settings = settings
        self.workers = workers
        self.crew = gather.Crew(
            workers, abort=session.abort, shows_progress=progress, on_many=self._say_plan
        )
        self.facts = Facts()
        ledger = ledger_for(settings)
        self._usage = Usage(ledger, now=now)
        self._pace = Pace(
            ledger,
            per_window=_per_window(settings),
            per_day=settings.calls_per_day,
            n_at_once=workers,
            now=now,
        )
        self._caller = Caller(
            login,
            session=session,
            api_url=api_url,
            max_wait_s=max_wait_s,
            sleep=sleep,
            usage=self._usage,
            pace=self._pace,
            n_at_once=workers,
        )
        self._pager = paging.Pager(self)
        self._cache_is_on = cache
        self._cache: Cache | None = None
        self._me: dict[str, Any] | None = None

    def __repr__(self) -> str:
        n_calls = self._usage.n_calls
        calls = "1 call" if n_calls == 1 else f"{n_calls:,} calls"
        return f"Client({urlsplit(self.prefix).netloc}, {calls} so far)"

    def __reduce__(self) -> Any:
        raise TypeError("a client holds a login and is not pickled: connect again where needed")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a later call opens them again."""
        self._caller.session.close()
        self._pace.ledger.flush()

    # ------------------------------------------------------------ the person

    @property
    def max_wait_s(self) -> float:
        """The longest wait Spotify may ask for, in seconds."""
        return self._caller.max_wait_s

    @max_wait_s.setter
    def max_wait_s(self, seconds: float) -> None:
        self._caller.max_wait_s = seconds

    @property
    def granted_scopes(self) -> frozenset[str]:
        """The permissions the person has granted."""
        return frozenset(self.login.scopes)

    def require_scopes(self, *scopes: str, needed_by: str | None = None) -> None:
        """Raise before a call is spent that would lack a permission.

        Parameters
        ----------
        *scopes : str
            Permissions needed; of two joined by ``|`` one is enough.
        needed_by : str, optional
            What needs them, for the message: ``"loaders.top_tracks"``.

        Raises
        ------
        MissingScopeError
            If any is missing; names all that are.
        """

        def lacking() -> tuple[str, ...]:
            granted = self.granted_scopes
            return tuple(one for one in scopes if granted.isdisjoint(one.split("|")))

        missing = lacking()
        if missing:
            # the person may have granted it meanwhile, in the login box or another notebook
            self.login.look_again()
            missing = lacking()
        if missing:
            raise errors.MissingScopeError(
                needs.missing_text(missing, needed_by=needed_by, owner=self.login.owner),
                scopes=missing,
            )

    def require_scopes_of(self, function: str) -> None:
        """Raise before a call is spent if a function of ours would lack a permission.

        Parameters
        ----------
        function : str
            A key of `auth.NEEDS`: ``"loaders.top_tracks"``.

        Raises
        ------
        MissingScopeError
            If any is missing; names function and permissions.
        """
        self.require_scopes(*needs.NEEDS[function].scopes, needed_by=function)

    def me(self) -> dict[str, Any]:
        """Give the profile of the person signed in; asked for once in the life of the client.

        Returns
        -------
        dict
            As Spotify sends it.

        Raises
        ------
        SpotifyError
            If it cannot be loaded.
        """
        if self._me is None:
            self._me = self.call("GET", "me", check=_no_person)
        return dict(self._me or {})

    @property
    def knows_me(self) -> bool:
        """Whether `me` has been answered already, so that it takes no further call."""
        return self._me is not None

    # ------------------------------------------------------------ calls

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        check: Callable[[Any], str | None] | None = None,
    ) -> Any:
        """Ask Spotify one thing.

        Parameters
        ----------
        method : {"GET", "POST", "PUT", "DELETE"}
            HTTP method.
        path : str
            Path below the API's address: ``"me/top/tracks"``.
        params : mapping, optional
            The query; None values are left out.
        json : Any, optional
            The body.
        check : callable, optional
            Looks at the answer of a GET and says what is wrong with it, or None; a wrong answer is
            asked for again.

        Returns
        -------
        dict, list or None
            The parsed answer; None only for a change that Spotify answers without content.

        Raises
        ------
        SpotifyError
            Whatever Spotify or the network did; the class says which.
        NotLoggedInError
            If the login is no longer valid.
        ValueError
            If the path could lead elsewhere.
        """
        path = _checked(path)
        data = None if json is None else json_module.dumps(json)
        headers = {} if data is None else {"Content-Type": "application/json"}
        return self._ask(Call(method, path, params or {}, data=data, headers=headers, check=check))

    def _ask(self, call: Call) -> Any:
        try:
            answer = self._caller.call(call)
        except errors.WithdrawnError:
            self.facts.refuse(call.method, call.path)
            raise
        if call.method == "GET":
            self.facts.learn(call.endpoint.removeprefix("GET /"), answer)
        return answer

    def _internal_call(self, method: str, url: str, payload: Any, params: dict[str, Any]) -> Any:
        """Carry a call of one of spotipy's own methods; this is where all of them end."""
        # spotipy writes some queries into the address, and follows `next` links as they are
        is_absolute = url.startswith(("http:", "https:"))
        path = self._below(url) if is_absolute else url.partition("?")[0]
        params = {**dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)), **params}
        content_type = params.pop("content_type", None)
        data = payload or None
        if data is not None and content_type is None:
            data = json_module.dumps(payload)
        headers = {"Content-Type": content_type or "application/json"}
        if self.language is not None:
            headers["Accept-Language"] = self.language
        return self._ask(
            Call(method, _checked(path), params, data=data, headers=headers, may_be_empty=True)
        )

    def check_address(self, url: str) -> None:
        """Refuse an address that does not lie below the API's.

        Parameters
        ----------
        url : str
            An absolute address, such as a `next` link.

        Raises
        ------
        UntrustedHostError
            If it leads elsewhere.
        """
        self._below(url)

    def _below(self, url: str) -> str:
        """Give the path of an address below the API's."""
        self._caller.session.check(url)
        path, root = urlsplit(url).path, urlsplit(self.prefix).path
        # `//host/path` is an address of its own to whoever reads it next
        if not path.startswith(root) or "//" in path:
            raise errors.UntrustedHostError(
                f"A link of Spotify's leads outside {self.prefix!r}. Nothing was sent."
            )
        return path.removeprefix(root)

    # ------------------------------------------------------------ lists

    def pages(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        item_key: str | None = None,
        limit: int | None = None,
        at_most: int | None = None,
        key: paging.Key | None = None,
        read: Callable[[Any], Any] | None = None,
        label: str | None = None,
    ) -> paging.Items:
        """Load a list to its end: its first page, then the others side by side.

        Parameters
        ----------
        path : str
            Path below the API's address: ``"me/tracks"``.
        params : mapping, optional
            The query without limit and offset.
        item_key : str, optional
            Where the page stands in the answer, for answers that nest it: ``"albums"``.
        limit : int, optional
            Rows per page; the most the app gets by default.
        at_most : int, optional
            Load no more rows than that.
        key : callable, optional
            Names a row as read, so that one which comes twice is dropped.
        read : callable, optional
            Makes of each row what is wanted of it.
        label : str, optional
            What it is, for the progress bar.

        Returns
        -------
        Items
            All rows in order, as Spotify sent them, and a `report`.

        Raises
        ------
        SpotifyError
            If it cannot be loaded to its end; `n_loaded` and `n_total` say how far it came, and
            the same call goes on from there.
        """
        listing = paging.Listing(_checked(path), params or {}, item_key, limit, at_most, key, read)
        return self._pager.load([listing], label=label or path)[0]

    def pages_of(
        self,
        listings: Sequence[paging.Listing],
        *,
        label: str,
        on_whole: Callable[[int, paging.Items], None] | None = None,
    ) -> list[paging.Items]:
        """Load several lists side by side.

        Parameters
        ----------
        listings : sequence of Listing
            What to load.
        label : str
            What it is, for the progress bar.
        on_whole : callable, optional
            Called with place and rows of each list that has come to its end, also when another
            one breaks off.

        Returns
        -------
        list of Items
            The rows of each list.

        Raises
        ------
        SpotifyError
            As `pages`.
        """
        for listing in listings:
            _checked(listing.path)
        return self._pager.load(listings, label=label, on_whole=on_whole)

    def begin(self, listings: Sequence[paging.Listing], *, label: str) -> list[int | None]:
        """Load the first page of lists to learn how long they are.

        Parameters
        ----------
        listings : sequence of Listing
            What will be loaded.
        label : str
            What it is, for the progress bar.

        Returns
        -------
        list of (int or None)
            How many rows Spotify announces for each. The first pages serve the load that follows
            within five minutes, so nothing is asked twice.

        Raises
        ------
        SpotifyError
            If a first page cannot be loaded.
        """
        return self._pager.begin(listings, label=label)

    def cursor_pages(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        item_key: str | None = None,
        limit: int | None = None,
        key: paging.Key | None = None,
        read: Callable[[Any], Any] | None = None,
        label: str | None = None,
    ) -> paging.Items:
        """Load a list whose pages name the next one only by a cursor, one after another.

        Parameters
        ----------
        path, params, item_key, limit, key, read, label
            As in `pages`.

        Returns
        -------
        Items
            All rows in order, and a `report`.

        Raises
        ------
        SpotifyError
            As `pages`.
        """
        listing = paging.Listing(_checked(path), params or {}, item_key, limit, None, key, read)
        return self._pager.load_by_cursor(listing, label=label or path)

    def one_after_another(self) -> contextlib.AbstractContextManager[None]:
        """Load lists that belong together: if one breaks off, those before it are kept, too.

        Returns
        -------
        context manager
            For the loads of the block.
        """
        return self._pager.one_after_another()

    def by_id(self, kind: str, ids: Iterable[str]) -> dict[str, Any]:
        """Load tracks, albums, artists, shows or episodes by id, those on disk without a call.

        Parameters
        ----------
        kind : {"tracks", "albums", "artists", "shows", "episodes"}
            What they are.
        ids : iterable of str
            Spotify's ids; 22 letters and digits each.

        Returns
        -------
        dict of str to (dict or None)
            The answer for each id, in the order given; None where Spotify knows nothing under it.

        Raises
        ------
        SpotifyError
            If one cannot be loaded; those loaded so far are kept.
        ValueError
            If an id is none.
        """
        if kind not in things.KINDS:
            raise ValueError(f"`kind` must be one of {', '.join(things.KINDS)}; not {kind!r}.")
        listed = list(ids)
        for one in listed:
            if not re.fullmatch(r"[0-9A-Za-z]{22}", one):
                raise ValueError(f"An id has 22 letters and digits; not {one[:40]!r}.")
        return things.load(self, kind, listed)

    def n_calls_by_id(self, kind: str, ids: Iterable[str]) -> int:
        """Tell how many calls `by_id` would take, as far as the app is known; makes none.

        Parameters
        ----------
        kind, ids
            As in `by_id`.

        Returns
        -------
        int
            Number of calls.
        """
        return things.n_calls(self, kind, ids)

    # ------------------------------------------------------------ what it took

    def usage(self, *, this_session: bool = False, days: int | None = None) -> pd.DataFrame:
        """List what was asked of Spotify, by all kernels of the developer account.

        Parameters
        ----------
        this_session : bool
            Only by this client.
        days : int or None
            Only the last so many days, today included; None for all that are kept.

        Returns
        -------
        DataFrame
            Calls, waits and times by day, endpoint and status; columns of `tables.USAGE`. Calls
            refused as too many are those of status 429. `plots.usage` draws it.

        Raises
        ------
        ValueError
            If `days` is less than 1.
        """
        return self._usage.frame(this_session=this_session, days=days)

    def plan(self, n_calls: int, *, label: str = "This load") -> Plan:
        """Tell what so many calls will take, without making one.

        Parameters
        ----------
        n_calls : int
            How many calls.
        label : str
            What is loaded.

        Returns
        -------
        Plan
            Calls, time expected, and whether the budget allows it; a sentence as text.
        """
        return self._pace.plan(label, n_calls)

    def forget_pause(self) -> None:
        """Forget that Spotify asked for a pause, in all kernels: the next call asks again.

        Calling on before the time prolongs the pause, so this is for a pause that Spotify has
        ended early, such as after a change of the developer account.
        """
        self._pace.forget_pause()

    def despite_pause(self) -> contextlib.AbstractContextManager[None]:
        """Send the calls of a block although Spotify asked for a pause, to leave nothing half done.

        Returns
        -------
        context manager
            Holds for the calls of this thread.
        """
        return self._caller.despite_pause()

    def _say_plan(self, label: str, n_calls: int) -> None:
        print(self.plan(n_calls, label=label.capitalize()))  # noqa: T201 - said like a progress bar

    @property
    def n_calls(self) -> int:
        """Requests sent so far, repeated ones too."""
        return self._usage.n_calls

    def note_cached(self, endpoint: str, n_cached: int) -> None:
        """Count answers taken from `cache`, which `usage` lists beside the calls.

        Parameters
        ----------
        endpoint : str
            The call each of them saved.
        n_cached : int
            How many.
        """
        self._usage.add_cached(endpoint, n_cached)

    @property
    def cache(self) -> Cache:
        """Answers kept on disk, for this app and account."""
        if self._cache is None:
            token = self.login.token()
            # without an account id each sign-in has its own answers: never those of another person
            account = token.account_id or f"{self.login.owner}/{token.authorized_at}"
            self._cache = Cache(
                self.settings.cache_dir if self._cache_is_on else None,
                (self.prefix, str(self.settings.client_id), account),
            )
        return self._cache


def _per_window(settings: config.Settings) -> int:
    """Choose the pace: what the user said, or one that Spotify itself has not been seen to mind."""
    from spotify_analysis.config import API_URL

    if settings.calls_per_30_s is not None:
        return settings.calls_per_30_s
    return RATE if settings.api_url == API_URL else 0


def _checked(path: str) -> str:
    """Refuse a path that could lead out of the API or smuggle in a query."""
    # one slash on either side is a habit; two at the beginning would name another server
    path = path.removeprefix("/").removesuffix("/")
    is_odd = len(path) > _LONGEST_PATH or not _PATH.fullmatch(path)
    # `requests` reads %2e as a dot, and then follows the dots
    if is_odd or any(unquote(segment) in (".", "..") for segment in path.split("/")):
        raise ValueError(f"{path[:60]!r} is no path of Spotify's API: is an id malformed?")
    return path


def _no_person(answer: Any) -> str | None:
    return None if isinstance(answer, dict) and answer.get("id") else "is no profile"
