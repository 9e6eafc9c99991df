#!/usr/bin/env bash
# Pretrains a tiny model of a family on the demo's corpus, grows it with LiGO, trains it on, and
# trains one of the same size from scratch beside it. Some minutes on one core for each family.
#
#   examples/text/run.sh gpt2|roberta [WORK]       WORK: a directory to work in, build/FAMILY
#
# LIGO names another launcher than ./ligo, THREADS another number of threads than 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

family=$1
work=${2:-build/$family}
ligo=${LIGO:-./ligo}
books=ligo-cli/src/main/resources/dev/ligo/cli/demo
here=examples/text
tokenizer=ligo-cli/src/main/resources/dev/ligo/cli/presets/tokenizer.json
batches=(--batch-size 32 --sequence-length 64 --threads "${THREADS:-1}" --seed 1)
mkdir -p "$work"

"$ligo" pretrain --config "$here/$family.json" --tokenizer "$tokenizer" \
  --data "$books/train.txt.gz" --eval-data "$books/validation.txt.gz" --out "$work/small" \
  --steps 500 --learning-rate 0.002 "${batches[@]}"

"$ligo" grow --from "$work/small" --out "$work/grown" --method ligo --layers 6 --hidden 192 \
  --data "$books/train.txt.gz" --steps 50 --learning-rate 0.001 "${batches[@]}"

"$ligo" pretrain --from "$work/grown" \
  --data "$books/train.txt.gz" --eval-data "$books/validation.txt.gz" --out "$work/trained" \
  --steps 200 --learning-rate 0.001 "${batches[@]}"

# The same sizes from scratch: the grown model's config, and none of its values.
"$ligo" pretrain --config "$work/grown/config.json" --tokenizer "$tokenizer" \
  --data "$books/train.txt.gz" --eval-data "$books/validation.txt.gz" --out "$work/scratch" \
  --steps 200 --learning-rate 0.001 "${batches[@]}"

for model in small grown trained scratch; do
  echo "$model:"
  "$ligo" evaluate --from "$work/$model" --data "$books/validation.txt.gz" "${batches[@]}"
done
