# `make run` and `make test` do all the set-up: they need Python 3.11 or newer with venv, and nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: install run test attack audit outdated dist demo bench

install: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv, the first time only: one to three minutes"
	@# the pip that comes with Python 3.11 fails on lxml[html-clean], so ours comes first
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
	@sh deploy/install.sh $(BIN)/pip install --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

# what tests, benchmarks and pictures need besides: a daemon is 16 MB smaller without numpy
.venv/.developing: .venv/.installed
	@sh deploy/install.sh $(BIN)/pip install --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

run: install
	$(BIN)/futurewatch run

demo: install
	$(BIN)/futurewatch demo

# two for each core: tests wait for daemons, browsers and clocks for more than half of their time
TESTERS ?= $$(( $$(nproc 2>/dev/null || echo 2) * 2 ))
test: .venv/.developing
	sh deploy/install-browser.sh
	sh deploy/install-nats.sh
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@# mypy keeps one core for half a minute while the tests wait
	$(BIN)/mypy & types=$$!; $(BIN)/pytest --numprocesses $(TESTERS) --dist worksteal; tests=$$?; wait $$types && exit $$tests

# an hour or more: programs killed, parsers fed with anything, hostile portals and receivers (docs/threats.md)
KILLS ?= 500
INPUTS ?= 1000000
attack: audit
	$(BIN)/python tests/attack/kill_run.py --kills $(KILLS)
	$(BIN)/python tests/attack/fuzz_run.py --inputs $(INPUTS)
	$(BIN)/python tests/attack/hostile_run.py

audit: .venv/.developing
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive crawler scheduler storage

# what has a newer release than constraints.txt pins, dependencies of dependencies too
outdated: .venv/.installed
	$(BIN)/pip list --outdated --disable-pip-version-check

# wheel and source distribution in dist/
dist: .venv/.developing
	$(BIN)/python -c "from setuptools.build_meta import *; build_sdist('dist'); build_wheel('dist')"

# every benchmark once; ends in one table: figure, ours, the peer's of the same run, ratio, limit, and what did not run;
# SAVED=FOLDER measures on saved pages what can be
FIGURES ?= figures.jsonl
bench: .venv/.developing
	$(BIN)/python benchmarks/run_all.py --figures $(FIGURES) $(if $(SAVED),--saved $(SAVED))
