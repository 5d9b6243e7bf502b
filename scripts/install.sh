#!/bin/sh
# Installs packages: sh scripts/install.sh PYTHON, and then what one would give to pip install.
# uv, where there is one, takes a third of pip's time. It does not know pip's settings (another
# index, a proxy), so that pip is asked where it fails.
set -eu

python="$1"
shift
if command -v uv >/dev/null 2>&1; then
  uv pip install --quiet --compile-bytecode --python "$python" "$@" && exit
  echo "install: uv could not, so pip does" >&2
fi
exec "$python" -m pip install --quiet --disable-pip-version-check "$@"
