"""CSV that opens as text in a spreadsheet and comes back as the same table.

How a cell is written:

- Text stands in double quotes, everything else does not; a missing value is nothing at all, an
  empty text is ``""``. So ``NA``, ``null``, ``007`` and ``TRUE`` are text when they were text.
- Text that a spreadsheet would run as a formula gets a ``'`` in front, and so does text that begins
  with quotes before such a sign: `read_csv` takes exactly one off again. Headers too.
- Instants are ``2024-05-18 04:03:00Z``, days ``2024-05-18``, numbers are plain.
- UTF-8 with a byte order mark: Excel on Windows reads a file without one in the encoding of the
  country. pandas, polars, DuckDB, R and LibreOffice skip the mark.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from spotify_analysis import errors
from spotify_analysis.tables import dictionary, engines, schema, writing

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["read_csv", "write_csv"]

# Signs that begin a formula (| and % also a macro or a command in some programs), their full-width
# forms, and blanks or signs without ink before them, which spreadsheets skip. TAB, CR, LF and NUL
# are enough by themselves. In the words of Arrow's regular expressions (RE2).
_BLANK = r"[\s\p{Z}\p{C}\p{M}\x{115F}\x{1160}\x{2800}\x{3164}\x{FFA0}]"
_SIGN = r"[=+\-@|%\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}\x{FF5C}\x{FF05}\x{FE62}-\x{FE6B}\x{2212}]"
_TRIGGER = rf"(?:[\t\r\n\x00]|{_BLANK}*{_SIGN})"
_TO_GUARD = rf"^('*{_TRIGGER})"
_GUARDED = rf"^'('*{_TRIGGER})"


def write_csv(frame: pd.DataFrame, path: str | os.PathLike[str], *, overwrite: bool = True) -> Path:
    """Write a frame as CSV: lossless, safe in a spreadsheet, whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        A table of ours or any other frame of text, numbers, booleans and dates. A named index
        becomes columns, an unnamed one is left out.
    path : path
        Where to; missing folders are made.
    overwrite : bool
        Replace a file that is there already.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If `frame` is none.
    TableError
        If a column holds something else, or the file exists and may not be replaced, or cannot
        be written; what was there before is untouched.

    Notes
    -----
    Facts (``tables.facts``) are not part of a CSV; `write_parquet` keeps them.
    """
    from pyarrow import csv

    arrow = _writable(schema.check_frame(frame, argument="frame"))

    def write(draft: Path) -> None:
        with draft.open("wb") as file:
            file.write(b"\xef\xbb\xbf")
            # "needed" quotes every text and nothing else, and leaves missing values bare
            csv.write_csv(arrow, file, csv.WriteOptions(quoting_style="needed"))

    return writing.replace_file(path, write, overwrite=overwrite)


def read_csv(path: str | os.PathLike[str], table: schema.Table | str | None = None) -> pd.DataFrame:
    """Read a CSV that `write_csv` wrote: the same table comes back.

    Parameters
    ----------
    path : path
        The file.
    table : Table, str or None
        What it holds; None recognises our tables by their columns. Another frame comes back with
        the dtypes its values show.

    Returns
    -------
    DataFrame
        The table with its dtypes; missing values and empty texts as they were.

    Raises
    ------
    TableError
        If there is no such file, it is no CSV, or a value does not fit its column.
    ValueError
        If there is no table of that name.

    Notes
    -----
    A file that a spreadsheet saved again is read as well, with commas, semicolons or tabs. It may
    have lost what spreadsheets lose (leading zeros, the difference between missing and empty).
    """
    import pyarrow as pa

    source = Path(path)
    try:
        delimiter, header, start = _header(source)
        names = _unguarded(pa.array(header, pa.string())).to_pylist()
        declared = dictionary.recognised(names, stem=source.stem) if table is None else table
        if isinstance(declared, str):
            declared = dictionary.named(declared)
        types = (
            {name: column.dtype for name, column in declared.columns.items()}
            if declared is not None
            else _shown_dtypes(source, delimiter, names)
        )
        arrow = _read_arrow(source, start, delimiter, names, types)
    except OSError as exc:
        raise errors.TableError(f"{str(path)!r} cannot be read: {exc.strerror or exc}.") from exc
    except (pa.ArrowInvalid, UnicodeDecodeError) as exc:
        raise errors.TableError(
            f"{str(path)!r} does not hold the table it should: {str(exc)[:200]}. "
            "Was it changed by hand? Write it again with `tables.write_csv`."
        ) from exc
    columns = {name: _column(arrow.column(name), types.get(name)) for name in arrow.column_names}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(arrow.num_rows))
    return frame if declared is None else schema.conform(frame, declared)


# ---------------------------------------------------------------- writing


def _writable(frame: pd.DataFrame) -> pa.Table:
    """Give a frame to Arrow, guarded, each time in the coarsest unit that holds it."""
    import pyarrow as pa

    if frame.columns.nlevels > 1:
        raise errors.TableError(
            "A frame with several header rows is no table; give it one name per column first."
        )
    if frame.columns.empty:
        raise errors.TableError("A frame with no columns makes no CSV.")
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    names = _guarded(pa.array([str(name) for name in frame.columns], pa.string())).to_pylist()
    if len(set(names)) < len(names):
        doubled = next(name for name in names if names.count(name) > 1)
        raise errors.TableError(f"Two columns are called {doubled!r}; rename one of them.")
    columns = []
    for position, name in enumerate(frame.columns):
        series = frame.iloc[:, position]
        try:
            columns.append(_cells(pa.array(series, from_pandas=True)))
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError) as exc:
            raise errors.TableError(
                f"Column {str(name)!r} cannot be written to a CSV: {str(exc)[:120]}. Make it text, "
                "numbers, booleans or dates first."
            ) from exc
    return pa.table(columns, names=names)


def _cells(values: Any) -> Any:
    """Give one column the form in which it is written."""
    import pyarrow as pa

    kind = values.type
    if pa.types.is_dictionary(kind):
        values, kind = values.cast(kind.value_type), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _guarded(values)
    if pa.types.is_timestamp(kind):
        if kind.tz is not None:
            values = values.cast(pa.timestamp(kind.unit, tz="UTC"))
        return _coarsest(values)
    if pa.types.is_null(kind):
        return values.cast(pa.string())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_duration(kind):
        raise ValueError(f"it holds {kind}")
    return values


def _coarsest(values: Any) -> Any:
    """Express times in whole days or seconds where nothing is lost: shorter to read."""
    import pyarrow as pa

    units: list[Any] = [pa.timestamp(unit, tz=values.type.tz) for unit in ("s", "ms", "us")]
    if values.type.tz is None:
        units.insert(0, pa.date32())
    for unit in units:
        try:
            return values.cast(unit)
        except pa.ArrowInvalid:  # it would lose digits
            continue
    return values


def _guarded(texts: Any) -> Any:
    import pyarrow.compute as pc

    return pc.replace_substring_regex(texts, _TO_GUARD, r"'\1")


# ---------------------------------------------------------------- reading


def _header(path: Path) -> tuple[str, list[str], int]:
    """Return delimiter and header cells, as they stand in the file, and the byte after them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        start = file.read(1 << 20)
    if not start.strip():
        raise errors.TableError(f"{str(path)!r} is empty: not even a header.")
    firsts = {sign: next(_records(start, sign), ([], [], 0)) for sign in (",", ";", "\t")}
    delimiter = max(firsts, key=lambda sign: len(firsts[sign][0]))
    names, _, end = firsts[delimiter]
    with path.open("rb") as raw:
        marked = raw.read(3) == b"\xef\xbb\xbf"
    return delimiter, names, len(start[:end].encode()) + 3 * marked


