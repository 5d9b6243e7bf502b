"""A box for a notebook: sliders, suggestions with covers and reasons, proof, and a playlist.

Everything it does is a call of `recommend` and `playlists` that could be typed just as well; the
box only spares the typing. What is saved of it among the outputs is one fixed sentence; whoever
lets Jupyter save the state of widgets, as nbconvert does by itself, saves the names in it, too.
"""

from __future__ import annotations

import base64
import contextlib
import html
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from spotify_analysis import errors, plots, recommend, tables
from spotify_analysis.playlists import create

if TYPE_CHECKING:
    from spotify_analysis.client import Client
    from spotify_analysis.playlists import Change

__all__ = ["SuggestionBox"]

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_N_SEEDS = 12  # so many names of a top list fit beside the sliders


class SuggestionBox:
    """The box in which suggestions are looked for, judged and made a playlist.

    Parameters
    ----------
    history : DataFrame or None
        Plays of any source; what most modes work from.
    seeds : DataFrame, str, iterable of str or None
        What to start from, in the forms of `recommend.recommend`. The rows of a table, such as
        your top tracks, can be chosen one by one in the box.
    playlists : DataFrame or None
        Entries of your playlists (`loaders.playlist_items`): what is in them is known to you.
    client : Client or None
        A way to Spotify: for albums you have not heard, and for the playlist in the end. Without
        it the box stays offline in every mode but ``discover``.
    mode : str
        The key of `recommend.MODES` it begins with.
    n : int
        The number of tracks it begins with.
    name : str
        The name it proposes for the playlist.
    covers : DataFrame or iterable of DataFrame
        Tables with ``image_url`` that know covers of albums; `seeds` and `playlists` are looked
        through without being named. A cover is loaded by the browser from Spotify's own servers
        and leads to its page there; no call is made to learn of one.

    Raises
    ------
    ValueError
        If `mode`, `n` or `covers` is something else.

    Notes
    -----
    Shows itself as the result of a cell. Nothing is written to the account before the button has
    shown what would be made, and is pressed a second time. Of the box a saved notebook holds one
    fixed sentence; where Jupyter saves the state of widgets (a setting of JupyterLab's, and what
    ``nbconvert --execute`` does), it also holds the names that the box shows.

    Examples
    --------
    >>> import spotify_analysis as sa
    >>> sa.SuggestionBox(plays, client=spotify)  # doctest: +SKIP
    """

    def __init__(
        self,
        history: pd.DataFrame | None = None,
        *,
        seeds: Any = None,
        playlists: pd.DataFrame | None = None,
        client: Client | None = None,
        mode: str = "mix",
        n: int = 20,
        name: str = "Found again",
        covers: pd.DataFrame | Iterable[pd.DataFrame] = (),
    ) -> None:
        import ipywidgets

        if not isinstance(mode, str) or mode not in recommend.MODES:
            raise ValueError(f"`mode` must be one of {', '.join(recommend.MODES)}; not {mode!r}.")
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= 100:
            raise ValueError(f"`n` must be a whole number from 1 to 100; not {n!r}.")
        self._history, self._seeds, self._client = history, seeds, client
        self._playlists = playlists
        several = isinstance(covers, Iterable) and not isinstance(covers, pd.DataFrame)
        known: list[Any] = list(covers) if several else [covers]
        wrong = [one for one in known if not isinstance(one, pd.DataFrame)]
        if wrong:
            raise ValueError(f"`covers` must be tables; not {type(wrong[0]).__name__}.")
        known += [one for one in (seeds, playlists) if isinstance(one, pd.DataFrame)]
        self._covers = _Covers(known)
        self._picks: pd.DataFrame | None = None
        self._planned: Change | None = None
        self._change: Change | None = None

        w = ipywidgets
        wide = {"description_width": "86px"}

        def slider(label: str, value: float) -> Any:
            return w.FloatSlider(
                value=value,
                min=0,
                max=1,
                step=0.05,
                description=label,
                readout_format=".2f",
                continuous_update=False,
                style=wide,
                layout={"width": "320px"},
            )

        def button(label: str, css: str = "") -> Any:
            made = w.Button(description=label, layout={"width": "auto"})
            made.add_class("sa-suggest-button")
            if css:
                made.add_class(css)
            return made

        self._mode = w.Dropdown(
            options=[(f"{key}: {says}", key) for key, says in recommend.MODES.items()],
            value=mode,
            description="Mode",
            style=wide,
            layout={"width": "auto", "flex": "1 1 auto"},
        )
        self._n = w.IntSlider(
            value=n,
            min=1,
            max=max(50, n),
            description="Tracks",
            continuous_update=False,
            style=wide,
            layout={"width": "320px"},
        )
        self._novelty, self._diversity = slider("Novelty", 0.3), slider("Diversity", 0.3)
        self._from = w.SelectMultiple(
            options=_names_of(seeds),
            description="Start from",
            rows=6,
            style=wide,
            # a list is as wide as its longest name unless it may be narrower
            layout={"width": "auto", "flex": "1 1 0", "min_width": "0"},
        )
        if not self._from.options:
            self._from.layout.display = "none"
        self._suggest = button("Suggest", "sa-suggest-main")
        self._evaluate = button("Would it have been right?")
        self._said = w.HTML("")
        self._list = w.HTML("")
        self._proof = w.HTML("")
        self._name = w.Text(
            value=name,
            description="Playlist",
            style=wide,
            layout={"width": "auto", "flex": "1 1 auto"},
        )
        self._make = button(_LOOK)
        self._made = w.HTML("")
        self._making = w.VBox([w.HBox([self._name, self._make]), self._made])
        self._making.layout.display = "none"
        self._root = w.VBox(
            [
                w.HTML(f"<style>{_CSS}</style>{_TITLE}"),
                w.HBox([self._mode]),
                w.HBox(
                    [
                        w.VBox(
                            [self._n, self._novelty, self._diversity],
                            layout={"flex": "0 0 auto"},
                        ),
                        self._from,
                    ]
                ),
                w.HBox([self._suggest, self._evaluate]),
                self._said,
                self._list,
                self._proof,
                self._making,
            ]
        )
        self._root.add_class("sa-suggest")

        self._suggest.on_click(lambda _: self._on_suggest())
        self._evaluate.on_click(lambda _: self._on_evaluate())
        self._make.on_click(lambda _: self._on_make())
        self._mode.observe(lambda _: self._on_mode(), "value")
        self._name.observe(lambda _: self._forget_plan(), "value")
        self._on_mode()

    def __repr__(self) -> str:
        n = 0 if self._picks is None else len(self._picks)
        return f"<SuggestionBox: {self._mode.value}, {n} suggestions>"

    @property
    def picks(self) -> pd.DataFrame:
        """What was suggested last: `tables.PICKS`, empty before."""
        return tables.empty(tables.PICKS) if self._picks is None else self._picks

    @property
    def change(self) -> Change | None:
        """The playlist that was made last."""
        return self._change

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        # the stock bundle would put the children, and with them what you hear, into the saved file
        return {
            "text/plain": "The suggestion box: run this cell again to see it.",
            _WIDGET_VIEW: {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self._root.model_id,
            },
        }

    # ------------------------------------------------------------ what the person does

    def _on_mode(self) -> None:
        self._evaluate.disabled = self._mode.value not in recommend.HORIZONS
        self._evaluate.tooltip = (
            "What was never played cannot be measured on your own plays."
            if self._evaluate.disabled
            else "Measure this mode on your own past."
        )

    def _on_suggest(self) -> None:
        self._forget_plan()
        self._proof.value = ""
        self._say("Looking ...")
        again = "Press Suggest again; `recommend.recommend` in a cell of its own shows where."
        with _busy(self._suggest), _problems(self._say_problem, again):
            self._picks = recommend.recommend(
                seeds=self._chosen_seeds(),
                history=self._history,
                playlists=self._playlists,
                mode=self._mode.value,
                n=self._n.value,
                novelty=self._novelty.value,
                diversity=self._diversity.value,
                client=self._client,
            )
            self._list.value = _table(self._picks, self._covers)
            can_be_made = bool(len(self._picks)) and self._client is not None
            self._making.layout.display = None if can_be_made else "none"
            self._say(_told(self._picks))

    def _chosen_seeds(self) -> Any:
        if not self._from.value:
            return self._seeds
        return self._seeds.iloc[list(self._from.value)]

    def _on_evaluate(self) -> None:
        mode = self._mode.value
        self._say("Measuring on your own past ...")
        again = "Press the button again; `recommend.evaluate` in a cell of its own shows where."
        with _busy(self._evaluate), _problems(self._say_problem, again):
            if self._history is None:
                raise ValueError("There are no plays to measure on: pass `history`.")
            measured = recommend.evaluate(
                self._history, mode, k=self._n.value, horizon=recommend.HORIZONS[mode]
            )
            self._proof.value = _picture(measured)
            self._say("This is what you would have played anyway; discovery it cannot show.")

    def _on_make(self) -> None:
        if self._picks is None or self._client is None:
            return
        is_planned, self._planned = self._planned is not None, None
        again = (
            "Look in Spotify whether the playlist is there before you press again."
            if is_planned
            else "Nothing was made. Press the button again."
        )
        with _busy(self._make), _problems(self._say_not_made, again):
            change = create(
                self._client,
                self._name.value,
                self._picks,
                description="Made in a notebook",
                dry_run=not is_planned,
            )
            if is_planned:
                self._change = change
                self._make.description = _LOOK
            else:
                self._planned = change
                self._make.description = _DO
            self._made.value = change._repr_html_()

    def _say_not_made(self, text: str) -> None:
        self._planned = None
        self._make.description = _LOOK
        self._made.value = _problem(text)

    def _forget_plan(self) -> None:
        """What was shown is no longer what would be made: it is shown again first."""
        self._planned = None
        self._make.description = _LOOK
        self._made.value = ""

    def _say(self, text: str) -> None:
        self._said.value = f'<div role="status" class="sa-suggest-soft">{html.escape(text)}</div>'

    def _say_problem(self, text: str) -> None:
        self._said.value = _problem(text)


