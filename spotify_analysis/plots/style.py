"""The house style: one look for every chart, light and dark, safe for colour-blind eyes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from spotify_analysis.plots import _text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

__all__ = ["PALETTES", "Palette", "Theme", "palette_of", "use_style"]

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme.

    Parameters
    ----------
    paper, ink, muted, faint : str
        Background, text, secondary text, and lines that should hardly be seen.
    main, second, third : str
        Colours of data, to be used in this order; told apart in every kind of colour blindness.
    pale : str
        The main colour where it means less: a period that is not whole, what was known already.
    ramp : tuple of str
        From nothing to much, in even steps of lightness.
    """

    paper: str
    ink: str
    muted: str
    faint: str
    main: str
    second: str
    third: str
    pale: str
    ramp: tuple[str, ...]

    @property
    def colormap(self) -> Colormap:
        """The ramp as a matplotlib colour map."""
        from matplotlib.colors import LinearSegmentedColormap

        return LinearSegmentedColormap.from_list("spotify_analysis", list(self.ramp))


# Teal, orange and violet differ in lightness as well as in hue, so they stay apart in grey and for
# red-, green- and blue-blind eyes (checked with the Machado 2009 matrices in the tests).
PALETTES: Mapping[str, Palette] = MappingProxyType(
    {
        "light": Palette(
            paper="#FCFBF8",
            ink="#1D2327",
            muted="#6A7278",
            faint="#E7E5DF",
            main="#12807A",
            second="#E5843A",
            third="#6C4FA3",
            pale="#B3D5CF",
            ramp=("#EFEEE9", "#C4E0D6", "#7DBFB0", "#2F938A", "#0B6264", "#08323E"),
        ),
        "dark": Palette(
            paper="#15191C",
            ink="#ECEEEE",
            muted="#98A1A6",
            faint="#2A3136",
            main="#43BFAC",
            second="#F0A05A",
            third="#A993DB",
            pale="#245A56",
            ramp=("#20272B", "#1C4447", "#1F6E6A", "#3A9E8F", "#7FCFB4", "#E3F6DF"),
        ),
    }
)


class use_style:  # noqa: N801 - called like a function, and used in `with` like one
    """Switch the house style on: from now on, or inside a ``with`` block.

    Parameters
    ----------
    theme : {"light", "dark"}
        Dark ink on light paper, or the other way round.

    Raises
    ------
    ValueError
        If `theme` is neither.

    Notes
    -----
    Sets matplotlib's ``rcParams``; leaving the ``with`` block puts back what was set before.
    Charts draw in the house style without it; it is for choosing the theme, and for one's own
    charts beside ours.

    Examples
    --------
    >>> from spotify_analysis import plots
    >>> with plots.use_style(theme="dark"):  # doctest: +SKIP
    ...     plots.calendar(metrics.calendar(plays))
    """

    def __init__(self, theme: Theme = "light") -> None:
        import matplotlib as mpl

        if theme not in PALETTES:
            raise ValueError(f"`theme` must be 'light' or 'dark'; not {theme!r}.")
        self.theme = theme
        current: Any = mpl.rcParams
        self._before = {name: current[name] for name in settings(theme)}
        current.update(settings(theme))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        import matplotlib as mpl

        current: Any = mpl.rcParams
        current.update(self._before)

    def __repr__(self) -> str:
        return f"<house style, {self.theme}>"


def settings(theme: str) -> Any:
    """Return the settings of matplotlib that make up a theme.

    Parameters
    ----------
    theme : str
        One of `PALETTES`.

    Returns
    -------
    dict
        ``rcParams`` and their values.
    """
    from cycler import cycler

    colours = PALETTES[theme]
    _text.register_fonts()
    return {
        "figure.facecolor": colours.paper,
        "figure.edgecolor": colours.paper,
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.h_pad": 0.12,
        "figure.constrained_layout.w_pad": 0.14,
        "figure.dpi": 110,
        "savefig.facecolor": "auto",
        "savefig.dpi": 160,
        "axes.facecolor": colours.paper,
        "axes.edgecolor": colours.faint,
        "axes.labelcolor": colours.muted,
        "axes.titlecolor": colours.ink,
        "axes.titlelocation": "left",
        "axes.titlesize": 13,
        "axes.labelsize": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "axes.prop_cycle": cycler(color=[colours.main, colours.second, colours.third]),
        "grid.color": colours.faint,
        "grid.linewidth": 0.8,
        "xtick.color": colours.faint,
        "ytick.color": colours.faint,
        "xtick.labelcolor": colours.muted,
        "ytick.labelcolor": colours.muted,
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8.5,
        "ytick.major.size": 0,
        "text.color": colours.ink,
        # a name is a name: "$uicideboy$" is no formula
        "text.parse_math": False,
        "font.family": list(_text.FAMILIES),
        "font.size": 9.5,
        # letters keep their own widths, as on paper, instead of being pulled to whole dots
        "text.hinting": "no_hinting",
        "legend.frameon": False,
        "legend.labelcolor": colours.muted,
        "pdf.fonttype": 42,
    }


def palette_of(ax: Axes | None = None) -> tuple[Theme, Palette]:
    """Return the theme that fits the paper of an Axes, or of the current settings.

    Parameters
    ----------
    ax : Axes or None
        Where a chart is drawn; None asks the settings.

    Returns
    -------
    str
        The theme.
    Palette
        Its colours.
    """
    import matplotlib as mpl
    from matplotlib.colors import to_rgba

    paper = ax.get_facecolor() if ax is not None else mpl.rcParams["axes.facecolor"]
    red, green, blue, opacity = to_rgba(paper)
    if ax is not None and opacity == 0 and ax.figure is not None:
        red, green, blue, _ = to_rgba(ax.figure.get_facecolor())
    theme: Theme = "light" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "dark"
    return theme, PALETTES[theme]
