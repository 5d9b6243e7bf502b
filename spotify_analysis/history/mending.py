"""What to do about files that are damaged, missing, or not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spotify_analysis import tables
from spotify_analysis.history import ledger, merging, state
from spotify_analysis.history.report import Added, Checked
from spotify_analysis.history.rows import import_id_of, row_hashes
from spotify_analysis.history.state import ACTIVE, SALVAGED, State
from spotify_analysis.history.store import IMPORTS, PLAYS, ROWS, Store
from spotify_analysis.history.writing import write_plays

if TYPE_CHECKING:
    from deltalake import DeltaTable

__all__ = ["looks_damaged", "mend"]


def looks_damaged(store: Store, found: State) -> bool:
    """Look at the files' sizes and ends; cheap, on a disk only.

    Parameters
    ----------
    store : Store
        The tables.
    found : State
        What there is.

    Returns
    -------
    bool
        True if a file is missing, cut or something else.
    """
    return any(state.damage(store, name, table, deep=False) for name, table in _tables(found))


def mend(store: Store, found: State, *, zone: str, deep: bool) -> Checked:
    """Set damaged files aside and work out again what can be worked out.

    Parameters
    ----------
    store : Store
        The tables.
    found : State
        What there is.
    zone : str
        Zone of the local columns.
    deep : bool
        Read every file to its end, and compare what it holds with what was added.

    Returns
    -------
    Checked
        What was found and done.
    """
    told: list[dict[str, Any]] = []
    lost = set()
    for name, table in _tables(found):
        broken = state.damage(store, name, table, deep=deep)
        told += [
            {
                "file": f"{name}/{file.path}",
                "state": "missing" if about == "it is not there" else "damaged",
                "about": about,
            }
            for file, about in broken
        ]
        if broken:
            lost.add(name)
            if name == IMPORTS:
                # before it goes: killed in between, its imports would be forgotten, and the plays
                # with them
                _list_again(store, state.load(store, quiet=True))
                table = store.open(name) or table
            store.set_aside(name, table, [file for file, _ in broken])
    found = state.load(store, quiet=True)
    found, n_restored = _worked_out_again(store, found, zone, deep=deep or bool(lost))
    partial = [name for name in found.active if not found.is_whole(name)]
    again = found.ledger[found.ledger["import_id"].isin(partial)]
    for one in told:
        if one["file"].startswith(f"{ROWS}/") and partial:
            one["import_id"] = "; ".join(partial)
    told += [
        {"file": file, "state": "foreign", "about": "it is not of this history; left alone"}
        for file in (store.foreign() if deep else [])
    ]
    return Checked(
        tables.conform(told, tables.HISTORY_FILES),
        n_plays=found.plays.count() if found.plays is not None else 0,
        n_restored=n_restored,
        add_again=ledger.imports(found, again),
    )


def _tables(found: State) -> list[tuple[str, DeltaTable]]:
    named = ((PLAYS, found.plays), (ROWS, found.rows), (IMPORTS, found.imports))
    return [(name, table) for name, table in named if table is not None]


def _worked_out_again(store: Store, found: State, zone: str, *, deep: bool) -> tuple[State, int]:
    """Make the plays what the rows say; plays whose rows are lost stay, as rows of their own."""
    if found.plays is None:
        return found, 0
    if deep:
        found = _marked(store, found)
    members, marks = found.members()
    rows = state.rows_of(store, found, members)
    before = state.stored_plays(store, found)
    plays = merging.merge(rows).plays
    if SALVAGED in members or not all(map(found.is_whole, found.active)):
        gone = ~np.isin(row_hashes(before), row_hashes(plays))
        if gone.any():
            _salvage(store, found, rows, before.filter(pa.array(gone)))
            found = state.load(store, quiet=True)
            rows = state.rows_of(store, found, members | {SALVAGED})
            plays = merging.merge(rows).plays
            marks = {f"import-{SALVAGED}": ACTIVE}
    n_restored = int((~np.isin(row_hashes(plays), row_hashes(before))).sum())
    if marks or len(plays) != len(before) or n_restored:
        write_plays(store, found, before, plays, zone=zone, marks=marks)
    return state.load(store, quiet=True), n_restored


def _marked(store: Store, found: State) -> State:
    """Note imports whose rows are not what was added."""
    partial = {}
    for name in found.active:
        if name == SALVAGED or not found.is_whole(name):
            continue
        rows = state.rows_of(store, found, [name]).sort_by("position")
        if import_id_of(rows) != name:
            partial[f"rows-{name}"] = found.mark(name) + 1
    if partial and found.rows is not None:
        store.write(ROWS, state.no_rows(), found.rows, marks=partial)
        return state.load(store, quiet=True)
    return found


def _salvage(store: Store, found: State, rows: pa.Table, plays: pa.Table) -> None:
    """Keep plays that no import's rows tell of any more as rows of an import of their own."""
    earlier = rows.filter(pc.equal(rows["import_id"], SALVAGED))
    both = pa.concat_tables(
        [merging.coded(part.select(list(merging.KEPT))) for part in (earlier, plays)]
    )
    n, mark = len(both), found.mark(SALVAGED)
    tagged = both.append_column("import_id", pa.array([SALVAGED] * n, pa.large_string()))
    store.write(
        ROWS,
        tagged.append_column("position", pa.array(np.arange(n))),
        found.rows,
        replace=f"import_id = '{SALVAGED}'",
        marks={f"rows-{SALVAGED}": mark + (2 if mark % 2 else 1)},
    )
    note = Added(SALVAGED, n_rows=n, n_known=n)
    store.write(IMPORTS, ledger.entry(note, both), found.imports)


def _list_again(store: Store, found: State) -> None:
    """Write entries of imports the list has lost; how many plays they brought is lost with it."""
    if found.rows is None or found.plays is None:
        return
    names = pc.unique(state.read(store, ROWS, found.rows, ["import_id"])["import_id"]).to_pylist()
    for name in sorted(set(names) - set(found.ledger["import_id"])):
        if found.plays.transaction_version(f"import-{name}") is None:
            continue
        rows = state.rows_of(store, found, [name])
        is_sound = import_id_of(rows.sort_by("position")) == name
        # a time in rows that were altered may be none that there is
        written = ledger.entry(Added(name, n_rows=len(rows)), rows if is_sound else rows[:0])
        unknown = pa.nulls(1, pa.int64())
        for column in ("n_new", "n_improved", "n_known", "n_rejected", "n_gave_way"):
            place = written.column_names.index(column)
            written = written.set_column(place, written.schema.field(place), unknown)
        store.write(IMPORTS, written, store.open(IMPORTS))
