#!/usr/bin/env bash
# Publishes ligo into a directory, and builds projects of others from there with empty caches: those
# under integration-tests/consumer, by several versions of Maven and by Gradle.
#
#   scripts/consumer.sh [WORK]
#
#   WORK  an empty directory to work in; one that is removed at the end if not given
#
# Maven downloads some 900 MB. MAVENS has the versions to build with, 3.6.3 and 3.8.9 if not given;
# the first runs the projects' tests. What Gradle takes from a build.gradle is asked of its classes
# (GRADLE_API, a version of them on Maven Central).
#
# Exit status: 0 all projects build and run; 1 something failed; 2 usage.
set -euo pipefail

if [ $# -gt 1 ]; then
  echo "usage: $0 [WORK]" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
mavens=${MAVENS:-3.6.3 3.8.9}
gradle=${GRADLE_API:-8.8}
if [ $# -eq 1 ]; then
  mkdir -p "$1"
  work=$(cd "$1" && pwd -P)
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
repository=file://$work/repository

say() { echo "consumer: $*"; }

# step WHAT COMMAND...: runs it, and says nothing of it but whether it worked.
step() {
  local what=$1
  shift
  if ! "$@" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "consumer: failed: $what" >&2
    exit 1
  fi
  say "$what"
}

publish() {
  # Not into the user's own repository, where later builds would find it.
  (cd "$root" && mvn -B -ntp -q -Prelease -DskipTests -Dmaven.install.skip=true \
    -pl '!fuzz-tests,!integration-tests' \
    "-DaltDeploymentRepository=consumer::$repository" deploy)
}
step "published into a directory" publish

# As the settings of the machine, so that a user's own hold, too.
cat >"$work/settings.xml" <<XML
<settings>
  <profiles>
    <profile>
      <id>consumer</id>
      <repositories>
        <repository>
          <id>consumer</id>
          <url>$repository</url>
          <snapshots><enabled>true</enabled></snapshots>
        </repository>
      </repositories>
    </profile>
  </profiles>
  <activeProfiles><activeProfile>consumer</activeProfile></activeProfiles>
</settings>
XML

# build PROJECT GOAL...: by $maven, from nothing but the repository, Central and $work/m2.
build() {
  (cd "$work/$1" && "$maven" -B -q -gs "$work/settings.xml" "-Dmaven.repo.local=$work/m2" "${@:2}")
}

runs() {
  local golden=$root/integration-tests/src/test/resources/golden/bert/mlm-gelu
  rm -rf "$work/grown"
  "$java" -Dai.djl.offline=true -cp "$work/plain/target/classes:$1" com.example.plain.Main \
    "$golden" "$work/grown" pytorch tensorflow
}

first=true
for version in $mavens; do
  mkdir -p "$work/maven"
  fetch() {
    (cd "$work/maven" && mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
      "-Dartifact=org.apache.maven:apache-maven:$version:tar.gz:bin" -DoutputDirectory=. &&
      tar -xzf "apache-maven-$version-bin.tar.gz")
  }
  step "fetched Maven $version" fetch
  maven=$work/maven/apache-maven-$version/bin/mvn
  for project in plain guice olmo2 neox; do
    rm -rf "${work:?}/$project"
    cp -R "$root/integration-tests/consumer/$project" "$work/$project"
    if $first; then
      step "Maven $version builds and tests $project" build $project verify
    else
      step "Maven $version builds $project" build $project -DskipTests verify
    fi
  done
  if $first; then
    step "listed what plain runs with" build plain -Dmdep.outputFile=class.path \
      org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath
    step "plain runs" runs "$(cat "$work/plain/class.path")"
    first=false
  fi
done

resolve() {
  mkdir -p "$work/gradle"
  cat >"$work/gradle/pom.xml" <<XML
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>gradle</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>dev.gradleplugins</groupId>
      <artifactId>gradle-api</artifactId>
      <version>$gradle</version>
    </dependency>
  </dependencies>
</project>
XML
  (cd "$work/gradle" && mvn -B -ntp -q -Dmdep.outputFile=class.path \
    org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath)
  "$java" --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.util=ALL-UNNAMED \
    -cp "$(cat "$work/gradle/class.path")" "$root/scripts/consumer/ClassPathByGradle.java" \
    "$work/plain" "$work/gradle/home" "$repository" >"$work/gradle/resolved"
}
step "Gradle $gradle resolves plain" resolve
step "plain runs with what Gradle takes" runs "$(tail -n 1 "$work/gradle/resolved")"
