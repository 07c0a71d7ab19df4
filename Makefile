# Einthoven: build, run, test. `make help` lists the targets.

SWIFT ?= swift
# The toolchain's own, which swift.org's packages put beside swift.
CLANG ?= clang
PREFIX ?= /usr/local
# Without line tables, which are two thirds of the program and a twentieth of the compiler's time; BUILD_FLAGS='-c release' has them.
BUILD_FLAGS ?= -c release -debug-info-format none
BINARY := .build/release/einthoven
SHARE := $(PREFIX)/share/einthoven
MAN := $(PREFIX)/share/man
# Tests that share the terminal or the count of allocations with nobody: they run one by one, when the others are done.
ALONE := TerminalTests|AllocationTests
# What takes seconds each: `make smoke` leaves it out.
SLOW := EndToEndTests|TrainingTests|TrainingRunTests|ReviewDeskTests|FuzzTests|CostTests|PlantedLeadTests|TrainingGradientTests|EvaluationOracleTests|CheckpointTests|StoreFailureTests|ByteTests|WinogradTests
export SWIFT BUILD_FLAGS
export SWIFT_BACKTRACE ?= interactive=no

.DEFAULT_GOAL := help
.PHONY: help setup build run test smoke fuzz lint format bench install uninstall man pictures clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: ncurses, SQLite, OpenSSL, and tmux for the tests
	@sh .ci/setup

build: setup ## build in release mode
	$(SWIFT) build $(BUILD_FLAGS) --product einthoven

run: build ## open the sample recordings for review
	@echo "Verdicts go to $${XDG_DATA_HOME:-$$HOME/.local/share}/einthoven/reviews.sqlite; ? lists all keys, q quits."
	$(BINARY) review SampleData

test: setup ## run every test
	$(SWIFT) build $(BUILD_FLAGS) --build-tests
	$(SWIFT) test $(BUILD_FLAGS) --skip-build --skip '$(ALONE)'
	$(SWIFT) test $(BUILD_FLAGS) --skip-build --no-parallel --filter '$(ALONE)'

smoke: setup ## build, and run the fast tests: those of the rooms
	$(SWIFT) build $(BUILD_FLAGS) --build-tests
	$(SWIFT) test $(BUILD_FLAGS) --skip-build --skip '$(ALONE)|$(SLOW)'

fuzz: setup ## run every reader on damaged files, SECONDS=60 each, and on files that ask for more than they are
	$(SWIFT) build $(BUILD_FLAGS) --build-tests
	FUZZ_SECONDS=$(or $(SECONDS),60) $(SWIFT) test $(BUILD_FLAGS) --skip-build --no-parallel --filter 'FuzzTests.FuzzTests|CostTests'

lint: ## check the style of every Swift file, and that the kernels compile for 64-bit Arm
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks
	$(CLANG) --target=aarch64-linux-gnu -fsyntax-only -Wall -Wextra -Werror -ISources/CKernels/include Sources/CKernels/*.c

format: ## format every Swift file in place
	$(SWIFT) format format --in-place --recursive Package.swift Sources Tests Benchmarks

bench: build ## measure speed as ratios to named peers on this machine
	@sh Benchmarks/run

install: build ## install the program, its models, keymaps, samples and manual pages under PREFIX
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(SHARE)" "$(DESTDIR)$(MAN)/man1" "$(DESTDIR)$(MAN)/man5"
	install -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/einthoven"
	cp -R Keymaps Models SampleData "$(DESTDIR)$(SHARE)/"
	install -m 644 docs/man/*.1 "$(DESTDIR)$(MAN)/man1"
	install -m 644 docs/man/*.5 "$(DESTDIR)$(MAN)/man5"

uninstall: ## remove what `make install` put under PREFIX
	rm -f "$(DESTDIR)$(PREFIX)/bin/einthoven"
	rm -rf "$(DESTDIR)$(SHARE)"
	rm -f "$(DESTDIR)$(MAN)/man1/einthoven.1" "$(DESTDIR)$(MAN)/man1"/einthoven-*.1 "$(DESTDIR)$(MAN)/man5"/einthoven-*.5

man: build ## write the manual pages anew
	rm -f docs/man/*
	$(BINARY) manual docs/man

pictures: build ## draw the pictures of the screens in docs anew
	@sh docs/draw-pictures $(BINARY)

clean: ## remove what was built
	$(SWIFT) package clean
