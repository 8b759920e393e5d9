#!/usr/bin/env bash
# swift.sh start DIR | stop DIR     an S3 server for tests: OpenStack Swift with its S3 front, on loopback, one disk folder
# DIR/env afterwards: MLHUB_TEST_S3_ENDPOINT, _ACCESS_KEY, _SECRET_KEY, _REGION.
#
# Debian 12's own Swift (2.30) does not know the chunked uploads that current S3 clients send. Debian 13's (2.35) does and is
# plain Python: its library is unpacked into the cache beside Debian 12's dependencies; nothing is installed from it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command=${1:?start or stop}
dir=${2:?folder}
unpacked=$cache/swift-trixie
library=$unpacked/usr/lib/python3/dist-packages

# A second, private apt root with lists and a cache of its own; packages are checked with Debian's key as usual.
fetch() {
    local root=$cache/swift-apt
    mkdir -p "$root/lists/partial" "$root/cache/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) trixie main" > "$root/sources.list"
    local options=(-qq -o Dir::Etc::sourcelist="$root/sources.list" -o Dir::Etc::sourceparts=/nonexistent -o Dir::State::lists="$root/lists"
        -o Dir::Cache="$root/cache" -o Acquire::Languages=none -o APT::Sandbox::User=root -o Acquire::Retries=3)
    apt-get "${options[@]}" update || return 1
    (cd "$root" && rm -f ./*.deb && apt-get "${options[@]}" download python3-swift/trixie) || return 1
    rm -rf "$unpacked.new"
    dpkg -x "$root"/python3-swift_*.deb "$unpacked.new" || return 1
    /usr/bin/python3 -m compileall -q "$unpacked.new" > /dev/null
    mv "$unpacked.new" "$unpacked"
    rm -rf "$root"
}

start() {
    local missing=()
    command -v memcached > /dev/null || missing+=(memcached)
    [ -f /usr/lib/python3/dist-packages/swift/__init__.py ] || missing+=(python3-swift)
    ls /usr/lib/*/libisal.so.2 > /dev/null 2>&1 || missing+=(libisal2)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"

    mkdir -p "$cache"
    (
        flock 9
        [ -d "$library/swift" ] || fetch > "$cache/swift-fetch.log" 2>&1
    ) 9> "$cache/.swift.lock"
    [ -d "$library/swift" ] || { tail -3 "$cache/swift-fetch.log" >&2; die "could not get the library of Swift 2.35 from Debian 13"; }

    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    pick_user
    # The server runs as somebody else, who may not see into this user's home: it gets copies of its own.
    cp -r "$library" "$dir/library"
    cp "$here/swift_s3.py" "$dir/"
    chown -R "$run_uid:$run_gid" "$dir"
    (cd / && as_user /usr/bin/python3 "$dir/swift_s3.py" --lib "$dir/library" --dir "$dir") >> "$dir/log.out" 2>&1 < /dev/null &
    pid=$!
    save_pid "$pid" "$dir/pid"
    wait_for 60 "$pid" test -f "$dir/ready" || { tail -20 "$dir/log.out" >&2; die "Swift did not start; see $dir/log"; }
    {
        echo "MLHUB_TEST_S3_ENDPOINT=$(cat "$dir/ready")"
        echo "MLHUB_TEST_S3_ACCESS_KEY=test:mlhub"
        echo "MLHUB_TEST_S3_SECRET_KEY=mlhub-secret"
        echo "MLHUB_TEST_S3_REGION=us-east-1"
    } > "$dir/env"
}

case $command in
    start) start ;;
    stop) stop_pid "$dir/pid"; rm -rf "$dir" ;;
    *) die "start or stop" ;;
esac
