"""environment.yml and pyproject.toml name the same packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
# packages whose name at conda-forge differs from the one at the Python index
CONDA_NAMES = {"isal": "python-isal", "matplotlib": "matplotlib-base", "tzdata": "python-tzdata"}


def requirements() -> dict[str, str]:
    """Return the version bounds of each dependency in pyproject.toml, under its conda name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = {}
    for line in project["dependencies"]:
        name, bounds = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", line).groups()
        found[CONDA_NAMES.get(name, name)] = bounds
    return found | {"python": project["requires-python"]}


def test_environment_yml_equals_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [line for line in environment["dependencies"] if isinstance(line, str)]
    conda = dict(re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", line).groups() for line in plain)
    conda.pop("pip")
    assert conda == requirements()
    assert environment["dependencies"][-1] == {"pip": ["-e .[test]"]}
