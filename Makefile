# Each target is one word and works from a fresh clone with Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help report test lint check explore lab bench stress data gallery notebooks lock clean

help:
	@echo "make report     the whole site in outputs/: overviews, fifteen regions, both languages, pages to print, data"
	@echo "make test       style, types and all tests"
	@echo "make check      every rule of the data"
	@echo "make explore    the explorer as a page on this machine"
	@echo "make lab        the notebooks in JupyterLab"
	@echo "make bench      how fast things are"
	@echo "make stress     kills at random moments and a thousand runs (an hour)"
	@echo "make data       renew what follows from the data: check record, golden counts"
	@echo "make gallery    renew the small pictures of all charts in docs/"
	@echo "make notebooks  renew the stored results that the tests compare"
	@echo "make lock       renew requirements.lock"

# Installed once; again only when what is to be installed has changed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q sandan_lib
	@touch $(READY)

# A variable of its own, since make would take its commas for those between the choices of `or`.
SITE := --all --lang both --format html,pdf,xlsx
report: $(READY)
	$(BIN)/sandan report $(or $(ARGS),$(SITE))

test: lint
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: $(READY)
	$(BIN)/sandan check

explore: $(READY)
	$(BIN)/sandan explore $(ARGS)

lab: $(READY)
	$(BIN)/jupyter lab notebooks $(ARGS)

bench: export PATH := $(CURDIR)/.venv/bin:$(PATH)
bench: $(READY)
	$(BIN)/python benchmarks/run.py $(ARGS)

stress: $(READY)
	for target in runner worker template kernel forkserver dask-worker; do \
	  $(BIN)/python benchmarks/stress.py kill $$target --rounds 50 || exit 1; done
	$(BIN)/python benchmarks/stress.py soak --runs 1000

data: $(READY)
	$(BIN)/python tools/renew_data.py

gallery: $(READY)
	$(BIN)/python tools/build_gallery.py

notebooks: $(READY)
	$(BIN)/python tools/renew_notebooks.py

lock: $(READY)
	$(BIN)/python tools/renew_lock.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
