# patnav: `make demo` and `make test` do all set-up themselves; `make help` lists the rest.
# Everything is made inside this folder, except packages of the system, which only `make test` installs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The one folder of the demo; `make demo DEMO_DATA=…` takes another.
DEMO_DATA ?= patnav-data/demo
DEMO_LISTEN ?= 127.0.0.1:7878
CARGO ?= cargo
NPM ?= npm

WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts web/tsconfig.json -type f 2>/dev/null)

.PHONY: help demo release web test test-rust test-web test-e2e lint setup-build setup-browser

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-14s %s\n", $$1, $$2 }'

demo: release ## build everything, index the synthetic corpus, serve it and print the address
	@target/release/patnav demo --data "$(DEMO_DATA)" --listen "$(DEMO_LISTEN)"

release: web setup-build ## build target/release/patnav with the page inside
	@$(CARGO) build --locked --release

web: web/dist/index.html ## build the page into web/dist
	@:

test: setup-build web setup-browser ## all tests: page, library, binary, documentation, browser
	@$(MAKE) test-web
	@$(MAKE) test-e2e
	@$(MAKE) test-rust

test-rust: setup-build web ## tests of the library, the binary, the corpus and the documentation
	@INSTA_UPDATE=no $(CARGO) test --locked

test-web: web ## unit tests of the page
	@cd web && $(NPM) test --silent

test-e2e: web setup-build setup-browser ## the page in a real Chromium, against the real binary
	@$(CARGO) build --locked
	@cd web && CHROMIUM="$${CHROMIUM:-$$(../.ci/setup browser-path)}" $(NPM) run --silent e2e

lint: setup-build web ## format, clippy and documentation, warnings denied
	@$(CARGO) fmt --check
	@$(CARGO) clippy --locked --all-targets -- -D warnings
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps

setup-build:
	@.ci/setup build

setup-browser:
	@.ci/setup browser

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@.ci/setup node
	@echo "page: installing its packages (npm ci)"
	@cd web && $(NPM) ci --silent
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@echo "page: building web/dist"
	@cd web && $(NPM) run --silent build -- --logLevel warn
	@touch $@
