#!/usr/bin/env bash
# Installs what is missing and passes all tests. Ends with "N passed, N failed, N skipped"; exit code 0 only when none failed.
# Needs the .NET 10 SDK, Node with npm, and Debian's apt-get for a browser, fonts, the MQTT clients, Redis, and the tools of the fault and deployment tests.
set -uo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
cd "$root" || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
configuration=Release

fail() { echo "tests: $1" >&2; echo "0 passed, 1 failed"; exit 1; }

missing=()
command -v chromium > /dev/null || missing+=(chromium)
command -v mosquitto_pub > /dev/null || missing+=(mosquitto-clients)
command -v redis-server > /dev/null || missing+=(redis-server)
command -v nft > /dev/null || missing+=(nftables)
command -v ip > /dev/null || missing+=(iproute2)
command -v faketime > /dev/null || missing+=(faketime)
command -v promtool > /dev/null || missing+=(prometheus)
command -v haproxy > /dev/null || missing+=(haproxy)
command -v shellcheck > /dev/null || missing+=(shellcheck)
command -v sqlite3 > /dev/null || missing+=(sqlite3)
fc-list 2> /dev/null | grep -qi 'noto.*cjk' || missing+=(fonts-noto-cjk fontconfig)
if [ ${#missing[@]} -gt 0 ]; then
  sudo=""; [ "$(id -u)" -eq 0 ] || sudo="sudo"
  echo "tests: installing ${missing[*]}"
  { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"; } > /tmp/coordination-apt.log 2>&1 \
    || { tail -20 /tmp/coordination-apt.log; fail "apt-get could not install ${missing[*]}"; }
fi

(cd src/web && npm ci --no-audit --no-fund && npm run build) || fail "the web pages do not build"
dotnet build Coordination.sln -c $configuration --nologo -v quiet || fail "the solution does not build"

passed=0; failed=0; skipped=0; names=()
count() { # passed failed skipped
  passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + $3))
}

if (cd src/web && npm test); then count 1 0 0; else count 0 1 0; names+=("the web pages' own tests"); fi

for project in tests/*/*.csproj; do
  grep -q 'xunit.v3' "$project" || continue
  name="$(basename "$project" .csproj)"
  log="$(mktemp)"
  echo "== $name"
  SECONDS=0
  timeout 1800 dotnet "$(dirname "$project")/bin/$configuration/net10.0/$name.dll" -noColor < /dev/null > "$log" 2>&1 &
  # Not through a pipe, which anything that a failed test left running would keep open.
  tail -n +1 -f --pid=$! "$log"
  wait $!
  status=$?
  summary="$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -1)"
  if [ -z "$summary" ]; then
    echo "tests: $name ended with $status and no summary"; count 0 1 0; names+=("$name ended with $status and no summary")
  else
    number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<< "$summary"; }
    bad=$(( $(number Failed) + $(number Errors) ))
    skip=$(number Skipped)
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    count $(( $(number Total) - $(number Failed) - skip )) "$bad" "$skip"
    echo "tests: $name took $SECONDS s"
  fi
  while IFS= read -r line; do names+=("$line"); done < <(sed -nE 's/^ *(.*) \[FAIL\]$/\1/p' "$log")
  rm -f "$log"
done

[ "${#names[@]}" -eq 0 ] || printf 'tests: failed: %s\n' "${names[@]}"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
