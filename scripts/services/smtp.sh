#!/usr/bin/env bash
# smtp.sh start DIR | stop DIR     a mail catcher with STARTTLS and AUTH (npm smtp-server) on a free loopback port
# DIR/env afterwards: MLHUB_TEST_SMTP, its port; MLHUB_TEST_SMTP_MAIL, where messages are kept; MLHUB_TEST_SMTP_CERT, its certificate.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command=${1:?start or stop}
dir=${2:?folder}

start() {
    modules=$(npm_package smtp-server 3.21.6)
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout "$dir/key.pem" -out "$dir/cert.pem" 2> /dev/null || die "openssl could not make a certificate"
    node "$here/smtp.mjs" "$dir" "$modules" >> "$dir/log" 2>&1 < /dev/null &
    pid=$!
    save_pid "$pid" "$dir/pid"
    wait_for 30 "$pid" test -f "$dir/ready" || { tail -5 "$dir/log" >&2; die "the mail catcher did not start"; }
    printf 'MLHUB_TEST_SMTP=%s\nMLHUB_TEST_SMTP_MAIL=%s\nMLHUB_TEST_SMTP_CERT=%s\n' "$(cat "$dir/ready")" "$dir/mail" "$dir/cert.pem" > "$dir/env"
}

case $command in
    start) start ;;
    stop) stop_pid "$dir/pid"; rm -rf "$dir" ;;
    *) die "start or stop" ;;
esac
