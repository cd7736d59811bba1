# The way in: `make help` lists what there is. Each target installs what it needs, once.
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# Runs a command with the pinned Node and packages; runs nothing through npm's own, slower, wrappers.
RUN := dev/bootstrap/run

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: ## Send blasts to 5,000 made-up customers, check every one of them, and stop
	@$(RUN) node dev/demo/main.ts

.PHONY: up
up: ## Start everything and keep it until Ctrl-C (LOGS=1 shows the services' logs, WITHOUT=exporter leaves its queue to a worker of yours)
	@exec $(RUN) node dev/stack/main.ts $(if $(LOGS),--logs) $(if $(WITHOUT),--without=$(WITHOUT))

.PHONY: test
test: ## Run all tests; T=path runs those below a path
	@$(RUN) node dev/bootstrap/test.ts $(T)

.PHONY: pictures
pictures: ## Take the pictures of docs/console.md anew, in a real browser
	@FANFARE_PICTURES=docs/images $(RUN) node dev/bootstrap/test.ts test/e2e/pages.test.ts

.PHONY: conformance
conformance: ## Judge the workers of every language, or the one that WORKER="command" starts
	@$(RUN) node test/conformance/main.ts $(if $(WORKER),'$(subst ','\'',$(WORKER))')

.PHONY: mixed
mixed: ## Share one queue between TypeScript and Go: 50,000 deliveries, each once, the limit held
	@$(RUN) node test/conformance/mixed/main.ts

.PHONY: check
check: ## Everything that must hold before a commit, except the tests
	@$(RUN) node dev/bootstrap/check.ts $(STEP)

.PHONY: gen
gen: ## Generate the code in gen/ and the catalogue in docs/ from proto/
	@$(RUN) node dev/bootstrap/gen.ts
	@$(RUN) node dev/catalogue/main.ts

.PHONY: docs
docs: ## Write the catalogue of messages and calls in docs/catalogue from proto/
	@$(RUN) node dev/catalogue/main.ts

.PHONY: streams
streams: ## Show how the broker of NATS_URL differs from the contract, and apply the contract
	@$(RUN) node core/adapters/nats/streams-main.ts

.PHONY: nats-config
nats-config: ## Write the broker's users and their rights from the contracts (ROTATE=user while its password changes)
	@$(RUN) node dev/nats-config/main.ts $(if $(ROTATE),--rotate $(ROTATE))

.PHONY: migrate
migrate: ## Bring the database of DATABASE_URL up to date
	@$(RUN) node dev/stack/migrate.ts

.PHONY: bench
bench: ## Measure latency, throughput and CPU of the whole pipeline
	@$(RUN) node bench/main.ts

.PHONY: chaos
chaos: ## Break everything at random under load for CHAOS_MINUTES (10) and check every mail (CHAOS_SEED plays it again)
	@exec $(RUN) node test/chaos/main.ts

.PHONY: simulate
simulate: ## Run 100,000 histories full of faults against the promises (SIM_SEED, SIM_HISTORIES, SIM_REPLAY)
	@$(RUN) node test/simulation/main.ts

.PHONY: format
format: ## Format the code, as `make check` wants it
	@$(RUN) oxfmt
	@dev/bootstrap/python -m ruff format --quiet
	@$(RUN) buf format --write
	@if command -v gofmt >/dev/null; then gofmt -w kits/go services/exporter bench/sink bench/caller; fi
