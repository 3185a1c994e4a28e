# Everything needs only Python 3.10 or later and make; Java 17 and Maven (or Docker) bring the Neo4j tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Written last by each install, so that a half-made environment is made again.
BASE := $(VENV)/.base
DEMO := $(VENV)/.demo
DEV := $(VENV)/.dev

.PHONY: help demo test browser test-versions lint bench docs proto clean

help:
	@echo "make demo            train and record real models into ./graphmeta.db, and ask about one of them"
	@echo "make test            all tests, on the embedded store and on a real Neo4j"
	@echo "make browser         install the Chromium that tests look at the pages with, where apt-get is (Debian, Ubuntu)"
	@echo "make test-versions   the embedded store's tests on every Python that is here"
	@echo "make lint            ruff and mypy"
	@echo "make bench           the figures of docs/benchmarks.md"
	@echo "make docs            write the generated parts of the documentation again"
	@echo "make proto           make the Python modules of MLMD's messages again from the .proto files"
	@echo "make clean           remove what these made"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "graphmeta needs Python 3.10 or later; say which with: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(BASE): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEMO): pyproject.toml | $(BASE)
	$(BIN)/python -m pip install --quiet --group demo
	@touch $@

$(DEV): pyproject.toml | $(BASE)
	$(BIN)/python -m pip install --quiet --editable '.[server]' --group dev
	@touch $@

demo: $(BASE) $(DEMO)
	$(BIN)/python examples/train_models.py

# In two processes: what needs Neo4j, and the rest.
test: $(BASE) $(DEV) browser
	$(BIN)/python tests/both_stores.py

# Without one, tests of the pages in a browser are skipped, and the run ends by saying so.
browser:
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends chromium fonts-dejavu-core; \
	else echo "There is no chromium here: tests in a browser will be skipped. As root: apt-get install chromium"; fi

test-versions: $(BASE) $(DEV)
	$(BIN)/python tests/versions.py

lint: $(BASE) $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(BASE) $(DEV)
	$(BIN)/python -m benchmarks

docs: $(BASE) $(DEV)
	$(BIN)/python docs/make_api.py
	$(BIN)/python docs/make_cli.py
	$(BIN)/python docs/make_picture.py
	$(BIN)/python docs/make_screenshots.py
	$(BIN)/python docs/make_questions.py

proto: $(BASE) $(DEV)
	$(BIN)/python graphmeta/mlmd/proto/make.py

clean:
	rm -rf $(VENV) .venv-* .cache build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis graphmeta.db* graphmeta-demo
