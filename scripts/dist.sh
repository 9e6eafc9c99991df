#!/usr/bin/env bash
# Makes the archives of the distribution, and uses one elsewhere: with a runtime of Java that has no
# compiler, in an empty home, twice at once.
#
#   scripts/dist.sh [WORK]
#
#   WORK  an empty directory to work in; one that is removed at the end if not given
#
# Exit status: 0 it works; 1 something failed; 2 usage.
set -euo pipefail

if [ $# -gt 1 ]; then
  echo "usage: $0 [WORK]" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
if [ $# -eq 1 ]; then
  mkdir -p "$1"
  work=$(cd "$1" && pwd -P)
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

say() { echo "dist: $*"; }

fail() {
  echo "dist: failed: $*" >&2
  exit 1
}

rm -f "$root"/ligo-cli/target/ligo-*.tar.gz "$root"/ligo-cli/target/ligo-*.zip
(cd "$root" && mvn -B -ntp -q -Pdist -Dmaven.test.skip -pl ligo-cli -am package)
mkdir "$work/tar" "$work/zip" "$work/home"
tar -xzf "$root"/ligo-cli/target/ligo-*.tar.gz -C "$work/tar"
(cd "$work/zip" && jar --extract --file "$(echo "$root"/ligo-cli/target/ligo-*.zip)")
diff -r "$work/tar" "$work/zip" || fail "the archives differ"
home=$(echo "$work"/tar/ligo-*)
for part in LICENSE README.md sbom.cdx.json completions/ligo man/man1/ligo.1 man/man1/ligo-grow.1 \
  plugins licenses/pytorch.txt; do
  [ -e "$home/$part" ] || fail "no $part"
done
[ "$(find "$home" -type d -empty)" = "$home/plugins" ] || fail "a directory is empty"
say "made $(cd "$root/ligo-cli/target" && echo ligo-*.tar.gz ligo-*.zip)"

jlink --add-modules java.se,jdk.unsupported,jdk.charsets,jdk.zipfs --output "$work/jre"
export JAVA_HOME=$work/jre LIGO_JAVA_OPTS=-Duser.home=$work/home LIGO_CACHE=$work/cache
unset DJL_CACHE_DIR ENGINE_CACHE_DIR PYTORCH_LIBRARY_PATH
cd "$work"
"$home/ligo" --version
bash -c 'source "$1" && complete -p ligo' _ "$home/completions/ligo" >/dev/null ||
  fail "bash takes no completion"

# Both find nothing unpacked.
"$home/ligo" backends --probe >first 2>first.log &
first=$!
"$home/ligo" backends --probe >second 2>second.log || fail "the second of two: $(cat second.log)"
wait "$first" || fail "the first of two: $(cat first.log)"
for engine in pytorch tensorflow; do
  for process in first second; do
    grep -q "^unpacking $engine (MB) " "$process.log" || fail "$process does not tell of $engine"
  done
done
[ -z "$(find home -name '*.part' -o -name 'tmp*')" ] || fail "something is left of the unpacking"
"$home/ligo" backends --probe >third 2>third.log
if grep -q unpacking third.log; then fail "it is unpacked again"; fi
say "two processes at once share what is unpacked"

"$home/ligo" grow --from "$root/ligo-cli/src/main/resources/dev/ligo/cli/demo/small" \
  --method stack --layers 6 --out grown >/dev/null
"$home/ligo" verify grown >/dev/null
say "it grows a checkpoint with a runtime of $(du -sh "$JAVA_HOME" | cut -f 1)"
