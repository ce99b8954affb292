# xinfangd: the petition mail gateway. `make help` says what there is.

GO ?= go

.DEFAULT_GOAL := help
.PHONY: help run test build bench corpora fuzz

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## a practice office on loopback (make run ARGS=--once ends by itself)
	$(GO) run ./cmd/xinfangd demo $(ARGS)

test: ## everything a change needs, on real servers; installs them when absent
	@$(GO) version
	@sh .ci/packages
	@unformatted=$$(gofmt -l cmd configs gateway rules templates); \
		if [ -n "$$unformatted" ]; then echo "not formatted:" $$unformatted; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	XINFANGD_TEST_SERVERS=1 $(GO) test -race -shuffle=on -timeout 9m ./...

build: ## bin/xinfangd, a static binary
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/xinfangd ./cmd/xinfangd

bench: ## every benchmark of the rooms
	$(GO) test -run '^$$' -bench . -benchmem -timeout 60m ./...

FUZZTIME ?= 10m

corpora: ## figures of reading and routing on the corpora, where they are at hand
	$(GO) test -count=1 -run 'Corpora' -v ./gateway/letter ./gateway/authority ./rules | grep -v '^=== ' | grep -E 'corpora|Corpora|[0-9]%|SKIP|ok|FAIL'

fuzz: ## every fuzz target for FUZZTIME each (make fuzz FUZZTIME=30s)
	@for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "== $$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p || exit 1; done; done
