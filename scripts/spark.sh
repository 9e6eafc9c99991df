#!/usr/bin/env bash
# Runs ligo-spark end to end on a Spark cluster of this machine: a master and two workers with a core
# each, on the loopback. Each command is held against ligo in one process.
#
#   scripts/spark.sh [WORK]
#
#   WORK  an empty directory to work in; one that is removed at the end if not given
#
# SPARK_HOME names an installation of Spark 4; else PyPI's pyspark, which has all of it (434 MB), is
# installed into build/spark, for which Python 3 is needed. BACKEND names another backend than the
# default one, LIGO_HOME another distribution of ligo than that of the source tree, PARTS some of
# these four:
#
#   pretrain  an executor is killed in the middle; the model is that of one process
#   rounds    the same, with workers that meet every 5 steps; again an executor is killed
#   grow      learns LiGO's operator
#   compare   an executor is killed in the middle; ligo compare --resume adds a seed
#
# It prints the losses side by side, and how much of a step the tasks computed.
#
# Exit status: 0 all is equal; 1 something is not, or failed; 2 usage.
set -euo pipefail

if [ $# -gt 1 ]; then
  echo "usage: $0 [WORK]" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly version=4.0.1
readonly url=spark://127.0.0.1:17077

temporary=
if [ $# -eq 0 ]; then temporary=$(mktemp -d); fi
work=${1:-$temporary}
mkdir -p "$work"
work=$(cd "$work" && pwd -P)
started=()
finish() {
  for pid in ${started[@]+"${started[@]}"}; do kill "$pid" 2>/dev/null || true; done
  wait
  if [ -n "$temporary" ]; then rm -rf "$temporary"; fi
}
trap finish EXIT

if [ -z "${SPARK_HOME:-}" ]; then
  if [ ! -d "$root/build/spark" ]; then
    echo "spark: installing pyspark $version into build/spark" >&2
    python3 -m venv "$root/build/spark.partial"
    "$root/build/spark.partial/bin/python" -m pip install --quiet "pyspark==$version" >&2
    mv "$root/build/spark.partial" "$root/build/spark"
  fi
  SPARK_HOME=$(echo "$root"/build/spark/lib/python3*/site-packages/pyspark)
fi
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_WORKER_DIR=$work/workers
export LIGO_CACHE=$work/cache OMP_WAIT_POLICY=PASSIVE

# The source tree's builds; every build of ligo puts its launcher in place last.
if [ ! -f "$root/ligo-spark/target/dist/ligo-spark.jar" ]; then
  (cd "$root" && mvn -B -ntp -q -DskipTests -pl ligo-spark -am package) >&2
fi
export LIGO_HOME=${LIGO_HOME:-$root/ligo-cli/target/dist}
ligo() { bash "$LIGO_HOME/ligo" "$@"; }
export LIGO_SPARK_OPTS="--master $url --executor-memory 1g --conf spark.ui.enabled=false"
ligo_spark() { bash "$root/ligo-spark/target/dist/ligo-spark" "$@"; }

# start CLASS OPTION...: starts a daemon of Spark.
start() {
  "$SPARK_HOME/bin/spark-class" "org.apache.spark.deploy.$1" "${@:2}" >>"$work/spark.log" 2>&1 &
  started+=($!)
}
start master.Master --host 127.0.0.1 --port "${url##*:}" --webui-port 0
start worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 1500m "$url"
start worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 1500m "$url"

# kill_one SECONDS: ends an executor of these workers, once there is one that has worked so long.
kill_one() {
  local executor=
  while [ -z "$executor" ]; do
    sleep 1
    executor=$(pgrep -P "${started[1]}" -f CoarseGrainedExecutorBackend | head -n 1) || true
  done
  sleep "$1"
  kill -9 "$executor" && echo "  killed executor $executor" >&2
}

demo=$root/ligo-cli/src/main/resources/dev/ligo/cli/demo
cd "$work"
gzip -dc "$demo/train.txt.gz" | sed -n 1,2000p >train.txt
gzip -dc "$demo/validation.txt.gz" | sed -n 1,300p >held-out.txt
common=(--batch-size 4 --threads 1 --seed 1)
if [ -n "${BACKEND:-}" ]; then common+=(--backend "$BACKEND"); fi
data=(--from "$demo/small" --data train.txt)

# loss DIRECTORY: the loss of a model on the held-out text.
loss() {
  ligo evaluate --from "$1" --data held-out.txt --batch-size 16 --json --quiet |
    sed -n 's/.*"loss": *\([0-9.]*\).*/\1/p' | head -n 1
}

# same NAME ONE OTHER: whether two losses are equal to 1e-4.
failed=0
same() {
  if awk -v a="$2" -v b="$3" 'BEGIN { d = a - b; exit !(a > 0 && d < 1e-4 && d > -1e-4) }'; then
    echo "$1: $2 on the cluster, $3 in one process"
  else
    echo "$1: $2 on the cluster, but $3 in one process" >&2
    failed=1
  fi
}

steps=(--steps 40 --accumulate 2 "${common[@]}")

pretrain() {
  ligo pretrain "${data[@]}" "${steps[@]}" --out one --quiet >/dev/null
  kill_one 8 &
  ligo_spark pretrain "${data[@]}" "${steps[@]}" --out cluster >/dev/null
  wait $!
  same pretrain "$(loss cluster)" "$(loss one)"
}

rounds() {
  local rounds=("${steps[@]}" --sync-every 5 --eval-at-end)
  ligo_spark pretrain "${data[@]}" "${rounds[@]}" --out rounds >/dev/null
  kill_one 8 &
  ligo_spark pretrain "${data[@]}" "${rounds[@]}" --out rounds-killed >/dev/null
  wait $!
  same rounds "$(loss rounds-killed)" "$(loss rounds)"
}

grow() {
  local grown=(--method ligo --layers 4 --hidden 128 --steps 10 --accumulate 2 "${common[@]}")
  ligo grow "${data[@]}" "${grown[@]}" --out grown-one --quiet >/dev/null
  ligo_spark grow "${data[@]}" "${grown[@]}" --out grown-cluster >/dev/null
  same grow "$(loss grown-cluster)" "$(loss grown-one)"
}

# last FILE: the last loss of a run of a comparison.
last() { tr -d ' ' <"$1" | sed 's/.*"loss":\[\([^]]*\)\].*/\1/; s/.*,//'; }

compare() {
  local compared=(compare --methods scratch,stack,fpi --layers 6 "${data[@]}" --eval-data held-out.txt
    --steps 60 --eval-every 10 --to-the-end --batch-size 4 --threads 1)
  if [ -n "${BACKEND:-}" ]; then compared+=(--backend "$BACKEND"); fi
  ligo "${compared[@]}" --seeds 1 --out compared-one --quiet >/dev/null
  kill_one 10 &
  ligo_spark "${compared[@]}" --seeds 1 --out compared-cluster >/dev/null
  wait $!
  ligo "${compared[@]}" --seeds 1,2 --out compared-cluster --resume --quiet >/dev/null
  for run in compared-one/runs/*.json; do
    same "compare, $(basename "$run" .json)" \
      "$(last "compared-cluster/runs/$(basename "$run")")" "$(last "$run")"
  done
}

for part in ${PARTS:-pretrain rounds grow compare}; do "$part"; done
exit $failed