def _unguarded(texts: Any) -> Any:
    import pyarrow.compute as pc

    return pc.replace_substring_regex(texts, _GUARDED, r"\1")


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], list[bool], int]]:
    """Yield the cells of each record, whether each stood in quotes, and where the record ends."""
    sign = re.escape(delimiter)
    # what begins with a quote is quoted: read bare, `"",";;"` is three cells between semicolons
    cell = re.compile(rf'(?:"((?:[^"]|"")*)"|((?!")[^{sign}\r\n]*))({sign}|\r\n|\r|\n|\Z)')
    cells: list[str] = []
    quoted: list[bool] = []
    position = 0
    while position < len(text):
        found = cell.match(text, position)
        if found is None:  # not a CSV, or cut inside quotes
            return
        cells.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        quoted.append(found[1] is not None)
        position = found.end()
        if found[3] != delimiter:
            yield cells, quoted, position
            cells, quoted = [], []
    if cells:
        yield [*cells, ""], [*quoted, False], position


def _shown_dtypes(path: Path, delimiter: str, names: list[str]) -> dict[str, str | None]:
    """Tell text from the rest: `write_csv` quotes text and nothing else.

    None leaves a column to Arrow, which tells whole numbers, numbers, booleans and dates apart. A
    column without any value in the first part of the file is text.
    """
    dtypes: dict[str, str | None] = dict.fromkeys(names, schema.STRING)
    unseen = set(range(len(names)))
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = _records(file.read(1 << 24), delimiter)
    next(records, None)
    for cells, quoted, _ in records:
        for position in list(unseen):
            if position < len(cells) and (cells[position] or quoted[position]):
                unseen.discard(position)
                if not quoted[position]:
                    dtypes[names[position]] = None
        if not unseen:
            break
    return dtypes


def _read_arrow(
    path: Path, start: int, delimiter: str, names: list[str], dtypes: dict[str, Any]
) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    types = {
        name: engines.arrow_type(dtype or schema.STRING)
        for name, dtype in dtypes.items()
        if name in names
    }
    size = path.stat().st_size - start
    if size <= 0:
        return pa.schema([(name, types.get(name, pa.string())) for name in names]).empty_table()
    with path.open("rb") as file:
        file.seek(start)
        return csv.read_csv(
            file,
            # In one block and without the header, because Arrow (26.0) loses its place in quotes
            # that hold a NUL when it looks for the end of a block or skips a row.
            read_options=csv.ReadOptions(column_names=names, block_size=min(size + 1, 2**31 - 1)),
            parse_options=csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                # an empty line is a row whose only column is missing
                ignore_empty_lines=len(names) > 1,
            ),
            convert_options=csv.ConvertOptions(
                column_types={name: types[name] for name in types if dtypes[name] is not None},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )


def _column(values: Any, dtype: str | None) -> Any:
    import pyarrow as pa

    kind = values.type
    if dtype is None:
        dtype = next(
            ours
            for holds, ours in (
                (pa.types.is_boolean, schema.BOOL),
                (pa.types.is_integer, schema.INT),
                (pa.types.is_floating, schema.FLOAT),
                (pa.types.is_date, schema.DAY),
                (lambda t: pa.types.is_timestamp(t) and t.tz is not None, schema.UTC),
                (pa.types.is_timestamp, schema.DAY),
                (lambda _: True, schema.STRING),
            )
            if holds(kind)
        )
        values = values.cast(engines.arrow_type(dtype))
    if dtype == schema.STRING:
        values = _unguarded(values)
    return schema.from_arrow(values, dtype)
