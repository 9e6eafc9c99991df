#!/usr/bin/env bash
# Measures how long ligo and mergekit take to deepen a LLaMA by one recipe, and how much memory they
# hold, in turns and beside a plain copy of as many bytes. Both must write the same tensors.
#
#   scripts/bench-growing.sh [--layers N] [--rounds N] [--json FILE] [--work DIR]
#
#   --layers N   the layers of the source, of 88 MB each; 32 if not given: 3.1 GB become 4.5 GB
#   --rounds N   how often each runs; the best time counts; 3 if not given
#   --json FILE  writes the results there, too
#   --work DIR   an empty directory on the disk to measure; one that is removed at the end if not
#                given. It holds the source and one result
#
# It needs Linux and Python 3.11 or later, and makes an environment with a pinned mergekit (2 GB and
# more) in $XDG_CACHE_HOME/ligo/mergekit, ~/.cache without it. LIGO_MERGEKIT_PYTHON: the Python of an
# environment that is there already. LIGO names another launcher than ./ligo.
#
# Exit status: 0 it was measured; 1 something failed, or the tensors differ; 2 usage.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
python=$root/integration-tests/src/test/python
ligo=${LIGO:-$root/ligo}

work=
options=()
while [ $# -gt 0 ]; do
  case $1 in
    --layers | --rounds | --json) options+=("$1" "${2?}") ;;
    --work) work=${2?} ;;
    *)
      sed -n '/^#   scripts/s/^#   /usage: /p' "$0" >&2
      exit 2
      ;;
  esac
  shift 2
done

if [ -z "${LIGO_MERGEKIT_PYTHON:-}" ]; then
  environment=${XDG_CACHE_HOME:-$HOME/.cache}/ligo/mergekit
  if ! cmp -s "$python/requirements-mergekit.txt" "$environment/requirements.txt"; then
    echo "bench-growing: making $environment ..." >&2
    python3 -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet --requirement "$python/requirements-mergekit.txt"
    cp "$python/requirements-mergekit.txt" "$environment/requirements.txt"
  fi
  LIGO_MERGEKIT_PYTHON=$environment/bin/python
fi
"$ligo" --version >/dev/null # builds, where that is not done
if [ -n "$work" ]; then
  mkdir -p "$work"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
"$LIGO_MERGEKIT_PYTHON" "$python/growing.py" --ligo "$ligo" --work "$work" \
  ${options[@]+"${options[@]}"}
