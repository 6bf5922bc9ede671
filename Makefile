# One command surface for people and for continuous integration. Every target sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo serve test check coverage bench runtime lock docs site clean

demo: $(READY) packages
	$(BIN)/strongroom demo --home strongroom-demo $(if $(PARTICIPANTS),--participants $(PARTICIPANTS))

# The site with people for each role, on a home of its own; sign in as the command says.
serve: $(READY) packages
	$(BIN)/strongroom serve --demo --home strongroom-site

test: $(READY) packages browser
	$(BIN)/pytest -n 2 -q

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/python docs/reference/generate_cli.py --check
	$(BIN)/python docs/reference/generate_detectors.py --check
	$(BIN)/python docs/reference/generate_formats.py --check
	$(BIN)/python docs/reference/generate_thresholds.py --check
	$(BIN)/python docs/reference/generate_states.py --check
	$(BIN)/python docs/reference/generate_access.py --check

# The runtime of jobs and sessions, downloaded once: the test of a session in a browser is skipped without it.
runtime: $(READY)
	$(BIN)/python -c "from pathlib import Path; from strongroom.sandbox.runtimes.building import build; build(Path('build/runtimes'))"

bench: $(READY) packages browser
	@$(MAKE) --no-print-directory runtime && SESSIONS=1 $(BIN)/pytest -q tests/browser/test_session.py \
	  || echo "The runtime could not be built, or its session failed: see above."
	@$(MAKE) --no-print-directory .venv-bench/.ready || echo "The peers could not be installed: they are left out."
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

docs: $(READY)
	$(BIN)/python docs/reference/generate_cli.py
	$(BIN)/python docs/reference/generate_detectors.py
	$(BIN)/python docs/reference/generate_formats.py
	$(BIN)/python docs/reference/generate_thresholds.py
	$(BIN)/python docs/reference/generate_states.py
	$(BIN)/python docs/reference/generate_access.py

# Branches that tests run: about twice the time of the tests. `make coverage WRITE=--write` raises the floors. Commands
# that tests start are counted, confined readers and query engines are not: they see no folder to write counts to, start
# with none of our environment, and a reader may not write to any file (RLIMIT_FSIZE is 0). To count them, the tests
# would have to run a weaker sandbox than users do. Nor are forks that judge: they are killed as soon as they have
# answered, which leaves broken counts (`patch = fork, _exit` was tried). Tests read every format and judge every kind of
# file in their own process too; the floors of `checker` and `sandbox` are what is counted there.
coverage: $(READY) packages
	@mkdir -p build/coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json -q -o build/coverage/report.json
	$(BIN)/python .ci/coverage_floor.py build/coverage/report.json $(WRITE)

# Fails on a dead link. The pages fetch nothing when they are read; begin at build/site/docs/site/index.html.
site: $(VENV)/.docs
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs/site -d build/doctrees . build/site

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --extra site --extra formats --extra demo --extra privacy --extra enclave --group dev --universal --python-version 3.11 \
	  --generate-hashes --custom-compile-command "make lock" -o requirements.lock
	$(BIN)/uv pip compile src/strongroom/sandbox/runtimes/analysis.in --universal --python-version 3.11 \
	  --generate-hashes --custom-compile-command "make lock" -o src/strongroom/sandbox/runtimes/analysis.lock
	$(BIN)/uv pip compile --group pyproject.toml:docs -c requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --custom-compile-command "make lock" -o requirements-docs.lock
	$(BIN)/uv pip compile --group pyproject.toml:bench --universal --python-version 3.11 \
	  --generate-hashes --custom-compile-command "make lock" -o requirements-bench.lock

clean:
	rm -rf $(VENV) .venv-bench build strongroom-demo strongroom-site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "strongroom needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.docs: requirements-docs.lock $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@

# The peers of the exfiltration benchmark want other versions than the house, so they live apart.
.venv-bench/.ready: requirements-bench.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

# bubblewrap keeps the parsers of researchers' files away from the network and the disk; Chromium is for tests of pages.
packages:
	@command -v bwrap >/dev/null || $(call install,bubblewrap) \
	  || echo "Please install the Debian package 'bubblewrap': without it no file is checked and no query answered."

browser:
	@command -v chromium >/dev/null || $(call install,chromium) \
	  || echo "Please install the Debian package 'chromium': without it, the tests of pages are skipped."
.PHONY: packages browser

install = { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null; }
