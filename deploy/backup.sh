#!/bin/sh
# Backs up an event store while it is written to, without stopping anything.
#   backup.sh [--user NAME] [--password-file FILE] redis://host:port[/db] FOLDER    (or the password in REDISCLI_AUTH)
#   backup.sh path/to/coordination.db FOLDER
# Makes FOLDER/coordination-<UTC time>/ with the store, about.txt and SHA256SUMS, whole or not at all, and prints its path.
#
# Redis: one snapshot that Redis itself takes by forking, sent over the connection. It is the state of one moment after the command began:
# every commit confirmed before is in it, and of a commit that ran meanwhile all or nothing. No setting is changed, and no file of Redis
# is touched; Redis needs memory for what is written meanwhile.
# SQLite: VACUUM INTO, one read transaction: the same promise. Unlike .backup, it does not start over when somebody writes.
set -eu
umask 077

fail() { echo "backup: $1" >&2; exit 1; }
need() { command -v "$1" > /dev/null || fail "$1 is missing"; }

user=""
if [ "${1:-}" = "--user" ]; then
  user="${2:-}"
  [ -n "$user" ] || fail "--user needs a name"
  shift 2
fi
if [ "${1:-}" = "--password-file" ]; then
  [ -r "${2:-}" ] || fail "the password file cannot be read"
  REDISCLI_AUTH="$(cat "$2")"
  export REDISCLI_AUTH
  shift 2
fi
[ $# -eq 2 ] || fail "usage: backup.sh [--user NAME] [--password-file FILE] redis://host:port[/db] | coordination.db  FOLDER"
source="$1"
name="coordination-$(date -u +%Y%m%dT%H%M%SZ)"
work="$2/.$name.$$.partial"
need sha256sum
mkdir -p "$2"
mkdir "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

about() { printf '%s\n' "$1" >> "$work/about.txt"; }
about "begun $(date -u +%Y-%m-%dT%H:%M:%SZ)"

case "$source" in
  redis://*@*) fail "put no password into the address: use --password-file or REDISCLI_AUTH" ;;
  redis://*,*) fail "name one Redis: each master of a Redis Cluster has a backup of its own" ;;
  redis://* | rediss://*)
    need redis-cli
    need redis-check-rdb
    ask() { redis-cli -u "$source" ${user:+--user "$user"} "$@"; }
    [ "$(ask ping)" = "PONG" ] || fail "Redis does not answer at $source"
    # How far the store was before the snapshot: a restored one is as far or farther.
    prefix="${CLUSTER_ID:-coordination}"
    bucket=0
    while [ "$bucket" -lt 16 ]; do
      key="$(printf '{%s:%02d}:store' "$prefix" "$bucket")"
      commits="$(ask hget "$key" commits)"
      [ -z "$commits" ] || about "commits $key $commits"
      bucket=$((bucket + 1))
    done
    about "redis $(ask info server | tr -d '\r' | sed -n 's/^redis_version://p')"
    ask --rdb "$work/store.rdb" > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "Redis did not send its data"; }
    # Its checksum tells a snapshot that came whole from one that broke off.
    redis-check-rdb "$work/store.rdb" > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "what came is no whole snapshot"; }
    rm "$work/log"
    file=store.rdb
    ;;
  *)
    need sqlite3
    [ -f "$source" ] || fail "there is no file $source"
    # The path goes in as a bound value would: quotes doubled.
    quoted="$(printf '%s' "$work/store.db" | sed "s/'/''/g")"
    sqlite3 -readonly -cmd ".timeout 30000" "$source" "VACUUM INTO '$quoted'"
    [ "$(sqlite3 -readonly "$work/store.db" 'PRAGMA integrity_check')" = "ok" ] || fail "the copy is damaged; is the store?"
    about "sqlite $(sqlite3 -version | cut -d ' ' -f 1)"
    file=store.db
    ;;
esac

about "ended $(date -u +%Y-%m-%dT%H:%M:%SZ)"
(cd "$work" && sha256sum "$file" about.txt > SHA256SUMS)
# On the disk before it is called a backup.
sync "$work/$file" "$work/about.txt" "$work/SHA256SUMS" 2> /dev/null || sync
[ ! -e "$2/$name" ] || fail "$2/$name is there already"
mv "$work" "$2/$name"
trap - EXIT
echo "$2/$name"
