#!/usr/bin/env bash
# Runs the ligo command from a source tree; builds it first where there is no build or an old one.
# LIGO_MAVEN_OPTS: more options for the build, such as -Pcuda; LIGO_JAVA_OPTS: for the command's JVM.
set -euo pipefail

self=${BASH_SOURCE[0]}
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
root=$(cd "$(dirname "$self")" && pwd -P)
dist=$root/ligo-cli/target/dist

# Every build empties dist/lib and fills it again, and puts dist/ligo in its place last.
stale() {
  [ ! -f "$dist/ligo" ] || [ -n "$(find "$root"/pom.xml "$root"/.mvn "$root"/*/pom.xml \
    "$root"/*/src/main "$root"/*/src/dist -newer "$dist/lib" 2>/dev/null)" ]
}

# Shows what Maven builds, a line for each module, and its errors.
shown() {
  local line place error=yes # until Maven begins, as of a Java that is missing
  while IFS= read -r line; do
    case $line in
      '[INFO] Building '*' ['*/*']')
        place=${line##*[}
        line=${line#'[INFO] Building '}
        echo "ligo: building ${line%% *} (${place%]})"
        ;;
      '[ERROR]'*)
        error=yes
        echo "$line"
        ;;
      '['*) error= ;;
      *) if [ -n "$error" ]; then echo "$line"; fi ;; # an error's further lines
    esac
  done
}

build() {
  if ! command -v mvn >/dev/null; then
    echo "ligo: can't build: no 'mvn' on the PATH (Maven 3.6.3 or later, with a JDK 17 or later)" >&2
    exit 1
  fi
  if [ -d "$dist" ]; then
    echo "ligo: the sources have changed since the last build; building ..." >&2
  else
    echo "ligo: building for the first time; Maven may have some 360 MB to download ..." >&2
  fi
  # Started in the root, where .mvn lies; its output is not the command's.
  # shellcheck disable=SC2086
  if ! (cd "$root" && mvn -B -ntp -Dstyle.color=never -DskipTests -pl ligo-cli -am \
    ${LIGO_MAVEN_OPTS:-} package 2>&1) | shown >&2; then
    echo "ligo: the build failed (above); nothing was run" >&2
    exit 1
  fi
}

if stale; then
  mkdir -p "$root/ligo-cli/target"
  if command -v flock >/dev/null; then
    # Of several started at once one builds, the others wait.
    exec 9>"$root/ligo-cli/target/.build-lock"
    flock 9
    if stale; then build; fi
    exec 9>&-
  else
    build
  fi
fi

LIGO_STARTED_AS=$0 exec "${BASH:-bash}" "$dist/ligo" "$@"
