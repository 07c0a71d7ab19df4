# Einthoven: build, run, test. `make help` lists the targets.

SWIFT ?= swift
PREFIX ?= /usr/local
BUILD_FLAGS := -c release
BINARY := .build/release/einthoven
SHARE := $(PREFIX)/share/einthoven
export SWIFT_BACKTRACE ?= interactive=no

.DEFAULT_GOAL := help
.PHONY: help setup build run test lint format bench install uninstall picture clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: ncurses, SQLite, and tmux for the tests
	@sh .ci/setup

build: setup ## build in release mode
	$(SWIFT) build $(BUILD_FLAGS)

run: build ## open the sample recordings for review
	$(BINARY) review SampleData

test: setup ## run every test
	$(SWIFT) build $(BUILD_FLAGS) --build-tests
	$(SWIFT) test $(BUILD_FLAGS) --skip-build --no-parallel

lint: ## check the formatting and style of every Swift file
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

format: ## format every Swift file in place
	$(SWIFT) format format --in-place --recursive Package.swift Sources Tests Benchmarks

bench: build ## measure speed as ratios to named peers on this machine
	@sh Benchmarks/run

install: build ## install the program, its models, keymaps and samples under PREFIX
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(SHARE)"
	install -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/einthoven"
	cp -R Keymaps Models SampleData "$(DESTDIR)$(SHARE)/"

uninstall: ## remove what `make install` put under PREFIX
	rm -f "$(DESTDIR)$(PREFIX)/bin/einthoven"
	rm -rf "$(DESTDIR)$(SHARE)"

picture: build ## draw the README's picture of the screen anew
	$(BINARY) render SampleData/heart02 --size 160x45 --layout 3x4 --format svg > docs/screen.svg

clean: ## remove what was built
	$(SWIFT) package clean
