#!/bin/sh
# Install Odoo 14 and its PostgreSQL for start.sh, as root on Debian 12.
# Debian 12 has no Odoo, Debian 11 has: a small Debian 11 of its own, from the
# same mirror that this machine takes its packages from, kept in
# $PORTALINTEGRATION_CACHE/odoo (default: ~/.cache/portalintegration/odoo).
# About two minutes and 2 GB; does nothing when it is there.  Where it may not
# be installed it says so and returns 3.
set -eu

# wkhtmltopdf: without it Odoo prints no invoices.
packages='odoo-14 postgresql postgresql-client ca-certificates wkhtmltopdf'
cache=${PORTALINTEGRATION_CACHE:-$HOME/.cache/portalintegration}/odoo
root=$cache/debian11

installed() { [ "$(cat "$root/.packages" 2>/dev/null)" = "$packages" ]; }
! installed || exit 0

refuse() {
    echo "Odoo needs $1 (see src/Demo/RealSystems/odoo)." >&2
    exit 3
}
[ "$(id -u)" = 0 ] || refuse "root, to install a Debian 11 beside this system"
grep -q '^12' /etc/debian_version 2>/dev/null || refuse "Debian 12"
unshare --mount true 2>/dev/null || refuse "the right to mount"

mkdir -p "$cache"
exec 9>"$cache/install.lock"
flock 9
! installed || exit 0

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
proxy=$(apt-config shell proxy Acquire::http::Proxy)
eval "$proxy"
if [ -n "${proxy:-}" ] && [ "$proxy" != DIRECT ]; then
    export http_proxy="$proxy"
fi
for tool in debootstrap; do
    if ! command -v $tool >/dev/null; then
        # As the others: apt does not wait for the lock of its lists.
        exec 8>/run/lock/portalintegration-install
        flock 8
        apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
        apt-get -qq -o DPkg::Lock::Timeout=300 install --yes \
            --no-install-recommends $tool >&2 8>&-
        exec 8>&-
    fi
done
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(SITE)' 'Identifier: Packages' \
    "Release: $codename" 'Component: main' 'Origin: Debian' | head -n 1)
[ -n "$mirror" ] || refuse "a Debian mirror in apt's sources"

# Built aside: what stands under its name is whole.
new=$cache/debian11.new
rm -rf "$new"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
debootstrap --variant=minbase --keyring="$keys" bullseye "$new" "$mirror" >&2

printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
chmod 755 "$new/usr/sbin/policy-rc.d"
for option in $(apt-config dump --format '%F=%v%n' Acquire::http::Proxy \
        Acquire::https::Proxy); do
    [ -z "${option#*=}" ] || printf '%s "%s";\n' "${option%%=*}" \
        "${option#*=}" >>"$new/etc/apt/apt.conf.d/proxy"
done
# start.sh makes a cluster of its own for each run.
mkdir -p "$new/etc/postgresql-common/createcluster.d"
echo 'create_main_cluster = false' \
    >"$new/etc/postgresql-common/createcluster.d/none.conf"
cp /etc/resolv.conf "$new/etc/resolv.conf"
# shellcheck disable=SC2016,SC2086
unshare --mount sh -euc 'new=$1; shift
    mount -t proc proc "$new/proc"
    chroot "$new" apt-get -qq update
    chroot "$new" apt-get -qq install --yes --no-install-recommends "$@"
    chroot "$new" apt-get -qq clean' sh "$new" $packages >&2
echo "$packages" >"$new/.packages"
rm -rf "$root"
mv "$new" "$root"
