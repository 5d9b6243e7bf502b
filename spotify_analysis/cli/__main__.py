"""``python -m spotify_analysis.cli``, where the command is not on the path."""

from __future__ import annotations

from spotify_analysis.cli.commands import main

if __name__ == "__main__":
    main()
