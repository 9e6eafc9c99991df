# What the launchers of ligo and ligo-spark check of LIGO_MODULES; $launcher is the name of the one
# that reads this. Java takes a path that leads nowhere for an empty one.
# shellcheck shell=bash
case ${LIGO_MODULES:-} in
  *$'\n'*)
    echo "$launcher: LIGO_MODULES has a line break: separate its paths with colons" >&2
    exit 2
    ;;
esac
IFS=: read -r -a modules <<<"${LIGO_MODULES:-}"
for module in ${modules[@]+"${modules[@]}"}; do
  if [ -n "$module" ] && [ ! -e "$module" ]; then
    echo "$launcher: LIGO_MODULES names '$module', which is not there" >&2
    exit 2
  fi
done
