#!/usr/bin/env bash
# Builds what is not built yet and starts the server on its embedded default: one process, one SQLite file under ./data, seed
# places with a gentle simulation, http://127.0.0.1:5080. Arguments are passed on to the server (see docs/operations.md).
# Needs the .NET 10 SDK and Node with npm. A second start builds nothing and takes seconds.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
out="$root/artifacts/server"
stamp="$out/.built"

for tool in dotnet npm; do
  command -v "$tool" > /dev/null || { echo "coordination: $tool is missing; install the .NET 10 SDK and Node.js 20 or newer" >&2; exit 1; }
done

newer() { [ ! -e "$stamp" ] || [ -n "$(find "$@" \( -name node_modules -o -name bin -o -name obj -o -name wwwroot \) -prune -o -type f -newer "$stamp" -print -quit)" ]; }

if newer "$root/src" "$root/seeds" "$root/Directory.Build.props" "$root/Directory.Packages.props"; then
  echo "coordination: building (the first time takes a few minutes)…" >&2
  if [ ! -d "$root/src/web/node_modules" ] || [ "$root/src/web/package-lock.json" -nt "$root/src/web/node_modules" ]; then
    (cd "$root/src/web" && npm ci --no-audit --no-fund && touch node_modules)
  fi
  (cd "$root/src/web" && npm run build)
  dotnet publish "$root/src/Coordination.Server" -c Release -o "$out" --nologo -v quiet
  dotnet publish "$root/src/Coordination.Cli" -c Release -o "$root/artifacts/cli" --nologo -v quiet
  touch "$stamp"
fi

echo "coordination: http://127.0.0.1:5080 (unless --urls says otherwise); Ctrl+C stops it" >&2
exec dotnet "$out/Coordination.Server.dll" "$@"
