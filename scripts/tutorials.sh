#!/usr/bin/env bash
# Runs what the tutorials, docs/tutorials/*.md, show: the pages are the source, so that they hold.
#
#   scripts/tutorials.sh [PAGE...]
#
#   PAGE  the name of a page, such as first-model; all of them if none is named
#
# Of a page's fenced blocks, in their order,
#
#   ```bash             is run; the blocks of a page share one shell
#   ```bash needs=WHAT  is run only where WHAT is a command, or a module of python3
#   ```LANGUAGE FILE    is written to FILE
#
# and all others, such as those of what one sees, are left alone.
#
# STEPS=N puts N behind every --steps, so that the pages together take some minutes; without it they are
# followed to the letter. A page is run in a scratch directory in which all that is in the root of this
# source tree is linked; KEEP=1 leaves it and prints its name.
#
# Exit status: 0 all that could be run has worked; 1 a command of a page has failed; 2 usage.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pages=$root/docs/tutorials

# as_shell PAGE: prints the page as a script, which shows each block before it runs it.
as_shell() {
  awk -v steps="${STEPS:-}" '
    function document(text) { return "<<\"END-OF-BLOCK\"\n" text "END-OF-BLOCK\n" }
    /^```/ && !inside {
      inside = 1
      language = substr($1, 4)
      more = $2
      text = ""
      next
    }
    !/^```/ && inside {
      if (language == "bash" && steps != "") { gsub(/--steps [0-9]+/, "--steps " steps) }
      text = text $0 "\n"
      next
    }
    /^```/ {
      inside = 0
      if (language == "bash") {
        needed = more != "" ? substr(more, length("needs=") + 1) : "bash"
        printf "if have %s; then\ncat %s%s", needed, document("\n" text), text
        printf "else\necho \"(left out, for want of %s)\"\nfi\n", needed
      } else if (more != "") {
        printf "cat >%s %s", more, document(text)
      }
    }' "$1"
}

# have WHAT: whether there is a command, or a module for python3.
have() { command -v "$1" >/dev/null || python3 -c "import $1" 2>/dev/null; }
export -f have

# link FROM TO: links all that is in a directory, but for what is in the other one already.
link() {
  find "$1" -mindepth 1 -maxdepth 1 -not -name '.git*' | while read -r path; do
    [ -e "$2/$(basename "$path")" ] || ln -s "$path" "$2"
  done
}

names=("$@")
if [ $# -eq 0 ]; then
  for page in "$pages"/*.md; do names+=("$(basename "$page" .md)"); done
fi
for name in "${names[@]}"; do
  if [ ! -f "$pages/$name.md" ]; then
    echo "usage: $0 [PAGE...]; there is no docs/tutorials/$name.md" >&2
    exit 2
  fi
done

scratch=$(mktemp -d)
if [ -n "${KEEP:-}" ]; then echo "works in $scratch"; else trap 'rm -rf "$scratch"' EXIT; fi
for name in "${names[@]}"; do
  echo "== $name"
  work=$scratch/$name
  mkdir -p "$work/build"
  link "$root" "$work"
  if [ -d "$root/build" ]; then link "$root/build" "$work/build"; fi # what was fetched before
  as_shell "$pages/$name.md" >"$scratch/$name.sh"
  if ! (cd "$work" && bash -euo pipefail "$scratch/$name.sh"); then
    echo "$name: a command of docs/tutorials/$name.md has failed (above)" >&2
    exit 1
  fi
done
