#!/bin/sh
# Serve an empty PostgreSQL on 127.0.0.1, in the foreground, until standard
# input ends or a signal comes: whoever starts it and dies takes it along.
#
#   POSTGRESQL_PORT        port on 127.0.0.1  (default: 22500)
#   POSTGRESQL_PASSWORD    of the user "portal", who may make databases
#   POSTGRESQL_DURABLE     any value: commits wait for the disk, as they do in
#                          production; without it nothing waits
#
# Prints one line, "ready tcp://127.0.0.1:PORT/", once it answers.
set -eu

port=${POSTGRESQL_PORT:-22500}
for tool in /usr/lib/postgresql/*/bin; do
    [ -x "$tool/initdb" ] && postgresql=$tool
done
if [ -z "${postgresql:-}" ]; then
    echo "PostgreSQL is missing: run $(dirname "$0")/install.sh as root" >&2
    exit 3
fi

exec 8<&0 </dev/null
run=$(mktemp -d "${TMPDIR:-/tmp}/portalintegration-postgresql.XXXXXX")
data=$run/data
reader=
# PostgreSQL refuses to run as root; its account sees nothing but this folder.
if [ "$(id -u)" = 0 ]; then
    chown postgres: "$run"
    as_postgres() { (cd / && setpriv --reuid postgres --regid postgres \
        --init-groups --reset-env "$@"); }
else
    as_postgres() { "$@"; }
fi

stop() {
    trap - EXIT HUP INT TERM
    [ -z "$reader" ] || kill "$reader" 2>/dev/null || :
    if [ -e "$data/postmaster.pid" ]; then
        as_postgres "$postgresql/pg_ctl" stop --pgdata "$data" \
            --mode immediate --silent >/dev/null || :
    fi
    rm -rf "$run"
}
trap stop EXIT
trap 'exit 130' HUP INT TERM

(umask 077 && printf '%s\n' "${POSTGRESQL_PASSWORD:?}" >"$run/password")
[ "$(id -u)" != 0 ] || chown postgres: "$run/password"
as_postgres "$postgresql/initdb" --pgdata "$data" --username portal \
    --auth scram-sha-256 --pwfile "$run/password" --encoding UTF8 \
    --locale C.UTF-8 --no-sync >/dev/null
rm "$run/password"

if [ -n "${POSTGRESQL_DURABLE:-}" ]; then
    waits=
else
    waits="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
fi
as_postgres "$postgresql/pg_ctl" start --pgdata "$data" --silent --wait \
    --log "$run/postgresql.log" --options "$waits -c max_wal_size=256MB \
-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= \
-c max_connections=200 -c jit=off" >&2
echo "ready tcp://127.0.0.1:$port/"

# A background job has no standard input of its own; 8 is ours.
cat <&8 >/dev/null &
reader=$!
wait "$reader" || :
