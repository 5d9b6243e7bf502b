"""Every public function and class is documented the same way."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from numpydoc import validate

import spotify_analysis

ROOT = Path(__file__).parents[1]
CHECKS = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "numpydoc_validation"
    ]["checks"]
)


def modules() -> list[str]:
    """Name every public module of the package."""
    found = pkgutil.walk_packages(spotify_analysis.__path__, "spotify_analysis.")
    return [module.name for module in found if "._" not in module.name]


def public(module_name: str) -> Iterator[str]:
    """Name the public functions, classes and methods that are defined in a module."""
    module = importlib.import_module(module_name)
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module_name:
            continue
        if inspect.isfunction(thing):
            yield f"{module_name}.{name}"
        elif inspect.isclass(thing):
            yield f"{module_name}.{name}"
            for method, function in vars(thing).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{module_name}.{name}.{method}"


def has_arguments_of_its_own(name: str) -> bool:
    """Tell whether a function or class takes arguments that its own docstring must explain."""
    module_name, _, last = name.rpartition(".")
    thing = getattr(sys.modules.get(module_name), last, None)
    if not inspect.isclass(thing):
        return True
    # an error or enumeration inherits them; a protocol has none, and typing gives it *args
    return "__init__" in vars(thing) and not getattr(thing, "_is_protocol", False)


@pytest.mark.parametrize("module_name", modules())
def test_public_names_are_documented(module_name: str) -> None:
    assert (importlib.import_module(module_name).__doc__ or "").strip()
    wrong = {}
    for name in public(module_name):
        found = [
            error
            for error in validate.validate(name)["errors"]
            if error[0] in CHECKS and (error[0] != "PR01" or has_arguments_of_its_own(name))
        ]
        if found:
            wrong[name] = found
    assert not wrong
