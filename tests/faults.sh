#!/usr/bin/env bash
# The fault tests of the cluster in their long form: every fault, again and again, on the host that has most places, with outages as long as in life.
#   tests/faults.sh [--rounds N] [--short] [test-name-part]
# Prints a table: fault, rounds, what was acknowledged, lost, doubled or otherwise wrong, how long a place took nothing (median and p99 over
# places and rounds), until a fault's places were served again, until all screens were right after it, and further figures.
# Needs Linux, root, ip, nft, nsenter, redis-server; libfaketime for the clocks. Takes about ten minutes a round. FAULTS_LOGS=folder keeps the
# logs of the hosts.
set -uo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
cd "$root" || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
rounds=10 long=1 only='*'
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds="$2"; shift 2 ;;
    --short) long=0; shift ;;
    -h | --help) sed -n '2,7s/^# //p' "$0"; exit 0 ;;
    *) only="*$1*"; shift ;;
  esac
done

dotnet build tests/Faults/Coordination.Faults.csproj -c Release --nologo -v quiet || exit 1
table="$(mktemp)"
trap 'rm -f "$table"' EXIT
FAULTS_ROUNDS="$rounds" FAULTS_LONG="$long" FAULTS_TABLE="$table" \
  dotnet tests/Faults/bin/Release/net10.0/Coordination.Faults.dll -noColor -trait "Cluster=Faults" -method "$only" < /dev/null
status=$?

echo
echo '| fault | rounds | acknowledged | lost | doubled | otherwise wrong | unavailable p50 | unavailable p99 | served again p99 | screens right p99 | |'
echo '|---|---|---|---|---|---|---|---|---|---|---|'
cat "$table"
exit $status