@contextlib.contextmanager
def _busy(button: Any) -> Iterator[None]:
    """Let a button be pressed again only when its work is done."""
    button.disabled = True
    try:
        yield
    finally:
        button.disabled = False


@contextlib.contextmanager
def _problems(say: Callable[[str], None], again: str) -> Iterator[None]:
    """Say what went wrong, so that no line goes on promising; what nobody foresaw goes on rising.

    Jupyter shows the traceback of what rises from a button in its log.
    """
    try:
        yield
    except (errors.SpotifyAnalysisError, ValueError) as exc:
        say(str(exc))
    except KeyboardInterrupt:
        say(f"Stopped before it was done. {again}")
        raise
    except BaseException as exc:
        # its text may hold anything, so only its name is shown
        say(f"Something unforeseen went wrong ({type(exc).__name__}). {again}")
        raise


class _Covers:
    """Covers of tracks and albums, as far as tables that are there anyway know them.

    Parameters
    ----------
    frames : sequence of DataFrame
        Tables, those without ``image_url`` among them.
    """

    def __init__(self, frames: Sequence[pd.DataFrame]) -> None:
        self._of: dict[Any, str] = {}
        for frame in frames:
            if "image_url" not in frame or not frame.columns.is_unique:
                continue
            for row in frame.to_dict("records"):
                image = row.get("image_url")
                if not isinstance(image, str) or tables.spotify_image(image) is None:
                    continue
                for key in _keys(row):
                    self._of.setdefault(key, image)

    def of(self, row: Mapping[Any, Any]) -> str | None:
        """Return the address of a picture.

        Parameters
        ----------
        row : mapping
            A suggestion.

        Returns
        -------
        str or None
            The address, where it is known.
        """
        return next((self._of[key] for key in _keys(row) if key in self._of), None)


