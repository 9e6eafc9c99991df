#!/usr/bin/env bash
# Looks at reports in a browser without a window: 400 and 1280 pixels wide, light and dark, and on
# paper. Text that overlaps, is cut or is hidden, an error in the console and a request of anything
# outside the page are faults. Pictures of all that is looked at are kept.
#
#   scripts/look.sh [REPORT.html...]
#
#   REPORT.html  what to look at; those of docs/results if not given
#
# LOOK_OUT is where pictures go (build/look), LIGO_CHROMIUM the browser: Chromium or Chrome, as it
# is called on the PATH if not given. Where there is none, nothing is looked at and a line says so.
#
# Exit status: 0 all is well, or there is no browser; 1 something is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/testing.sh

if [ $# -eq 0 ]; then
  set -- docs/results/*/report.html
fi
build_tests ligo-cli
exec java -cp "$classpath" dev.ligo.cli.report.Look "${LOOK_OUT:-build/look}" "$@"
