#!/bin/sh
# Serve a seeded Odoo 14 on 127.0.0.1 from a PostgreSQL cluster of its own, in
# the foreground, until standard input ends or a signal comes: whoever starts
# it and dies takes it along.
#
#   ODOO_PORT                  port on 127.0.0.1     (default: 22014)
#   PORTALINTEGRATION_CACHE    keeps the system and the built data  (default:
#                              ~/.cache/portalintegration)
#
# Prints one line, "ready http://127.0.0.1:PORT/", once it answers.  The first
# start builds the data (some minutes), later ones unpack them (seconds).
# Data are built anew each week, as their dates count from the day they were
# built.  Every start begins with the same data in a new folder below TMPDIR.
#
# It runs in namespaces of its own (processes, mounts, IPC), which end with it:
# no process, mount or shared memory is left behind, however it ends.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${PORTALINTEGRATION_CACHE:-$HOME/.cache/portalintegration}/odoo
root=$cache/debian11
database=odoo
postgresql=/usr/lib/postgresql/13/bin

# What runs in Debian 11, as its user odoo; /mnt is this run's folder.
inside() {
    chroot --userspec=odoo:odoo "$root" /usr/bin/env --ignore-environment \
        --chdir=/mnt HOME=/mnt LC_ALL=C.UTF-8 TZ=UTC \
        PATH=/usr/local/bin:/usr/bin:/bin QT_QPA_PLATFORM=offscreen \
        PGHOST=/mnt PGDATABASE=$database \
        ODOO_ADMIN_PASSWORD="$ODOO_ADMIN_PASSWORD" \
        ODOO_PORTAL_PASSWORD="$ODOO_PORTAL_PASSWORD" \
        ODOO_CLERK_PASSWORD="$ODOO_CLERK_PASSWORD" "$@"
}
odoo() {
    command=$1
    shift
    inside /usr/bin/odoo $command --db_host=/mnt --db_port=5432 -r odoo \
        --database=$database --data-dir=/mnt/files --no-database-list \
        --max-cron-threads=0 --log-level=warn "$@"
}
# Nothing here outlives the run, so nothing waits for the disk.
start_postgresql() {
    inside $postgresql/pg_ctl start --pgdata /mnt/data --silent --wait \
        --log /mnt/postgresql.log --options "-c fsync=off \
-c synchronous_commit=off -c full_page_writes=off -c max_wal_size=256MB \
-c listen_addresses='' -c unix_socket_directories=/mnt -c jit=off"
}

build() {
    inside $postgresql/initdb --pgdata /mnt/data --username odoo \
        --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
    start_postgresql
    inside $postgresql/createdb
    odoo '' --init \
        l10n_generic_coa,sale_management,sale_stock,sale_crm,delivery,contacts \
        --without-demo=all --stop-after-init >&2
    odoo shell --no-http <"$here/seed.py" >&2
    inside $postgresql/psql --quiet --no-psqlrc --command 'VACUUM ANALYZE'
    inside $postgresql/pg_ctl stop --pgdata /mnt/data --mode fast --silent
    inside tar --create data files | gzip -1 >"$1.$$"
    mv "$1.$$" "$1"
}

# The first process of the namespaces: whatever it started ends with it.
serve() {
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev/shm"
    mount -t tmpfs tmpfs "$root/tmp"
    mount --bind "$run" "$root/mnt"

    key=$({ cat "$here/install.sh" "$here/start.sh" "$here/seed.py"; date +%G-%V
        } | sha256sum | cut -c 1-16)
    kept=$cache/$key.tar.gz
    exec 9>"$cache/lock"
    flock 9
    if [ -e "$kept" ]; then
        flock --unlock 9
        inside tar --extract --gzip <"$kept"
    else
        find "$cache" -maxdepth 1 -name '*.tar.gz*' -mtime +14 -delete
        build "$kept" 9>&-
        flock --unlock 9
    fi
    exec 9>&-

    start_postgresql
    # What it prints takes its styles from there.
    inside $postgresql/psql --quiet --no-psqlrc --command "UPDATE
        ir_config_parameter SET value = 'http://127.0.0.1:$port'
        WHERE key = 'web.base.url'"
    # It would restart itself when its threads have reserved 2 GB of addresses.
    odoo '' --http-interface=127.0.0.1 --http-port="$port" --db_maxconn=64 \
        --limit-memory-soft=0 --limit-memory-hard=0 --limit-time-real=0 \
        >"$run/odoo.log" 2>&1 &
    odoo=$!
    until /usr/bin/python3 -c "import sys, urllib.request
urllib.request.urlopen('http://127.0.0.1:$port/web/login', None, 30)" \
        2>/dev/null; do
        if ! kill -0 "$odoo" 2>/dev/null; then
            tail "$run/odoo.log" >&2
            exit 1
        fi
        sleep 0.1
    done
    echo "ready http://127.0.0.1:$port/"
    # Ends with standard input, or when Odoo does.
    cat <&8 >/dev/null &
    while kill -0 $! 2>/dev/null && kill -0 "$odoo" 2>/dev/null; do
        sleep 0.2
    done
}

exec 8<&0 </dev/null
if [ "${1:-}" = serve ]; then
    serve
    exit
fi

if [ ! -e "$root/.packages" ]; then
    echo "Odoo is missing: run $here/install.sh as root" >&2
    exit 3
fi
if [ "$(id -u)" != 0 ]; then
    echo "Odoo's live tests need root, to run in a Debian 11 of their own" >&2
    exit 3
fi

# Test accounts.
export ODOO_ADMIN_PASSWORD=admin-Key8
export ODOO_PORTAL_PASSWORD=portal-Secu9
export ODOO_CLERK_PASSWORD=clerk-Safe7
export port="${ODOO_PORT:-22014}"
run=$(mktemp -d "${TMPDIR:-/tmp}/portalintegration-odoo.XXXXXX")
export run
server=
stop() {
    trap - EXIT HUP INT TERM
    if [ -n "$server" ]; then
        kill -KILL "$server" 2>/dev/null || :
        wait "$server" 2>/dev/null || :
    fi
    rm -rf "$run"
}
trap stop EXIT
trap 'exit 130' HUP INT TERM
chown "$(stat --format %u:%g "$root/var/lib/odoo")" "$run"
unshare --mount --pid --ipc --fork --kill-child sh "$here/start.sh" serve <&8 &
server=$!
code=0
wait "$server" || code=$?
server=
exit "$code"