def _keys(row: Mapping[Any, Any]) -> list[Any]:
    keys: list[Any] = [row["uri"]] if isinstance(row.get("uri"), str) else []
    album, artist = row.get("album"), row.get("artist")
    if isinstance(album, str) and isinstance(artist, str):
        keys.append((album.casefold(), artist.casefold()))
    return keys


def _names_of(seeds: Any) -> list[tuple[str, int]]:
    """Return the rows of a table of seeds that can be chosen: what they are called, and where."""
    # what is wrong with a table is said where it is used
    if not isinstance(seeds, pd.DataFrame) or not seeds.columns.is_unique:
        return []
    parts = [seeds[name] for name in ("track", "album", "artist", "name") if name in seeds][:2]
    if "track" in seeds and "artist" in seeds:
        parts = [seeds["track"], seeds["artist"]]
    rows = zip(*(part.head(_N_SEEDS) for part in parts), strict=True)
    return [
        (" · ".join(name for name in names if isinstance(name, str)), n)
        for n, names in enumerate(rows)
        if isinstance(names[0], str)
    ]


def _told(picks: pd.DataFrame) -> str:
    """Say how many there are, and what each provider that did not answer said."""
    said = [f"{len(picks)} suggestion{'s' * (len(picks) != 1)}."]
    said += recommend.notes(picks)
    return " ".join(said)


