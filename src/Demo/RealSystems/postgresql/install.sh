#!/bin/sh
# Install what start.sh needs (PostgreSQL) from Debian 12, as root.  Does
# nothing when it is there; without root it names what is missing and returns 3.
set -eu

installed() {
    for tool in /usr/lib/postgresql/*/bin; do
        [ ! -x "$tool/initdb" ] || return 0
    done
    return 1
}
# Of several who begin at once, one installs, and nobody takes what is half
# unpacked for installed: apt waits for the packages' lock, but not for that of
# its lists.
if [ "$(id -u)" = 0 ] && [ -d /run/lock ]; then
    exec 9>/run/lock/portalintegration-install
    flock 9
fi
! installed || exit 0
if [ "$(id -u)" != 0 ] || ! grep -q '^12' /etc/debian_version 2>/dev/null; then
    echo "The shared store is tested on PostgreSQL, the package postgresql of Debian 12, which is missing." >&2
    exit 3
fi

export DEBIAN_FRONTEND=noninteractive
install() {
    apt-get -qq -o DPkg::Lock::Timeout=300 install --yes \
        --no-install-recommends "$@" >&2 9>&-
}
apt-get -qq -o DPkg::Lock::Timeout=300 update >&2

# We run a cluster of our own: a PostgreSQL that comes with us shall not make
# and start another one.
install postgresql-common
mkdir -p /etc/postgresql-common/createcluster.d
no_cluster=/etc/postgresql-common/createcluster.d/portalintegration.conf
echo 'create_main_cluster = false' >"$no_cluster"
trap 'rm -f "$no_cluster"' EXIT
install postgresql
