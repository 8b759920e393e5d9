#!/usr/bin/env bash
# prometheus.sh     prints the folder that holds prometheus and promtool; without them on this machine it unpacks Debian's package into
# the cache, which needs no root and starts no service.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if command -v prometheus > /dev/null && command -v promtool > /dev/null; then
    dirname "$(command -v prometheus)"
    exit 0
fi
bin=$cache/prometheus/usr/bin
if [ ! -x "$bin/promtool" ]; then
    mkdir -p "$cache/prometheus"
    (
        flock 9
        [ ! -x "$bin/promtool" ] || exit 0
        cd "$cache" && rm -f prometheus_*.deb
        fetch() { apt-get -qq -o Acquire::Retries=3 download prometheus; }
        fetch || { [ "$(id -u)" -eq 0 ] && apt-get -qq update && fetch; } || exit 1
        dpkg -x prometheus_*.deb prometheus && rm -f prometheus_*.deb
    ) > /dev/null 2>&1 9> "$cache/.prometheus.lock" || die "apt-get could not fetch prometheus"
fi
printf '%s\n' "$bin"
