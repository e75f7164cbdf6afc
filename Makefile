# SPDX-License-Identifier: Apache-2.0
# The only front door. `make help` lists what it can do.
JOBS := $(shell nproc)
PREFIX ?= /usr/local
N ?= 60
SEED ?= 1
SUITE ?= scenarios op payloads jcs jose sqrt
PROGRAMS := yett yett-gateway yett-session yett-monitor yett-broker yett-egress yett-runner \
  yett-vault-launch yett-spawner yett-script-model yett-demo yett-demo-services
# Folders whose tests also run under ASan and UBSan. Left out: gateway and egress, because one
# Beast file takes half a minute and a gigabyte there (their parsers run sanitized in fuzz/), and
# cli, whose tests start whole process trees under seccomp.
ASAN := $(filter $(patsubst src/%/CMakeLists.txt,%,$(wildcard src/*/CMakeLists.txt)), \
  base wire label schema lang policy identity audit store broker monitor session)

.DEFAULT_GOAL := build
.NOTPARALLEL:
.PHONY: help build demo test check format format-check tidy lint asan fuzz fuzz-policy fuzz-plan fuzz-plan-cpython bench \
  race conformance sim install clean need deps deps-test deps-check

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

build: need build/build.ninja ## build; the commands are left in build/bin/
	@ninja -C build -j $(JOBS)

demo: deps build ## install what is missing, build, run the main job on embedded defaults
	@build/bin/yett demo
	@build/bin/yett-demo-walls

test: deps-test build ## the same, then all tests
	@ctest --test-dir build -j $(JOBS) --output-on-failure </dev/null

check: N = 10
check: deps-check build format-check tidy lint asan fuzz ## format, tidy, lint, sanitized tests, short fuzz

format: ## rewrite the C++ files as .clang-format says
	@git ls-files '*.cc' '*.h' | xargs clang-format-16 -i

format-check:
	@git ls-files '*.cc' '*.h' | xargs clang-format-16 --dry-run --Werror

tidy: build ## style and layers (also a test)
	@build/tools/tidy .

lint: ## clang-tidy on what changed since its last clean run
	@cmake --preset lint >/dev/null
	@tools/lint

asan: ## tests of the libraries under ASan and UBSan
	@cmake --preset asan >/dev/null
	@ninja -C build/asan -j $(JOBS) $(ASAN:%=src/%/all)
	@for folder in $(ASAN); do \
	  ctest --test-dir build/asan/src/$$folder -j $(JOBS) --output-on-failure || exit 1; done

fuzz: ## every fuzz target, N=60 seconds each [ONLY=name]
	@cmake --preset fuzz >/dev/null
	@ninja -C build/fuzzing -j $(JOBS) fuzz/all
	@tools/fuzz $(N) $(ONLY)

race: N = 1000000
race: need build/build.ninja ## N=1000000 calls of file tools against a program that swaps links
	@ninja -C build -j $(JOBS) workspace_test
	@YETT_RACE=$(N) build/bin/workspace_test --gtest_brief=1 --gtest_filter='Race.NothingOutside*'

fuzz-plan-cpython: N = 100000
fuzz-plan-cpython: ## N=100000 generated plans against CPython 3.11, with what they covered [SEED=1]
	@cmake --preset dev >/dev/null
	@ninja -C build -j $(JOBS) yett-fuzz-plan-cpython
	@build/bin/yett-fuzz-plan-cpython $(N) $(SEED)

fuzz-policy: N = 10000000
fuzz-policy: PROOFS ?= 100000
fuzz-policy: ## N=10000000 calls: compiled decision against spec/; PROOFS=100000: prove against it [SEED=1]
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) yett-fuzz-policy yett-fuzz-prove
	@build/release/bin/yett-fuzz-policy --pairs $(N) --seed $(SEED) --mutations 1000
	@build/release/bin/yett-fuzz-prove $(PROOFS) $(SEED)

fuzz-plan: N = 1000000
fuzz-plan: ## N=1000000 pairs of runs that differ in a labelled input: nothing tells them apart [SEED=1]
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) yett-fuzz-plan
	@build/release/bin/yett-fuzz-plan --pairs $(N) --seed $(SEED)

attack-sandbox: build ## fifty attacks from inside a sandbox, at each level of isolation
	@build/bin/attack_sandbox_test

bench: ## benchmarks of the release build [ONLY=name]
	@tools/install-deps --check build bench || { echo 'missing: run tools/install-deps build bench'; exit 1; }
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) bench/all
	@ls build/release/bin/bench_$(ONLY)* >/dev/null
	@for program in build/release/bin/bench_$(ONLY)*; do echo "== $$program"; $$program || exit 1; done

conformance: build ## published test suites against the shipped code [SUITE=name]
	@for suite in $(SUITE); do echo "== $$suite"; build/bin/yett-conformance $$suite || failed=1; done; \
	  exit $${failed:-0}

sim: ## deterministic simulation (not there yet: exits 2)
	@echo 'make sim: nothing here yet. It will run all programs in one process under one seed:'
	@echo 'clock, storage, network and crashes simulated, the seed printed on failure.'
	@exit 2

install: need ## release build into PREFIX=/usr/local [DESTDIR=]
	@cmake --preset release >/dev/null
	@ninja -C build/release -j $(JOBS) $(PROGRAMS)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/yett
	install -s $(PROGRAMS:%=build/release/bin/%) $(DESTDIR)$(PREFIX)/lib/yett
	ln -sfn ../lib/yett/yett $(DESTDIR)$(PREFIX)/bin/yett

clean: ## remove build/
	rm -rf build

# What the targets above stand on. `make` alone never installs; demo and test do.
need:
	@missing=$$(tools/install-deps --check) || { echo "missing: $$missing"; echo 'run tools/install-deps'; exit 1; }

deps:
	@tools/install-deps build

deps-test:
	@tools/install-deps build test

deps-check:
	@tools/install-deps build test check

build/build.ninja:
	@cmake --preset dev
