# Everything that a person or the CI runs. The first target that needs the virtual environment makes it, from the lock file.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
KERNEL ?= $(if $(LAZYMMU_KERNEL),$(LAZYMMU_KERNEL),.kernel/linux-source-6.12)

.DEFAULT_GOAL := test
.PHONY: help demo test kernel kernel-test lint format differential bench bench-agreement bench-front-end bench-scripts lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

$(VENV)/.ready: requirements.lock pyproject.toml
	@PYTHON=$(PYTHON) scripts/make-venv $(VENV)
	@touch $@

# The shipped packs over a small kernel-like tree: the diff on standard output, the account on standard error. Leaving
# something unchanged and saying so is what exit codes 1 and 3 mean; the demo shows it.
demo: $(VENV)/.ready  ## the shipped packs over a small kernel-like tree
	@$(BIN)/lazymmu-refactor diff fixtures/kernel; code=$$?; case $$code in 0|1|3) ;; *) exit $$code ;; esac

test: $(VENV)/.ready  ## the tests that need neither a kernel tree nor spatch
	$(BIN)/pytest -m "not kernel and not spatch" -n auto

# Debian's kernel source, unpacked into an ignored folder; no root needed.
kernel:  ## Debian's kernel source into .kernel
	scripts/fetch-kernel .kernel

kernel-test: $(VENV)/.ready  ## the tests over a kernel tree
	LAZYMMU_KERNEL=$(KERNEL) $(BIN)/pytest -m kernel

# The same input through spatch and through us. Needs Debian's coccinelle.
differential: $(VENV)/.ready  ## the same input through spatch and through us
	$(BIN)/pytest -m spatch -n auto

lint: $(VENV)/.ready  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.ready  ## style, mended where that needs no thought
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What is measured is written to the page of figures in the documentation.
bench: $(VENV)/.ready  ## the figures of the documentation, over a kernel
	$(BIN)/python bench/whole_tree.py $(KERNEL)

# What is read of the tree, the graphs of its functions, the speed of both, and what the grammar alone reads wrongly;
# half an hour for a kernel.
bench-front-end: $(VENV)/.ready  ## what is read of a kernel, and what the grammar alone reads wrongly
	$(BIN)/python bench/front_end.py $(KERNEL)
	$(BIN)/python bench/misreadings.py $(KERNEL)

# What is taken for a call, a cast, an iterator, a declared name, against spatch, place by place.
bench-agreement: $(VENV)/.ready  ## how code is read against how spatch reads it
	$(BIN)/python bench/agreement.py $(KERNEL) $(DIRECTORIES)

# The kernel's own semantic patches against spatch, a directory at a time; what spatch says is kept.
bench-scripts: $(VENV)/.ready  ## the kernel's own semantic patches against spatch
	$(BIN)/python bench/kernel_scripts.py $(KERNEL) $(or $(DIRECTORIES),mm kernel block) --store .kernel/spatch --show

lock: $(VENV)/.ready  ## the lock file anew
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --extra dev --extra cluster --build-deps-for editable --generate-hashes --allow-unsafe --strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --upgrade -o requirements.lock pyproject.toml

clean:  ## away with all that is made
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
