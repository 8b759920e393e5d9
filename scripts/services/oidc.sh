#!/usr/bin/env bash
# oidc.sh start DIR | stop DIR     a real OpenID provider (npm oidc-provider) on a free loopback port
# DIR/env afterwards: MLHUB_TEST_OIDC, its address, and MLHUB_TEST_OIDC_SECRET, of the client "mlhub". No script of any package runs.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command=${1:?start or stop}
dir=${2:?folder}

start() {
    modules=$(npm_package oidc-provider 9.13.3)
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    secret=$(head -c 24 /dev/urandom | base64 | tr -d '/+=')
    node "$here/oidc.mjs" "$dir" "$modules" "$secret" >> "$dir/log" 2>&1 < /dev/null &
    pid=$!
    save_pid "$pid" "$dir/pid"
    wait_for 30 "$pid" test -f "$dir/ready" || { tail -5 "$dir/log" >&2; die "the OpenID provider did not start"; }
    printf 'MLHUB_TEST_OIDC=%s\nMLHUB_TEST_OIDC_SECRET=%s\n' "$(cat "$dir/ready")" "$secret" > "$dir/env"
}

case $command in
    start) start ;;
    stop) stop_pid "$dir/pid"; rm -rf "$dir" ;;
    *) die "start or stop" ;;
esac
