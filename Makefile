# Every target works from a clean clone: the first one builds .venv from pinned packages.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types docs bench package proofs clean

demo: $(READY)
	$(BIN)/python examples/demo.py

test: $(READY)
	$(BIN)/pytest -n auto --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

# The numbers in README.md and docs/ are generated; this fails when one is out of date.
docs: $(READY)
	$(BIN)/python docs/generate.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs --quiet build --strict
	$(BIN)/python docs/check_site.py build/site

bench: $(READY)
	$(BIN)/python bench/mutations.py
	$(BIN)/python bench/routes.py

# Builds wheel and sdist and uses them in clean environments.
package: $(READY)
	$(BIN)/python tests/check_package.py --extras

# Needs Coq, which the script installs where it can, and no .venv.
proofs:
	proofs/install-coq.sh
	$(MAKE) -C proofs

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "exactnet needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[all,dev,docs]'
	touch $(READY)

clean:
	rm -rf $(VENV) demo-out build *.egg-info
	$(MAKE) -C proofs clean
