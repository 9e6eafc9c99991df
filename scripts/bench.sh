#!/usr/bin/env bash
# Measures how fast ligo is beside what its engine could do, in the same run: each contestant takes
# its turn in every round, and ratios are printed beside the bars that they should reach.
#
#   scripts/bench.sh [--threads N] [--rounds N] [--only NAME] [--subject NAME] [--clock wall|cpu]
#                    [--json FILE]
#
#   --threads N  the threads of an operation; 2 if not given
#   --rounds N   how often each contestant runs, after 3 rounds that aren't counted; 20 if not given
#   --only NAME  one benchmark: full-vocabulary, masked, operator, large, engines, families, call,
#                stack, scaling or memory
#   --subject NAME
#                of the benchmarks "peers" and "profile", which scripts/bench-peers.sh runs: the
#                models whose names begin so
#   --clock cpu  counts the time that the processors gave to the process (--threads 1) instead of
#                the time that passed: for a machine that does other work
#   --json FILE  writes the results there, too
#
# "ratio" compares the best times, which other work on the machine touches least, and is held
# against the bar; "median" is the median of the rounds' ratios. On a quiet machine they agree.
# The whole takes some eleven minutes on 2 cores, and 4 GB of memory.
#
# The benchmark "memory" trains GPT-2 small's shape in processes of their own: it takes 8 GB of
# memory, and scripts/bench-peers.sh --memory holds it against Python. The benchmark "stack" runs if
# LIGO_MINILM names the directory that scripts/fetch-minilm.sh prints. Memory is measured on Linux
# only. LIGO_MAVEN_OPTS: more options for the build.
#
# Exit status: 0 every bar is reached; 1 one is not, or something failed; 2 usage.

set -euo pipefail
caller=$PWD
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
. scripts/testing.sh
build_tests integration-tests

# As the launcher does.
eval "$(grep '^malloc=' ligo-cli/src/dist/ligo)"
export GLIBC_TUNABLES=${GLIBC_TUNABLES:-$malloc}
export LIGO_COMMAND=${LIGO_COMMAND:-$root/ligo-cli/target/dist/ligo}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
cd "$caller"
export TF_CPP_MIN_LOG_LEVEL=${TF_CPP_MIN_LOG_LEVEL:-2}
exec "$java" -Xms1g -Xmx1g -XX:+UseSerialGC -Dai.djl.offline=true \
  -cp "$classpath" \
  dev.ligo.it.bench.Benchmarks "$@"
