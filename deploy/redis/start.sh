#!/bin/sh
# Starts Redis with the password of a file, so that it stands on no command line and in no environment.
#   start.sh REDIS.CONF PASSWORD-FILE
set -eu
[ -s "$2" ] || { echo "redis: the password file $2 is missing or empty" >&2; exit 1; }
password="$(cat "$2")"
case "$password" in
  *[!A-Za-z0-9._-]*) echo "redis: the password in $2 may hold letters, digits, '.', '_' and '-' (openssl rand -hex 32 makes one)" >&2; exit 1 ;;
esac
[ "${#password}" -ge 20 ] || { echo "redis: the password in $2 is shorter than 20 characters" >&2; exit 1; }
# "-" reads further lines from standard input.
exec redis-server "$1" - <<END
requirepass $password
masterauth $password
END
