# xinfangd: the petition mail gateway. `make help` says what there is.

GO ?= go

# The race detector watches our code. In SQLite, which is C translated to Go and
# does its own locking, it finds nothing and takes much time. No more than that
# package may be left out: what the Go packages around it instantiate
# (sync.Map's inner map) would be linked for all, and races be seen where none is.
# Its pointers into memory of its own are not worth checking either.
RACE = -race -gcflags=modernc.org/...=-d=checkptr=0 -gcflags=modernc.org/sqlite/lib=-race=false

.DEFAULT_GOAL := help
.PHONY: help run test build install deb debcheck unit bench soak year look corpora fuzz

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## a practice office on loopback (make run ARGS=--once ends by itself)
	$(GO) run ./cmd/xinfangd demo $(ARGS)

test: ## everything a change needs, on real servers; installs them when absent
	@$(GO) version
	@sh .ci/packages
	@unformatted=$$(gofmt -l cmd configs gateway rules templates); \
		if [ -n "$$unformatted" ]; then echo "not formatted:" $$unformatted; exit 1; fi
	$(GO) vet -tags corpora,look ./...
	$(GO) tool staticcheck -tags corpora,look ./...
	XINFANGD_TEST_SERVERS=1 $(GO) test $(RACE) -vet=off -ldflags=-w -shuffle=on -timeout 20m ./...

build: ## bin/xinfangd, a static binary
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/xinfangd ./cmd/xinfangd

PREFIX ?= /usr
SYSCONFDIR ?= /etc
UNITDIR ?= /lib/systemd/system
STATE = /var/lib/xinfangd

install: build ## the program, its unit, the sample configuration and rules, below DESTDIR
	install -D -m 0755 bin/xinfangd $(DESTDIR)$(PREFIX)/bin/xinfangd
	install -D -m 0644 configs/xinfangd.service $(DESTDIR)$(UNITDIR)/xinfangd.service
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/xinfangd README.md README.zh-CN.md
	install -d -m 0750 $(DESTDIR)$(SYSCONFDIR)/xinfangd
	install -d -m 0755 $(DESTDIR)$(SYSCONFDIR)/xinfangd/rules
	@# What an office has changed is not written over.
	@for f in rules/*.yaml; do [ -e $(DESTDIR)$(SYSCONFDIR)/xinfangd/$$f ] || install -m 0644 $$f $(DESTDIR)$(SYSCONFDIR)/xinfangd/$$f; done
	@[ -e $(DESTDIR)$(SYSCONFDIR)/xinfangd/xinfangd.yaml ] || { \
		sed -e 's,\.\./var/,$(STATE)/,g' -e 's,\.\./rules/,rules/,' -e 's,^templates: \.\./templates/,# templates: templates/,' configs/xinfangd.yaml >bin/xinfangd.yaml && \
		install -m 0640 bin/xinfangd.yaml $(DESTDIR)$(SYSCONFDIR)/xinfangd/xinfangd.yaml; }

ifndef DEB_VERSION
DEB_VERSION := $(shell git log -1 --format=0.%cd.g%h --date=format:%Y%m%d%H%M 2>/dev/null || echo 0)
endif

deb: ## a Debian package in bin/
	rm -rf bin/stage
	$(MAKE) install DESTDIR=bin/stage
	configs/debian/build bin/stage bin $(DEB_VERSION)
	rm -rf bin/stage

debcheck: deb ## installs the package in a fresh Debian, uses it and removes it (root, debootstrap)
	configs/debian/check bin/xinfangd_$(DEB_VERSION)_$$(dpkg --print-architecture).deb

unit: ## how well the systemd unit is fenced in; fails beyond "OK"
	@command -v systemd-analyze >/dev/null || apt-get install -y -q --no-install-recommends systemd
	systemd-analyze security --offline=true --threshold=40 configs/xinfangd.service
	systemd-analyze verify --man=no configs/xinfangd.service || [ ! -x /usr/bin/xinfangd ]

bench: ## the table of figures beside other programs, medians (under 25 minutes)
	@sh .ci/packages
	@GO="$(GO)" sh .ci/bench

LETTERS ?= 20000

year: ## a simulated year of an office, 20 divisions and 20,000 letters (make year LETTERS=2000)
	XINFANGD_YEAR=$(LETTERS) $(GO) test -count=1 -run 'TestYear$$' -v -timeout 120m ./gateway/desk

soak: ## the long forms of the tests that try to lose letters or to flood the office (under 30 minutes)
	@sh .ci/packages
	@GO="$(GO)" sh .ci/soak

LOOK ?= $(CURDIR)/var/look

look: ## board, pages, mails and workbook in a real browser and LibreOffice; installs them; pictures in var/look
	@sh .ci/packages
	@sh .ci/look
	XINFANGD_LOOK=$(LOOK) $(GO) test -tags look -count=1 -timeout 20m -run 'Look|Check' ./gateway/watch/chromiumtest ./gateway/report
	@echo pictures in $(LOOK)

FUZZTIME ?= 10m
FUZZERS ?= 2

corpora: ## figures of reading and routing on the corpora, where they are at hand
	$(GO) test -tags corpora -count=1 -run 'Corpora' -v ./gateway/letter ./gateway/authority ./gateway/fold ./rules | grep -v '^=== ' | grep -E 'corpora|Corpora|[0-9]%|SKIP|ok|FAIL'

fuzz: ## every fuzz target for FUZZTIME each, FUZZERS at once (make fuzz FUZZTIME=30s)
	@GO="$(GO)" sh .ci/fuzz $(FUZZTIME) $(FUZZERS)
