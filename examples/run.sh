#!/usr/bin/env bash
# Pretrains a tiny model of a family, grows it with LiGO, trains it on, and trains one of the same
# size from scratch beside it; then measures all four on data held out. Some minutes on one core for
# each family. Text models read the demo's books, image models Fashion-MNIST, which is fetched.
#
#   examples/run.sh gpt2|roberta|deit|vit|cait [WORK]
#
#   WORK  the directory to work in; build/examples/FAMILY in this repository if not given
#
# LIGO names another launcher than ./ligo, THREADS another number of threads than 1. What a run that
# was stopped has finished is not done again; a WORK that is complete is only measured.
set -euo pipefail

usage() {
  echo "usage: $0 gpt2|roberta|deit|vit|cait [WORK]" >&2
  exit 2
}

if [ $# -lt 1 ] || [ $# -gt 2 ]; then usage; fi
family=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${2:-$root/build/examples/$family}
case $work in
  /*) ;;
  *) work=$PWD/$work ;;
esac
cd "$root"
ligo=${LIGO:-./ligo}
resources=ligo-cli/src/main/resources/dev/ligo/cli

case $family in
  gpt2 | roberta)
    data=$resources/demo/train.txt.gz
    held_out=$resources/demo/validation.txt.gz
    scratch=(--tokenizer "$resources/compare/presets/tokenizer.json")
    batches=(--batch-size 32 --sequence-length 64)
    hidden=192 operator_rate=0.001 first=300 steps=100
    ;;
  deit | vit | cait)
    images=$(scripts/fetch-fashion-mnist.sh)
    data=$images/train-images-idx3-ubyte.gz
    held_out=$images/t10k-images-idx3-ubyte.gz
    scratch=()
    batches=(--batch-size 64)
    hidden=96 operator_rate=0.0003 first=500 steps=300
    ;;
  *) usage ;;
esac
common=("${batches[@]}" --threads "${THREADS:-1}" --seed 1)

# step NAME COMMAND...: runs a command that writes WORK/NAME, if it is not there.
step() {
  local out=$work/$1
  if [ -d "$out" ]; then
    echo "== $1: already in $out"
    return
  fi
  echo "== $1"
  "$ligo" "${@:2}" --out "$out" --data "$data" "${common[@]}"
  echo
}

# train NAME STEPS RATE ORIGIN...: trains a model, from wherever it was stopped.
train() {
  step "$1" pretrain --steps "$2" --learning-rate "$3" "${@:4}" --eval-data "$held_out" --resume
}

mkdir -p "$work"
train small "$first" 0.002 --config "examples/$family.json" ${scratch[@]+"${scratch[@]}"}
step grown grow --from "$work/small" --method ligo --layers 6 --hidden "$hidden" \
  --steps 50 --learning-rate "$operator_rate"
train trained "$steps" 0.001 --from "$work/grown"
# The same sizes from scratch: the grown model's config, and none of its values.
train scratch "$steps" 0.001 --config "$work/grown/config.json" ${scratch[@]+"${scratch[@]}"}

for model in small grown trained scratch; do
  echo "== $model, measured"
  "$ligo" evaluate --from "$work/$model" --data "$held_out" "${common[@]}"
done
