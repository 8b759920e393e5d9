#!/usr/bin/env bash
# postgres.sh start DIR | stop DIR     a throw-away PostgreSQL on a free loopback port
# DIR/env afterwards: MLHUB_TEST_PG, the connection string of an administrator. MLHUB_TEST_PG_BIN picks another server version.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
command=${1:?start or stop}
dir=${2:?folder}

find_bin() { # the one asked for, the newest Debian one, or one on PATH
    local bin=${MLHUB_TEST_PG_BIN:-}
    [ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    [ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo /none/x)")
    [ -x "$bin/initdb" ] && printf '%s' "$bin"
}

start() {
    bin=$(find_bin) || { install postgresql-15; bin=$(find_bin); } || die "no PostgreSQL server found"
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    pick_user
    chown "$run_uid:$run_gid" "$dir"
    chmod 711 "$dir"
    password=$(head -c 18 /dev/urandom | base64 | tr -d '/+=')
    (umask 077; printf '%s' "$password" > "$dir/password")
    chown "$run_uid" "$dir/password"
    (cd / && as_user "$bin/initdb" -D "$dir/data" -U mlhub --pwfile="$dir/password" -A scram-sha-256 --no-sync -E UTF8 --locale=C.UTF-8 --no-instructions) \
        > "$dir/initdb.log" 2>&1 || { tail -5 "$dir/initdb.log" >&2; die "initdb failed"; }

    for _ in 1 2 3; do # the port may be taken between the pick and the start
        port=$(free_port)
        (cd / && as_user "$bin/postgres" -D "$dir/data" -c listen_addresses=127.0.0.1 -c port="$port" -c unix_socket_directories="" \
            -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB -c max_connections=200 -c log_min_messages=warning) \
            >> "$dir/log" 2>&1 < /dev/null &
        pid=$!
        save_pid "$pid" "$dir/pid"
        if wait_for 30 "$pid" ready; then
            printf 'MLHUB_TEST_PG=Host=127.0.0.1;Port=%s;Username=mlhub;Password=%s;Database=postgres\n' "$port" "$password" > "$dir/env"
            return 0
        fi
        stop_pid "$dir/pid" QUIT 5
    done
    tail -5 "$dir/log" >&2
    die "PostgreSQL did not become ready"
}

# Line 8 of postmaster.pid is the server's own word for its state: no client program is needed.
ready() { [ "$(sed -n 8p "$dir/data/postmaster.pid" 2>/dev/null | tr -d ' ')" = ready ]; }

case $command in
    start) start ;;
    stop) stop_pid "$dir/pid" INT 15; rm -rf "$dir" ;; # INT: ends sessions, then stops cleanly
    *) die "start or stop" ;;
esac
