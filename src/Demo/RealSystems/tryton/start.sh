#!/bin/sh
# Serve a seeded Tryton on 127.0.0.1 from a PostgreSQL cluster of its own, in
# the foreground, until standard input ends or a signal comes: whoever starts
# it and dies takes it along.
#
#   TRYTON_PORT                port on 127.0.0.1     (default: 22000)
#   TRYTON_QUEUE               any value: what a confirmation brings about is
#                              left to a worker, and none runs
#   PORTALINTEGRATION_CACHE    keeps the built data  (default:
#                              ~/.cache/portalintegration)
#
# Prints one line, "ready http://127.0.0.1:PORT/", once it answers.  The first
# start builds the data (about 80 s), later ones unpack them (a few seconds).
# Data are built anew each week, as their dates count from the day they were
# built.  Every start begins with the same data in a new folder below TMPDIR.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
port=${TRYTON_PORT:-22000}
cache=${PORTALINTEGRATION_CACHE:-$HOME/.cache/portalintegration}/tryton
database=tryton

# Test accounts.  Tryton wants 8 characters, three in four of them different.
admin_password=admin-Key8
export TRYTON_CLERK_PASSWORD=clerk-Safe7
export TRYTON_PORTAL_PASSWORD=portal-Secu9

for tool in /usr/lib/postgresql/*/bin; do
    [ -x "$tool/initdb" ] && postgresql=$tool
done
if [ -z "${postgresql:-}" ] || ! command -v trytond >/dev/null; then
    echo "Tryton or PostgreSQL is missing: run $here/install.sh as root" >&2
    exit 3
fi

exec 8<&0 </dev/null
run=$(mktemp -d "${TMPDIR:-/tmp}/portalintegration-tryton.XXXXXX")
data=$run/data
tryton=
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
    for pid in $reader $tryton; do
        kill "$pid" 2>/dev/null || :
        wait "$pid" 2>/dev/null || :
    done
    if [ -e "$data/postmaster.pid" ]; then
        as_postgres "$postgresql/pg_ctl" stop --pgdata "$data" --mode fast \
            --silent >/dev/null || :
    fi
    rm -rf "$run"
}
trap stop EXIT
trap 'exit 130' HUP INT TERM

# Nothing here outlives the run, so nothing waits for the disk.
start_postgresql() {
    as_postgres "$postgresql/pg_ctl" start --pgdata "$data" --silent --wait \
        --log "$run/postgresql.log" --options "-c fsync=off \
-c synchronous_commit=off -c full_page_writes=off -c max_wal_size=256MB \
-c listen_addresses='' -c unix_socket_directories=$run -c jit=off"
}
export PGHOST="$run" PGUSER=tryton PYTHONWARNINGS=ignore
export TRYTOND_DATABASE_URI=postgresql://
export TRYTOND_DATABASE__LIST=False TRYTOND_WEB__ROOT=/nonexistent
export TRYTOND_WEB__LISTEN="127.0.0.1:$port"

build() {
    as_postgres "$postgresql/initdb" --pgdata "$data" --username tryton \
        --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
    start_postgresql
    "$postgresql/psql" --quiet --no-psqlrc --dbname postgres \
        --command "CREATE DATABASE $database"
    printf '%s\n' "$admin_password" >"$run/password"
    # These modules bring along all the others.  The option is for the 50,000
    # foreign keys that Tryton looks up in information_schema.
    TRYTONPASSFILE=$run/password PGOPTIONS='-c enable_nestloop=off' \
        trytond-admin --database $database --email admin@example.com \
        --activate-dependencies --update account_invoice_stock \
        party_relationship sale_amendment sale_complaint sale_credit_limit \
        sale_opportunity sale_price_list sale_product_customer \
        sale_shipment_cost sale_shipment_grouping sale_stock_quantity \
        stock_package_shipping stock_split >&2
    rm "$run/password"
    /usr/bin/python3 "$here/seed.py" $database >&2
    "$postgresql/psql" --quiet --no-psqlrc --dbname $database \
        --command 'VACUUM ANALYZE'
    as_postgres "$postgresql/pg_ctl" stop --pgdata "$data" --mode fast \
        --silent >/dev/null
    as_postgres tar --create --directory "$run" data | gzip -1 >"$1.$$"
    mv "$1.$$" "$1"
}

mkdir -p "$cache"
key=$({ cat "$here/start.sh" "$here/seed.py"; date +%G-%V
    dpkg-query --show 'tryton-*' "postgresql-$(basename "$(dirname "$postgresql")")"
    } | sha256sum | cut -c 1-16)
kept=$cache/$key.tar.gz
exec 9>"$cache/lock"
flock 9
if [ -e "$kept" ]; then
    flock --unlock 9
    as_postgres tar --extract --gzip --directory "$run" <"$kept"
else
    # Old ones: another may be about to unpack what was last week's a moment ago.
    find "$cache" -maxdepth 1 -name '*.tar.gz*' -mtime +14 -delete
    build "$kept"
    flock --unlock 9
fi
exec 9>&-

start_postgresql
[ -z "${TRYTON_QUEUE:-}" ] || export TRYTOND_QUEUE__WORKER=True
trytond --database $database >"$run/tryton.log" 2>&1 &
tryton=$!
until /usr/bin/python3 -c "import socket
socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; do
    if ! kill -0 "$tryton" 2>/dev/null; then
        tail "$run/tryton.log" >&2
        exit 1
    fi
    sleep 0.1
done
# Not somebody else's, who took the port meanwhile.
sleep 0.2
if ! kill -0 "$tryton" 2>/dev/null; then
    tail "$run/tryton.log" >&2
    exit 1
fi
echo "ready http://127.0.0.1:$port/"
# In the background, so that a signal is not kept waiting; a background job
# would have no standard input of its own.
cat <&8 >/dev/null &
reader=$!
wait "$reader"
