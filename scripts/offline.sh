#!/usr/bin/env bash
# Inspects, grows, trains, evaluates and predicts where there is no network: in a namespace of its
# own, without even a loopback. The demo's small BERT is the source.
#
#   scripts/offline.sh [WORK]
#
#   WORK  an empty directory to work in; one that is removed at the end if not given
#
# LIGO names another launcher than ./ligo; it must be built already. Where the system does not allow
# such a namespace, as in many containers, nothing is run and a line says so.
#
# Exit status: 0 it works, or is not allowed here; 1 something failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
ligo=${LIGO:-$root/ligo}
if ! command -v unshare >/dev/null || ! unshare -rn true 2>/dev/null; then
  echo "offline: this system allows no network namespace; nothing was run"
  exit 0
fi
if [ $# -gt 0 ]; then
  mkdir -p "$1"
  work=$1
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
demo=$root/ligo-cli/src/main/resources/dev/ligo/cli/demo
gzip -dc "$demo/train.txt.gz" | sed -n 1,200p >"$work/train.txt"
"$ligo" --version >/dev/null # builds, where that is not done
export LIGO_CACHE=$work/cache OMP_WAIT_POLICY=PASSIVE
small=(--batch-size 2 --sequence-length 16 --threads 1)

step() {
  if ! unshare -rn "$ligo" "$@" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "offline: failed: ligo $*" >&2
    exit 1
  fi
  echo "offline: works: ligo $1"
}

step inspect "$demo/small"
step grow --from "$demo/small" --method stack --layers 6 --out "$work/deeper"
for backend in pytorch tensorflow; do
  step grow --from "$demo/small" --method ligo --layers 4 --data "$work/train.txt" --steps 2 \
    --out "$work/larger-$backend" --backend "$backend" "${small[@]}"
done
step pretrain --from "$work/deeper" --data "$work/train.txt" --steps 2 --out "$work/trained" \
  "${small[@]}"
step evaluate --from "$work/trained" --data "$work/train.txt" --batches 1 "${small[@]}"
step verify "$work/trained"
