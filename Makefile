# Needs Python >= 3.11, git and make; everything else goes into .venv.
#   make demo               the main job on a made-up listener
#   make demo ZIP=file.zip  the same on your own export
#   make lab                JupyterLab on notebooks/
#   make test               every check CI runs (make test-system first: browser, LibreOffice, Java, PostgreSQL, ...)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# versions that are known to work together; CONSTRAINTS= installs the newest ones instead
CONSTRAINTS ?= constraints.txt
INSTALL := sh scripts/install.sh $(BIN)/python $(if $(CONSTRAINTS),-c $(CONSTRAINTS))

.PHONY: demo lab test pytest test-system lint format bench pictures clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "installing spotify_analysis into $(VENV) ..."
	$(INSTALL) -e .
	@touch $@

$(VENV)/.all: $(VENV)/.app
	@echo "installing what tests and checks need into $(VENV) ..."
	$(INSTALL) -e '.[test,lint]'
	@touch $@

demo: $(VENV)/.app
	$(BIN)/spotify-analysis demo --folder data/demo $(if $(ZIP),--zip "$(ZIP)")

lab: $(VENV)/.app
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" \
	  --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

lint: $(VENV)/.all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify $$(find notebooks -name "*.ipynb")

format: $(VENV)/.all
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout $$(find notebooks -name "*.ipynb")

test: lint pytest

pytest: $(VENV)/.all
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST)

test-system:
	sh scripts/test-system.sh

bench: $(VENV)/.all
	@for bench in benchmarks/*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

pictures: $(VENV)/.all
	$(BIN)/python scripts/pictures.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
