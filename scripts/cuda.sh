#!/usr/bin/env bash
# Makes PyTorch's libraries for an NVIDIA GPU ready, and prints the settings by which ligo takes them:
#
#   eval "$(scripts/cuda.sh)"
#   ./ligo backends --probe
#
#   scripts/cuda.sh takes no arguments.
#
# The libraries are those of Python's torch, of the version that ligo is built for. It needs Python
# 3.9 to 3.13, and makes an environment with torch (6 GB, of which pip downloads 3 GB) in
# $XDG_CACHE_HOME/ligo/cuda, ~/.cache without it. LIGO_CUDA_PYTHON: the Python of an environment that
# has that version already, with CUDA. No driver is installed: `ligo backends --probe` says whether
# one is there, and what else is missing.
#
# Standard output has nothing but the settings; everything else goes to standard error.
#
# Exit status: 0 the libraries are there; 1 they are not, or not the ones expected; 2 usage.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$root/scripts/fetching.sh"

# The build for CUDA of DJL's own library, which its jar holds for every platform. It goes with any
# CUDA 12 that torch is built for.
readonly flavor=cu128

if [ $# -gt 0 ]; then
  printf 'usage: %s\n' "$0" >&2
  exit 2
fi
version=$(sed -n 's|.*<pytorch.version>\(.*\)</pytorch.version>.*|\1|p' "$root/ligo-bom/pom.xml")
[ -n "$version" ] || fail "no pytorch.version in $root/ligo-bom/pom.xml"
[ "$(uname -sm)" = 'Linux x86_64' ] || fail "this is $(uname -sm); ligo uses GPUs on Linux x86_64 alone"

python=${LIGO_CUDA_PYTHON:-}
if [ -n "$python" ]; then
  remedy="install torch $version there, or unset LIGO_CUDA_PYTHON"
else
  environment=${XDG_CACHE_HOME:-$HOME/.cache}/ligo/cuda
  python=$environment/bin/python
  remedy="remove $environment and run this again"
  # The name of the version is written last.
  if [ "$(cat "$environment/version" 2>/dev/null)" != "$version" ]; then
    command -v python3 >/dev/null || fail 'python3 is not installed; install Python 3.9 to 3.13 with pip'
    say "installing torch $version into $environment, 6 GB ..."
    python3 -m venv --clear "$environment" || fail 'python3 cannot make a virtual environment'
    "$python" -m pip install --quiet --disable-pip-version-check "torch==$version" >&2 \
      || fail "pip could not install torch $version"
    printf '%s\n' "$version" >"$environment/version"
  fi
fi

# Importing torch loads all that it is linked with, CUDA's libraries too.
found=$("$python" -W ignore -c '
import os, torch
print(torch.__version__.split("+")[0], torch.version.cuda, os.path.dirname(torch.__file__), sep="\n")
') || fail "$python cannot import torch (above); $remedy"
{
  read -r installed
  read -r cuda
  read -r directory
} <<<"$found"
[ "$installed" = "$version" ] || fail "$python has torch $installed, and ligo takes $version; $remedy"
[ "$cuda" != None ] || fail "$python has torch $installed for the CPU, without CUDA; $remedy"
[[ "$cuda" == 12.* ]] || fail "$python has torch for CUDA $cuda, and ligo takes one for CUDA 12; $remedy"
[ -e "$directory/lib/libtorch_cuda.so" ] || fail "no libtorch_cuda.so in $directory/lib; $remedy"

say "torch $installed for CUDA $cuda is ready; next: ligo backends --probe"
printf 'export %s=%q\n' PYTORCH_LIBRARY_PATH "$directory/lib" PYTORCH_VERSION "$version" \
  PYTORCH_FLAVOR "$flavor"
