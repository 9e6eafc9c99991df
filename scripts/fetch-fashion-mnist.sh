#!/usr/bin/env bash
# Fetches Fashion-MNIST (Zalando SE, MIT licence): 60,000 and 10,000 pictures of clothes, 28 × 28
# grey, as gzipped IDX files, 31 MB: Debian's package dataset-fashion-mnist.
#
#   scripts/fetch-fashion-mnist.sh [DIRECTORY [DEB]]
#
#   DIRECTORY  where the files go; build/fashion-mnist in this repository if not given
#   DEB        the package as a file, for a machine without apt-get; apt-get fetches it if not given
#
# The last line of standard output, and the only one, is the directory. The files are checked against
# the SHA-256 below; if they are there and right, nothing is fetched. The work is done in a scratch
# directory beside the target, so that an interrupted run leaves no half of the data.
#
# Exit status: 0 the files are there; 1 they could not be fetched or are not as expected; 2 usage.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/fetching.sh"

readonly package=dataset-fashion-mnist
readonly file_sums='b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7  train-images-idx3-ubyte.gz
0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056  train-labels-idx1-ubyte.gz
cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa  t10k-images-idx3-ubyte.gz
8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05  t10k-labels-idx1-ubyte.gz'

# unpack DEB DIRECTORY: a .deb is an ar archive around a tar; dpkg-deb reads it, or ar and tar do.
unpack() {
  if command -v dpkg-deb >/dev/null; then
    dpkg-deb -x "$1" "$2"
  else
    (cd "$2" && ar x "$1" && tar -xf data.tar.*)
  fi
}

begin DEB "$root/build/fashion-mnist" "$file_sums" '' "$@"
if [ -n "$given" ]; then
  cp "$given" "$scratch/package.deb" || fail "cannot read $given"
else
  command -v apt-get >/dev/null || fail "apt-get is not there. Get the package $package, a .deb, \
from any Debian mirror and run: $0 DIRECTORY DEB"
  say "fetching Debian's $package"
  (cd "$scratch" && apt-get -q download "$package" >/dev/null 2>&1) ||
    fail "apt-get could not download $package; does 'apt-get update' help?"
  mv "$scratch"/*.deb "$scratch/package.deb"
fi
mkdir "$scratch/unpacked"
unpack "$scratch/package.deb" "$scratch/unpacked"
data=$scratch/unpacked/usr/share/datasets/fashion-mnist
check_sums "$data" "$file_sums" || fail 'the files in the package are not those expected'
mv "$data"/*.gz "$target/"
done_with ''
