# Thin: each target sets up what it needs and calls an npm script or a program of ours.
SHELL := /bin/bash
.DEFAULT_GOAL := help
ONCE ?=
LONG ?=
SEED ?=
QUICK ?=
ONLY ?=

help: ## Says what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: node_modules/.installed ## Installs the packages

node_modules/.installed: package-lock.json package.json
	@node -e 'const [a,b]=process.versions.node.split(".").map(Number); if (a<20||(a===20&&b<19)) { console.error("Loom needs Node >= 20.19; this is "+process.version+"."); process.exit(1) }'
	@echo "Installing packages ..."
	@npm ci --no-progress --loglevel=error
	@touch $@

build: setup ## Compiles everything and builds the console
	@npm run --silent build

demo: build ## Runs a real migration on real git repositories (ONCE=1: stop afterwards)
	@ONCE=$(ONCE) node dev/demo/dist/main.js

dev: setup ## Runs everything with reload
	@npx tsc -b dev/forge
	@npx tsx --conditions=source dev/demo/src/dev.ts

test: build ## All tests, on real Redis and real Temporal
	@npm run --silent test

test-full: test ## All tests, and days of waiting on a Temporal that skips time (needs Java, see CONTRIBUTING)
	@npm run --silent test:time-skipping

e2e: build ## Drives the console in a real browser
	@npm run --silent test:browser

faults: setup ## Kills, cuts, repeats and loses things under load (LONG=1: at full size, about two hours; SEED=7: in another order)
	@LONG=$(LONG) SEED=$(SEED) npm run --silent test:faults

bench: build ## Measures Loom against a bare workflow and itself (QUICK=1: about two minutes; ONLY=floor,paging)
	@npx tsx --conditions=source bench/main.ts $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

lint: setup ## Lint, format, dead code, boundaries, neutrality, lockfile, contract
	@npm run --silent lint

types: setup ## Type-checks everything, tests included
	@npm run --silent typecheck

generate: setup ## Types from the contract, reference pages from the schema
	@npm run --silent generate

reset: ## Removes what was built, what runs left behind and the data of make dev
	@rm -rf node_modules/.installed coverage test/artifacts .loom */dist */dist-types workers/*/dist dev/*/dist

.PHONY: help setup build demo dev test test-full e2e faults bench lint types generate reset
