"""A sign-in under way, however it is shown: what was done, what comes next, what to say."""

from __future__ import annotations

import contextlib
import dataclasses
import hmac
import re
import threading
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import parse_qs

from spotify_analysis import config, errors, tokens, transport
from spotify_analysis.auth import accounts, paste, signed_in
from spotify_analysis.auth.attempt import LIFE_S, Attempt
from spotify_analysis.auth.listener import Listener, Page

__all__ = ["SignIn", "Stage"]

_BOX = "the login box"
_QUICK = transport.Limits(connect_s=3.0, silence_s=5.0, answer_s=5.0)
_CLIENT_ID = re.compile(r"[0-9a-fA-F]{32}")

# how far a sign-in has come; "over" is without a login
Stage = Literal["needs_client_id", "waiting", "checking", "over", "connected"]


class SignIn:
    """One person signing in, from the client id to the saved login.

    Parameters
    ----------
    settings : Settings
        The app and Spotify's addresses; the client id may still be missing.
    scopes : frozenset of str
        What to ask for.
    owner : str
        Whose login, where one store serves several people.
    switch_account : bool
        Let another account replace the one that is saved.
    listen : bool
        Try to catch the redirect on this machine.
    on_change : callable, optional
        Called after every change, from whatever thread made it.

    Attributes
    ----------
    stage : Stage
        How far it has come.
    message : str
        What to tell the person; never holds what was pasted.
    is_problem : bool
        Whether the message is about something that went wrong.
    attempt : Attempt or None
        The try under way.

    Notes
    -----
    May be called from several threads at once: pasting and catching race by design, and the first
    one wins.
    """

    def __init__(
        self,
        settings: config.Settings,
        scopes: frozenset[str],
        *,
        owner: str = "",
        switch_account: bool = False,
        listen: bool = True,
        on_change: Callable[[SignIn], None] | None = None,
    ) -> None:
        self.settings = settings
        self.scopes = scopes
        self.owner = owner
        self.switch_account = switch_account
        self.store = tokens.store_for(settings.store, data_dir=settings.data_dir, key=settings.key)
        self.stage: Stage = "waiting" if settings.client_id else "needs_client_id"
        self.message = ""
        self.is_problem = False
        self.attempt: Attempt | None = None
        self.error: errors.SpotifyAnalysisError | None = None
        self._listen = listen
        self._listener: Listener | None = None
        self._timer: threading.Timer | None = None
        self._on_change = on_change
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"<SignIn: {self.stage}>"

    @property
    def is_connected(self) -> bool:
        """Whether the person is signed in."""
        return self.stage == "connected"

    @property
    def is_listening(self) -> bool:
        """Whether a redirect on this machine would be caught."""
        return self._listener is not None

    # ------------------------------------------------------------ steps

    def resume(self) -> bool:
        """Use the saved login if it still works.

        Returns
        -------
        bool
            True if so; the stage is then ``"connected"``. Otherwise nothing has changed, but
            `message` may say why.
        """
        if not self.settings.client_id:
            return False
        with self._lock:
            try:
                # a cell waits for this: better to ask the person than to wait long
                session = transport.session(
                    [self.settings.accounts_url, self.settings.api_url], limits=_QUICK
                )
                login = signed_in.Login(
                    self.settings, self.store, owner=self.owner, session=session
                )
                token = login.token()
                person = accounts.who(self.settings, token.access_token, session=session)
            except (errors.LoginError, errors.SpotifyError, errors.TokenStoreError) as exc:
                self._say(f"The saved login could not be used: {exc}")
                return False
            except errors.NotLoggedInError:
                with contextlib.suppress(errors.TokenStoreError):
                    saved = self.store.load(self.settings.client_id, self.owner)
                    if saved is not None and saved.ended_at is not None:
                        self._say(f"{signed_in.why_over(saved)}. Sign in once more.")
                return False
            missing = self.scopes - token.scopes
            if missing:
                self._say(
                    f"You are signed in, but not with the {_count(len(missing), 'permission')} "
                    f"asked for here ({', '.join(sorted(missing))}).",
                    problem=False,
                )
                return False
            self._connected(person)
            return True

    def set_client_id(self, text: str) -> None:
        """Take the client id a person typed, and start.

        Parameters
        ----------
        text : str
            What was typed.
        """
        text = text.strip().strip("\"'`<>").strip()
        with self._changing():
            if not text:
                self._say("Nothing was pasted. Copy the client id from the app's page.")
            elif _CLIENT_ID.fullmatch(text):
                self.settings = dataclasses.replace(
                    self.settings, client_id=text.lower(), source=_BOX
                )
                self._start(show_dialog=False)
            elif "://" in text or "." in text:
                self._say("That is an address, not a client id. A client id has 32 characters.")
            else:
                self._say(
                    f"That is not a client id: it has {_count(len(text), 'character')}, and a "
                    "client id has 32, all digits or letters a to f."
                )

    def start(self, *, show_dialog: bool = False) -> None:
        """Begin, or begin again, with fresh state and verifier.

        Parameters
        ----------
        show_dialog : bool
            Let the person choose the account again.

        Raises
        ------
        ConfigError
            If no client id is set.
        """
        with self._changing():
            self._start(show_dialog=show_dialog)

    def paste(self, text: str) -> None:
        """Take what a person pasted; the result is in `stage` and `message`.

        Parameters
        ----------
        text : str
            What was pasted.
        """
        with self._changing():
            if self.stage == "connected":
                return
            self._take(text)

    def catch(self, query: str) -> Page | None:
        """Take the query of a redirect that reached the listener.

        Parameters
        ----------
        query : str
            What stood after the question mark.

        Returns
        -------
        Page or None
            What the tab should say; None if it is not our redirect.
        """
        with self._changing():
            attempt = self.attempt
            if attempt is None or self.stage != "waiting":
                return None
            states = parse_qs(query).get("state", [])
            given = states[0] if len(states) == 1 else ""
            # a wrong state is somebody else's: it must not end the wait
            if not hmac.compare_digest(given.encode("utf-8", "replace"), attempt.state.encode()):
                return None
            self._take(f"{attempt.redirect_uri}?{query}")
            if self.is_connected:
                return Page(self.message, "You can close this tab and go back.", is_good=True)
            return Page("Not connected", self.message, is_good=False)

    def stop(self) -> None:
        """Give up; the link no longer works here."""
        with self._changing():
            self._end()
            if self.stage in ("waiting", "checking"):
                self.stage = "over"
                self._say("The sign-in was stopped. Press Start again.", problem=False)

    # ------------------------------------------------------------ inside the lock

    def _start(self, *, show_dialog: bool) -> None:
        self._end()
        redirect_uri = self.settings.redirect_uri
        if self._listen:
            listener = Listener(redirect_uri, self.catch)
            if listener.start():
                self._listener = listener
                redirect_uri = listener.redirect_uri
        self.attempt = Attempt.start(
            self.settings, self.scopes, redirect_uri=redirect_uri, show_dialog=show_dialog
        )
        self.stage = "waiting"
        self.error = None
        self._say("Waiting for you to press Agree.", problem=False)
        attempt = self.attempt
        self._timer = threading.Timer(LIFE_S, self._run_out, [attempt])
        self._timer.daemon = True
        self._timer.start()

    def _run_out(self, attempt: Attempt) -> None:
        with self._changing():
            if self.attempt is attempt and self.stage == "waiting":
                self._end()
                self.stage = "over"
                self._say("This sign-in has run out; it lasts ten minutes. Press Start again.")

    def _end(self) -> None:
        """Let go of the attempt and of everything that waits for it."""
        self.attempt = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._listener is not None:
            # from another thread: this one may be answering for the listener, and stopping waits
            threading.Thread(target=self._listener.stop, daemon=True).start()
            self._listener = None

    def _take(self, text: str) -> None:
        attempt = self.attempt
        try:
            code = tokens.Hidden(paste.parse_paste(text, attempt))
        except paste.EndedError as exc:
            self._fail(exc)
            return
        except errors.PasteError as exc:
            self.error = exc
            self._say(str(exc))
            return
        assert attempt is not None  # noqa: S101 - parse_paste has refused otherwise
        attempt.used = True
        self.stage = "checking"
        self._say("Asking Spotify ...", problem=False)
        self._changed()
        try:
            self._finish(attempt, code)
        except errors.NetworkError as exc:
            if exc.was_sent:
                self._fail(exc)
                return
            # the code never left this computer and is still good
            attempt.used = False
            self.stage = "waiting"
            self.error = exc
            self._say(f"{exc} Then paste the address once more.")
        except errors.SpotifyAnalysisError as exc:
            self._fail(exc)
        except Exception as exc:  # noqa: BLE001 - in a callback it would vanish unseen
            # its text may hold anything, so only its name is shown
            self._fail(
                errors.LoginError(f"Something unforeseen went wrong ({type(exc).__name__}).")
            )

    def _finish(self, attempt: Attempt, code: str) -> None:
        session = accounts.open_session(self.settings)
        token = accounts.exchange(
            self.settings,
            code,
            attempt.verifier,
            attempt.redirect_uri,
            attempt.scopes,
            session=session,
        )
        person = accounts.Person()
        # a login that works is kept, even if Spotify cannot say just now whose it is
        with contextlib.suppress(
            errors.NetworkError, errors.ServerError, errors.BadAnswerError, errors.RateLimitedError
        ):
            person = accounts.who(self.settings, token.access_token, session=session)
        token = dataclasses.replace(
            token, account_id=person.account_id, display_name=person.display_name
        )
        with self.store.lock(token.client_id, self.owner):
            self._refuse_another_account(token)
            self.store.save(token, self.owner)
        self._connected(person)
        if self.settings.source in ("arguments", _BOX) and self.settings.store != "memory":
            # so that connect() finds the login in the next notebook
            try:
                config.remember_client_id(token.client_id)
            except errors.ConfigError as exc:
                self._say(f"{self.message}. {exc}", problem=False)

    def _refuse_another_account(self, token: tokens.Token) -> None:
        if self.switch_account:
            return
        saved = self.store.load(token.client_id, self.owner)
        if saved is None or not (saved.account_id and token.account_id):
            return
        if saved.account_id != token.account_id:
            raise errors.LoginError(
                f"You signed in as {token.display_name or token.account_id}, but the saved login "
                f"is that of {saved.display_name or saved.account_id}. Nothing was changed, so "
                "that two histories do not mix. To change accounts: login(switch_account=True)."
            )

    def _connected(self, person: accounts.Person) -> None:
        self._end()
        self.stage = "connected"
        self.error = None
        name = person.display_name or person.account_id
        self._say(f"Connected as {name}" if name else "Connected", problem=False)

    def _fail(self, exc: errors.SpotifyAnalysisError) -> None:
        self._end()
        self.stage = "over"
        self.error = exc
        text = str(exc)
        self._say(text if "again" in text.lower() else f"{text} Press Start again.")

    def _say(self, message: str, *, problem: bool = True) -> None:
        self.message = message
        self.is_problem = problem

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock:
            yield
            self._changed()

    def _changed(self) -> None:
        if self._on_change is not None:
            self._on_change(self)


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
