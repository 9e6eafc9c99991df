#!/usr/bin/env bash
# Builds a copy of this source tree elsewhere, and compares its distribution with the one that this
# tree has built. They must have the same bytes.
#
#   mvn package && scripts/reproducible.sh [OPTION OF MAVEN]...
#
# The options are for the second build, such as -Dmaven.repo.local=DIR for an empty repository.
# With -o Maven would not make the list of parts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dist=ligo-cli/target/dist
if [ ! -e "$dist/sbom.cdx.json" ]; then
  echo "reproducible: there is no whole $dist to compare with; run mvn package first." >&2
  exit 1
fi

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard |
  tar --null --ignore-failed-read -T - -c | tar -x -C "$copy"
(cd "$copy" && mvn -B -ntp -q -Dmaven.test.skip -pl ligo-cli -am "$@" package)

diff -r "$dist" "$copy/$dist"
echo "reproducible: two builds have the same bytes, in $(find "$dist" -type f | wc -l) files."
