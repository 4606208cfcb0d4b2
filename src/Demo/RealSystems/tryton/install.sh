#!/bin/sh
# Install what start.sh needs (Tryton 6.0 with the modules of a distributor,
# PostgreSQL) from Debian 12, as root.  Does nothing when all of it is there;
# without root it names what is missing and returns 3.
set -eu

modules='account-credit-limit account-invoice-stock party-relationship
product-price-list sale-amendment sale-complaint sale-credit-limit
sale-opportunity sale-price-list sale-product-customer sale-shipment-cost
sale-shipment-grouping sale-stock-quantity stock-package-shipping stock-split'

packages='tryton-server tryton-proteus python3-psycopg2 postgresql'
for module in $modules; do
    packages="$packages tryton-modules-$module"
done

look() {
    missing=
    for package in $packages; do
        status=$(dpkg-query --show --showformat '${db:Status-Status}' \
            "$package" 2>/dev/null) || status=
        [ "$status" = installed ] || missing="$missing $package"
    done
}
look
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! grep -q '^12' /etc/debian_version 2>/dev/null; then
    echo "Tryton needs these packages of Debian 12:$missing" >&2
    exit 3
fi

# Of several who begin at once, one installs: apt waits for the packages' lock,
# but not for that of its lists.
exec 9>/run/lock/portalintegration-install
flock 9
look
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
install() {
    # shellcheck disable=SC2086 # one word for each package
    apt-get -qq -o DPkg::Lock::Timeout=300 install --yes \
        --no-install-recommends "$@" >&2 9>&-
}
apt-get -qq -o DPkg::Lock::Timeout=300 update >&2

# We run a cluster of our own: a PostgreSQL that comes with us shall not make
# and start another one.
case $missing in *postgresql*)
    install postgresql-common
    mkdir -p /etc/postgresql-common/createcluster.d
    no_cluster=/etc/postgresql-common/createcluster.d/portalintegration.conf
    echo 'create_main_cluster = false' >"$no_cluster"
    trap 'rm -f "$no_cluster"' EXIT
    ;;
esac
# shellcheck disable=SC2086
install $missing
