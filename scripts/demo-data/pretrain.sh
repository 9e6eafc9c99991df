#!/usr/bin/env bash
# Pretrains the demo's small BERT, 3 layers × 128, on the demo's corpus, and puts it where the demo
# finds it. Short windows first: tokens meet their neighbours sooner there; then windows of the
# demo's length. About a quarter of an hour on one core.
#
#   scripts/demo-data/pretrain.sh [WORK]       WORK: a directory to work in, build/demo-small
#
# LIGO names another launcher than ./ligo, THREADS another number of threads than 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=${1:-build/demo-small}
ligo=${LIGO:-./ligo}
data=ligo-cli/src/main/resources/dev/ligo/cli/demo
mkdir -p "$work"

"$ligo" pretrain --config "$data/config.json" --tokenizer "$data/tokenizer.json" \
  --data "$data/train.txt.gz" --eval-data "$data/validation.txt.gz" --out "$work/short" --resume \
  --steps 5000 --batch-size 64 --sequence-length 32 --learning-rate 0.002 --warmup 250 \
  --seed 1 --threads "${THREADS:-1}"

"$ligo" pretrain --from "$work/short" \
  --data "$data/train.txt.gz" --eval-data "$data/validation.txt.gz" --out "$work/small" --resume \
  --steps 1000 --batch-size 32 --sequence-length 64 --learning-rate 0.001 --warmup 50 \
  --seed 2 --threads "${THREADS:-1}"

rm -rf "$data/small"
cp -r "$work/small" "$data/small"
rm -f "$data/small/metrics.jsonl"
echo "pretrained: $data/small"
