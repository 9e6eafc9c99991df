#!/usr/bin/env bash
# Kills commands at random moments, continues each to its end, and compares the bytes with those of
# a run that was not interrupted: pretrain, grow --method ligo, finetune and compare, on the demo's
# small BERT.
#
#   scripts/kill.sh [N] [WORK]
#
#   N     how often each command is killed, by SIGKILL; 5 if not given. Each command is continued,
#         and killed again in one of three cases, until it is done
#   WORK  an empty directory to work in; one that is removed at the end if not given
#
# SEED is what the moments are drawn from, 1 if not given; LIGO names another launcher than ./ligo,
# BACKEND another backend than the default one, COMMANDS some of the four.
# It prints, for each command, how many kills met a process at work and how many steps at most had
# to be made again.
#
# Exit status: 0 all bytes are equal; 1 some are not, or something failed; 2 usage.
set -euo pipefail

usage() {
  echo "usage: $0 [N] [WORK]" >&2
  exit 2
}

if [ $# -gt 2 ] || [[ ! ${1:-5} =~ ^[0-9]+$ ]]; then usage; fi
kills=${1:-5}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
ligo=${LIGO:-$root/ligo}
if [ $# -eq 2 ]; then
  mkdir -p "$2"
  work=$(cd "$2" && pwd -P)
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
demo=$root/ligo-cli/src/main/resources/dev/ligo/cli/demo
RANDOM=${SEED:-1}
# Threads that wait in a loop would take the time of those that work.
export OMP_WAIT_POLICY=PASSIVE

cd "$work"
gzip -dc "$demo/train.txt.gz" | sed -n 1,400p >train.txt
gzip -dc "$demo/validation.txt.gz" | sed -n 1,60p >held-out.txt
{
  echo "text,label"
  sed 's/[",]/ /g' train.txt | grep . | sed -n 1,200p | awk '{ print $0 "," (NR % 2 ? "odd" : "even") }'
} >labelled.csv

small=(--batch-size 4 --sequence-length 16 --threads 1)
if [ -n "${BACKEND:-}" ]; then small+=(--backend "$BACKEND"); fi
save_every=5

# run COMMAND OUT OPTION...: runs a command to a directory.
run() {
  local command=$1 out=$2
  shift 2
  case $command in
    pretrain)
      exec "$ligo" pretrain --from "$demo/small" --data train.txt --steps 40 --seed 1 \
        --save-every $save_every --out "$out" "${small[@]}" "$@"
      ;;
    grow)
      exec "$ligo" grow --from "$demo/small" --method ligo --layers 4 --data train.txt \
        --steps 40 --seed 1 --out "$out" "${small[@]}" "$@"
      ;;
    finetune)
      exec "$ligo" finetune --from "$demo/small" --data labelled.csv --epochs 1 --seed 1 \
        --save-every $save_every --out "$out" "${small[@]}" "$@"
      ;;
    compare)
      exec "$ligo" compare --from "$demo/small" --layers 4 --methods scratch,stack,ligo \
        --operator-steps 5 --data train.txt --eval-data held-out.txt --seeds 1 \
        --steps 12 --eval-every 3 --max-epochs 100 --keep-models --out "$out" "${small[@]}" "$@"
      ;;
  esac
}

# content DIR: the hashes of what must be equal; times are left out.
content() {
  (cd "$1" && find . -name '*.safetensors' -exec sha256sum {} + | sort -k 2
    find . -path './runs/*.json' -exec sed -E 's/"seconds":(\[[^]]*\]|[-+0-9.eE]+)//g' {} + | sort)
}

# redone OUT: the steps that metrics tell of and no saved state has.
redone() {
  local metrics=$1.training/metrics.jsonl last state
  last=$(tail -n 1 "$metrics" 2>/dev/null | sed -nE 's/^\{"step":([0-9]+),.*/\1/p' || true)
  state=$(find "$1.training" -name 'state-*.safetensors' 2>/dev/null | sort | tail -n 1 |
    sed -E 's/.*state-0*([0-9]+)\.safetensors/\1/' || true)
  echo $((${last:-0} > ${state:-0} ? ${last:-0} - ${state:-0} : 0))
}

failed=0
for command in ${COMMANDS:-pretrain grow finetune compare}; do
  begun=$(date +%s%N)
  (run "$command" "whole-$command") >"$command.log" 2>&1 ||
    { cat "$command.log" >&2; exit 1; }
  took=$((($(date +%s%N) - begun) / 1000000))
  content "whole-$command" >expected
  met=0 most=0 equal=0
  for ((i = 1; i <= kills; i++)); do
    out=killed-$command
    resume=()
    again=1
    while [ "$again" = 1 ]; do
      (run "$command" "$out" ${resume[@]+"${resume[@]}"}) >"$command.log" 2>&1 &
      pid=$!
      moment=$(((RANDOM * 32768 + RANDOM) % took))
      sleep "$((moment / 1000)).$(printf '%03d' $((moment % 1000)))"
      if kill -KILL "$pid" 2>/dev/null; then met=$((met + 1)); fi
      wait "$pid" 2>/dev/null || true
      steps=$(redone "$out")
      most=$((steps > most ? steps : most))
      resume=(--resume)
      again=$((RANDOM % 3 == 0 ? 1 : 0))
      if [ -f "$out/config.json" ]; then again=0; fi
    done
    if [ ! -f "$out/config.json" ]; then
      (run "$command" "$out" --resume) >"$command.log" 2>&1 ||
        { cat "$command.log" >&2; exit 1; }
    fi
    content "$out" >found
    if cmp -s expected found; then
      equal=$((equal + 1))
    else
      failed=1
      diff expected found >&2 || true
    fi
    left=$(find . -maxdepth 1 -name ".$out.partial-*" | wc -l)
    if [ -f "$out/config.json" ] && [ "$left" -gt 0 ]; then
      echo "$command: $left partial directories are left" >&2
    fi
    rm -rf "$out" "$out.training" ".$out.partial-"*
  done
  echo "$command: $equal of $kills equal in all bytes, $met kills, at most $most steps made again"
done
exit $failed
