# What the scripts share that run the classes of tests; they source it from the root.
# `build_tests MODULE` builds a module of tests, if need be, and sets `classpath`.

build_tests() {
  local list=$1/target/test.classpath
  # The build writes the class path last.
  if [ ! -f "$list" ] || [ -n "$(find pom.xml .mvn ./*/pom.xml ./*/src -type f -newer "$list" \
    2>/dev/null | head -n 1)" ]; then
    echo "building $1 ..." >&2
    # shellcheck disable=SC2086
    mvn -B -ntp -q -DskipTests -pl "$1" -am ${LIGO_MAVEN_OPTS:-} \
      package dependency:build-classpath -Dmdep.outputFile=target/test.classpath >&2
  fi
  classpath=$PWD/$1/target/test-classes:$(cat "$list")
}
