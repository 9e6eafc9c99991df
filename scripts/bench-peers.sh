#!/usr/bin/env bash
# Measures ligo's training steps on both engines against the same steps of Hugging Face's models in
# Python: one checkpoint, the same batches, as many threads, in turns in one run. The losses of five
# steps must agree before anything is timed.
#
#   scripts/bench-peers.sh [--memory|--profile] [--subject NAME] [--threads N] [--rounds N] [--json FILE]
#
#   --memory        first of all: the most resident memory of steps of GPT-2 small's shape, in a
#                   process each, and no times
#   --profile       instead of times: where a step spends its time, on PyTorch and in Python
#   --subject NAME  the models whose names begin so, such as BERT, "BERT 4", GPT-2, ViT or LLaMA;
#                   all if not given
#   --threads N     the threads of an operation; 2 if not given
#   --rounds N      how often each contestant runs, after 3 rounds that aren't counted; 20 if not
#                   given
#   --json FILE     writes the results there, too
#
# The peers: "plain", the loop that one would write down first; "eager", with the loss at scored
# positions alone and torch's fused AdamW; "compiled", the same under torch.compile, which needs a C++
# compiler. "ratio" compares the best times; the machine should do nothing else.
#
# It needs Python 3.11 or later, and makes an environment with pinned versions (2 GB and more) in
# $XDG_CACHE_HOME/ligo/peers, ~/.cache without it. LIGO_PEER_PYTHON: the Python of an environment that
# is there already. The LLaMA of thirty layers takes most of the time.
#
# Exit status: 0 every bar is reached; 1 one is not, or something failed; 2 usage.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
python=$root/integration-tests/src/test/python

if [ -z "${LIGO_PEER_PYTHON:-}" ]; then
  environment=${XDG_CACHE_HOME:-$HOME/.cache}/ligo/peers
  if ! cmp -s "$python/requirements.txt" "$environment/requirements.txt"; then
    echo "bench-peers: making $environment ..." >&2
    python3 -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet --requirement "$python/requirements.txt"
    cp "$python/requirements.txt" "$environment"
  fi
  export LIGO_PEER_PYTHON=$environment/bin/python
fi
export LIGO_PEER_SCRIPT=$python/peer_steps.py
only=peers
case ${1:-} in
  --memory | --profile)
    only=${1#--}
    shift
    ;;
esac
exec "$root/scripts/bench.sh" --only "$only" "$@"
