#!/usr/bin/env bash
# Pretrains the demo's small BERT, 3 layers × 64, on the demo's corpus, and puts it where the demo
# finds it. It is the source of 'ligo compare --preset bert'. Some five minutes on one core.
#
#   scripts/demo-data/pretrain.sh [WORK]       WORK: a directory to work in, build/demo-small
#
# LIGO names another launcher than ./ligo, THREADS another number of threads than 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=${1:-build/demo-small}
ligo=${LIGO:-./ligo}
data=ligo-cli/src/main/resources/dev/ligo/cli
mkdir -p "$work"

"$ligo" pretrain --config "$data/compare/presets/bert/small.json" \
  --tokenizer "$data/demo/tokenizer.json" --data "$data/demo/train.txt.gz" \
  --eval-data "$data/demo/validation.txt.gz" --out "$work/small" --resume \
  --steps 3000 --schedule cosine --learning-rate 0.004 --warmup 200 --eval-every 300 \
  --batch-size 128 --sequence-length 16 --eval-batches 16 --seed 1 --threads "${THREADS:-1}"

rm -rf "$data/demo/small"
cp -r "$work/small" "$data/demo/small"
rm -f "$data/demo/small/metrics.jsonl"
echo "pretrained: $data/demo/small"