def _picture(measured: pd.DataFrame) -> str:
    import matplotlib.pyplot as plt

    drawn: Any = plots.evaluation(measured).figure
    with io.BytesIO() as file:
        drawn.savefig(file, format="png", dpi=110, bbox_inches="tight")
        packed = base64.b64encode(file.getvalue()).decode()
    plt.close(drawn)
    said = ", ".join(
        f"{method} {ndcg:.2f}"
        for method, ndcg in zip(measured["method"], measured["ndcg"], strict=True)
    )
    return f'<img alt="NDCG: {html.escape(said)}" src="data:image/png;base64,{packed}">'


def _problem(text: str) -> str:
    return f'<div role="alert" class="sa-suggest-bad">{html.escape(text)}</div>'


def _table(picks: pd.DataFrame, covers: _Covers) -> str:
    rows = []
    for row in picks.to_dict("records"):
        url = _page(row["uri"])
        image = covers.of(row)
        cover = "" if image is None else f'<img alt="" loading="lazy" src="{html.escape(image)}">'
        album = _text(row["album"])
        rows.append(
            f"<tr><td>{row['rank']}</td><td>{_linked(cover, url)}</td>"
            f"<td><b>{_linked(_text(row['track']), url)}</b><br>{_text(row['artist'])}"
            f"{f'<br><i>{album}</i>' if album else ''}</td>"
            f"<td>{_text(row['reason'])}</td></tr>"
        )
    if not rows:
        return ""
    head = "<tr><th></th><th></th><th>Track</th><th>Why</th></tr>"
    return f'<table class="sa-suggest-list"><thead>{head}</thead>{"".join(rows)}</table>'


def _page(uri: Any) -> str | None:
    """Return Spotify's page of a track."""
    address = tables.parse_address(uri) if isinstance(uri, str) else None
    if address is None or address.kind != "track":
        return None
    return tables.spotify_link(f"https://open.spotify.com/track/{address.id}")


def _text(value: Any) -> str:
    return html.escape(value) if isinstance(value, str) else ""


def _linked(content: str, url: str | None) -> str:
    if url is None or not content:
        return content
    return (
        f'<a href="{html.escape(url, quote=True)}" target="_blank" '
        f'rel="noopener noreferrer">{content}</a>'
    )


_TITLE = '<div class="sa-suggest-title" role="heading" aria-level="3">Suggestions</div>'
_LOOK = "Show what would be made"
_DO = "Make this playlist"

# Jupyter's own colours, so that it looks right in light and dark; the fallbacks are for elsewhere
_CSS = """
.sa-suggest { max-width: 860px; margin: 8px 2px; padding: 16px 20px; box-sizing: border-box;
  border: 1px solid var(--jp-border-color1, #bdbdbd); border-radius: 10px;
  background: var(--jp-layout-color1, #fff); overflow: visible; }
.sa-suggest .widget-html-content { font-size: var(--jp-content-font-size1, 14px);
  line-height: 1.5; color: var(--jp-ui-font-color1, #212121); overflow-wrap: anywhere; }
.sa-suggest .sa-suggest-title { font-size: 1.2em; font-weight: 600; margin: 0 0 6px; }
.sa-suggest .sa-suggest-button { padding: 0 16px; overflow: visible; border-radius: 4px; }
.sa-suggest .sa-suggest-main { font-weight: 600; color: #000; background: #1db954; }
.sa-suggest .sa-suggest-soft { color: var(--jp-ui-font-color2, #616161); }
.sa-suggest .sa-suggest-bad { margin: 2px 0; padding: 6px 12px; border-radius: 4px;
  border-left: 4px solid var(--jp-error-color1, #c62828);
  background: var(--jp-layout-color2, #eee); }
.sa-suggest img { max-width: 100%; }
.sa-suggest table.sa-suggest-list { border-collapse: collapse; width: 100%; margin: 6px 0; }
.sa-suggest .sa-suggest-list th { text-align: left; color: var(--jp-ui-font-color2, #616161); }
.sa-suggest .sa-suggest-list td { padding: 6px 10px 6px 0; vertical-align: top;
  text-align: left; border-top: 1px solid var(--jp-border-color2, #e0e0e0); }
.sa-suggest .sa-suggest-list td:first-child { color: var(--jp-ui-font-color2, #616161);
  text-align: right; }
.sa-suggest .sa-suggest-list img { width: 48px; height: 48px; border-radius: 4px; }
.sa-suggest .sa-suggest-list a { color: inherit; }
"""
