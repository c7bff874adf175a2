#!/bin/sh
# Puts a backup of backup.sh in the place of a store that does not run.
#   restore.sh BACKUP REDIS-DATA-FOLDER          for a backup of Redis
#   restore.sh BACKUP path/to/coordination.db    for a backup of SQLite
# What was there is kept beside it, with the time in its name. Stop the hosts and the Redis first; what to do afterwards is printed.
set -eu
umask 077

fail() { echo "restore: $1" >&2; exit 1; }

[ $# -eq 2 ] || fail "usage: restore.sh BACKUP REDIS-DATA-FOLDER | coordination.db"
backup="$1"
target="$2"
stamp="$(date -u +%Y%m%dT%H%M%SZ)"
[ -f "$backup/SHA256SUMS" ] || fail "$backup is no backup of backup.sh"
(cd "$backup" && sha256sum -c --quiet SHA256SUMS) || fail "$backup is damaged; nothing was changed"

if [ -f "$backup/store.rdb" ]; then
  [ -d "$target" ] || fail "$target is no folder"
  folder="$(cd "$target" && pwd -P)"
  # Redis works in its data folder: that is how one that runs is found, where /proc shows it.
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/cwd" 2> /dev/null)" = "$folder" ] || continue
    case "$(cat "$process/comm" 2> /dev/null)" in
      redis-server*) fail "a Redis (process ${process#/proc/}) runs on $folder; stop it first" ;;
    esac
  done
  if command -v redis-check-rdb > /dev/null; then
    redis-check-rdb "$backup/store.rdb" > /dev/null || fail "the snapshot is damaged; nothing was changed"
  fi
  fresh="$folder/.appendonlydir.$stamp.partial"
  mkdir "$fresh"
  # An append-only file of which the first part is the snapshot: Redis reads it at its start and goes on behind it. A dump.rdb would
  # not be read: with appendonly it is not looked at.
  cp "$backup/store.rdb" "$fresh/appendonly.aof.1.base.rdb"
  echo "file appendonly.aof.1.base.rdb seq 1 type b" > "$fresh/appendonly.aof.manifest"
  sync "$fresh/appendonly.aof.1.base.rdb" "$fresh/appendonly.aof.manifest" 2> /dev/null || sync
  if [ -e "$folder/appendonlydir" ]; then
    mv "$folder/appendonlydir" "$folder/appendonlydir.before-$stamp"
    echo "What was there is kept in $folder/appendonlydir.before-$stamp"
  fi
  mv "$fresh" "$folder/appendonlydir"
  # Made as root, it still belongs to Redis.
  if [ "$(id -u)" -eq 0 ]; then chown -R "$(stat -c %u:%g "$folder")" "$folder/appendonlydir"; fi
  cat <<END
Restored to $folder. What is to be done now:
 1. Start Redis. In its log: "DB loaded from base file", and no error.
 2. Each line "commits KEY N" below is how far a part of the store was when the backup began: HGET KEY commits must answer N or more.
$(sed -n 's/^commits /      /p' "$backup/about.txt")
 3. Every host remembers a store that was farther, and refuses this one. When you have decided that what came after the backup is lost,
    delete store-identity.json in the data folder of every host, and start the hosts.
 4. coordination_store_condition{condition="healthy"} is 1 on every host.
END
elif [ -f "$backup/store.db" ]; then
  for beside in "$target" "$target-wal" "$target-shm"; do
    [ -e "$beside" ] || continue
    # The server holds an open file as long as it lives.
    real="$(readlink -f "$beside")"
    for open in /proc/[0-9]*/fd/*; do
      [ "$(readlink "$open" 2> /dev/null)" != "$real" ] || fail "process $(echo "$open" | cut -d / -f 3) has $beside open; stop the server first"
    done
  done
  cp "$backup/store.db" "$target.$stamp.partial"
  sync "$target.$stamp.partial" 2> /dev/null || sync
  for beside in "$target" "$target-wal" "$target-shm"; do
    [ ! -e "$beside" ] || mv "$beside" "$beside.before-$stamp"
  done
  mv "$target.$stamp.partial" "$target"
  if [ "$(id -u)" -eq 0 ]; then chown "$(stat -c %u:%g "$(dirname "$target")")" "$target"; fi
  cat <<END
Restored to $target. What is to be done now:
 1. coordination verify --store $target recomputes every state; no place may differ.
 2. Start the server.
END
else
  fail "$backup holds no store"
fi
