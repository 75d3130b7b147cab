# promptcall: `make demo` shows it work, `make test` tests it. Both install what they need from
# Debian and build; `make help` lists the rest.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
PROGRAMS := promptcalld promptcall promptcall-sidecar nexmo-sim
# What the build, the demo and the tests need from the distribution.
PACKAGES := libsqlite3-dev libssl-dev openssl pkg-config python3 python3-venv
# What tests use where it is there.
TEST_PACKAGES := espeak-ng
# What the tests asked of Nexmo and told it, judged behind them by the vendor's own models.
REQUESTS := $(CURDIR)/.build/requests
# What release builds get beyond the manifest: no dynamic checks of exclusive access, which the
# debug builds of the tests make, and one file without the Swift runtime beside it.
RELEASE := -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked

.PHONY: help
help:
	@echo 'make demo      build, ring six simulated phones, show what happened'
	@echo 'make test      build and run all tests, and judge what they asked of Nexmo'
	@echo 'make simulate  run $(SEEDS) seeds of the simulation (SEEDS, FIRST_SEED)'
	@echo 'make soak      run the simulation for $(MINUTES) minutes (MINUTES), then soak-kill'
	@echo 'make soak-kill KILLS=200 SEED=1'
	@echo '               kill a daemon under load so many times, and look for broken promises'
	@echo 'make check     format, generated code, manifest'
	@echo 'make coverage  what of the core its tests reach: all of it, or it fails'
	@echo 'make format    format the sources'
	@echo 'make release   build the programs for use'
	@echo 'make install   install them and their manual pages under PREFIX ($(PREFIX))'
	@echo 'make proto     make the Swift files from the .proto files'
	@echo 'make bench-engine  measure beside SQLite and PostgreSQL (BENCH=--quick or --full)'

.PHONY: packages
packages:
	scripts/install-packages $(PACKAGES)

.PHONY: demo
demo: packages
	$(SWIFT) build
	scripts/demo "$$($(SWIFT) build --show-bin-path)"

.PHONY: test
test: packages
	scripts/install-packages $(TEST_PACKAGES)
	$(SWIFT) build --build-tests
	rm -rf $(REQUESTS) && mkdir -p $(REQUESTS)
	PROMPTCALL_REQUESTS_DIR=$(REQUESTS) $(SWIFT) test --skip-build
	scripts/check-requests $(REQUESTS)

# Simulated seeds, from which one on, and for how many minutes `make soak` goes on.
SEEDS ?= 1000
FIRST_SEED ?= 1
MINUTES ?= 60
SIMULATE := $(SWIFT) run -c release promptcall-simulate

.PHONY: simulate
simulate: packages
	$(SIMULATE) --seed $(FIRST_SEED) --seeds $(SEEDS)

.PHONY: soak
soak: packages
	$(SIMULATE) --seed $$(date +%s%N) --minutes $(MINUTES)
	$(MAKE) soak-kill
# A failure prints the seed, which repeats what is drawn: who calls whom, and when is killed.
KILLS ?= 200
SEED ?= 1
# Calls under way at once.
CALLS ?= 150

.PHONY: soak-kill
soak-kill: packages
	$(SWIFT) build --build-tests
	PROMPTCALL_KILLS=$(KILLS) PROMPTCALL_KILL_SEED=$(SEED) PROMPTCALL_KILL_CALLS=$(CALLS) \
	    $(SWIFT) test --skip-build --filter EndToEndTests.KillTests

.PHONY: check
check: check-proto
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	scripts/check-manifest

.PHONY: coverage
coverage:
	SWIFT='$(SWIFT)' scripts/coverage

.PHONY: format
format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

.PHONY: release
release: packages
	$(SWIFT) build $(RELEASE)

.PHONY: install
install: release
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 755 $(addprefix "$$($(SWIFT) build $(RELEASE) --show-bin-path)"/,$(PROGRAMS)) \
	    $(DESTDIR)$(PREFIX)/bin
	install -m 644 packaging/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 packaging/man/*.8 $(DESTDIR)$(PREFIX)/share/man/man8

# What the measurements need beyond that; PostgreSQL is a peer, run as its own user.
BENCH_PACKAGES := gcc libc6-dev libpq-dev postgresql-15
BENCH ?=

.PHONY: bench-engine
bench-engine: packages
	scripts/install-packages $(BENCH_PACKAGES)
	$(SWIFT) build $(RELEASE) --product promptcalld
	$(MAKE) -C Benchmarks/engine BUILD=$(CURDIR)/.build/bench-engine
	Benchmarks/engine/run --tools .build/bench-engine \
	    --daemon "$$($(SWIFT) build $(RELEASE) --show-bin-path)"/promptcalld $(BENCH)

include scripts/proto.mk
