#!/bin/sh
# Starts Redis with users whose passwords come from files, so that they stand on no command line and in no environment.
#   start.sh REDIS.CONF PASSWORD-FILE [BACKUP-PASSWORD-FILE]
# `coordination` is for the hosts and has the rights of docs/redis.md, on the keys of the cluster CLUSTER_ID (by default coordination);
# `backup` is for backup.sh, reads everything by replication and can change nothing. Nobody else gets in.
set -eu
word() {
  [ -s "$1" ] || { echo "redis: the password file $1 is missing or empty" >&2; exit 1; }
  password="$(cat "$1")"
  case "$password" in
    *[!A-Za-z0-9._-]*) echo "redis: the password in $1 may hold letters, digits, '.', '_' and '-' (openssl rand -hex 32 makes one)" >&2; exit 1 ;;
  esac
  [ "${#password}" -ge 20 ] || { echo "redis: the password in $1 is shorter than 20 characters" >&2; exit 1; }
}
cluster="${CLUSTER_ID:-coordination}"
word "$2"
users="user default off
user coordination on >$password ~{$cluster:* ~coordination/* &* -@all +@read +@write +@scripting +@transaction +@connection -@dangerous +info +config|get +bgrewriteaof"
if [ $# -gt 2 ]; then
  word "$3"
  users="$users
user backup on >$password ~* -@all +@connection +hget +info +psync +sync +replconf"
fi
# "-" reads further lines from standard input.
exec redis-server "$1" - <<END
$users
END
