#!/usr/bin/env bash
# Feeds a reader of files with inputs that follow its code, for as long as you like.
#
#   scripts/fuzz.sh TARGET [SECONDS] [FILES]
#
# TARGET is a method of the classes of fuzz-tests; without one, the targets are listed. It runs until
# SECONDS are over or so many FILES were read, 0 or none for no limit, until it finds something, or
# until it is stopped. What it has learned stays in build/fuzz/TARGET, from where it goes on. An
# input that breaks a promise is kept among the resources of the tests, which run it from then on:
# mend the reader, and commit both.
#
# LIGO_MAVEN_OPTS: more options for the build.
#
# Exit status: 0 nothing was found; 1 the build failed; 2 usage; another one, something was found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sources=fuzz-tests/src/test/java/dev/ligo/fuzz
targets() { grep -rhoE 'void [a-z]+\(byte\[\] content\)' $sources | sed -E 's/void (.*)\(.*/\1/' | sort; }
target=${1:-}
file=$(grep -rlE "void $target\(byte\[\] content\)" $sources) || {
  printf 'usage: %s TARGET [SECONDS] [FILES]\ntargets:\n%s\n' "$0" "$(targets)" >&2
  exit 2
}

. scripts/testing.sh
build_tests fuzz-tests

class=$(basename "$file" .java)
found=fuzz-tests/src/test/resources/dev/ligo/fuzz/${class}Inputs/$target
corpus=build/fuzz/$target
mkdir -p "$found" "$corpus"
scratch=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || scratch=/dev/shm # for files that last a millisecond
cd fuzz-tests
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx1g -XX:+UseSerialGC -Djava.io.tmpdir="$scratch" \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=off -cp "$classpath" \
  com.code_intelligence.jazzer.Jazzer --target_class="dev.ligo.fuzz.$class" \
  --target_method="$target" --instrumentation_includes='dev.ligo.**:com.google.gson.**:org.snakeyaml.**:de.siegmar.**' \
  -max_total_time="${2:-0}" -runs="$(((${3:-0}) > 0 ? ${3:-0} : -1))" -timeout=20 -max_len=16384 -artifact_prefix="../$found/" "../$corpus"
