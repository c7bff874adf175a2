#!/usr/bin/env bash
# Sends the server whatever strangers may send, and checks every answer, the log, the memory, and that the counts agree at the end and after
# a kill -9. The same seed sends the same again.
#   tests/fuzz.sh [--requests N] [--seed N] [--authorization 'Bearer …']
# Without a seed each run has its own, which it prints. 1,000,000 requests unless told otherwise.
set -uo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
cd "$root" || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export FUZZ_REQUESTS=1000000
while [ $# -gt 0 ]; do
  case "$1" in
    --requests) export FUZZ_REQUESTS="$2"; shift 2 ;;
    --seed) export FUZZ_SEED="$2"; shift 2 ;;
    --authorization) export FUZZ_AUTHORIZATION="$2"; shift 2 ;;
    -h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
    *) echo "fuzz: unknown option $1" >&2; exit 2 ;;
  esac
done

dotnet build tests/Fuzz/Coordination.Fuzz.csproj -c Release --nologo -v quiet || exit 1
dotnet tests/Fuzz/bin/Release/net10.0/Coordination.Fuzz.dll -noColor -class Coordination.Fuzz.FuzzTests < /dev/null
