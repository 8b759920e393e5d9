# Shared by the service scripts: source it. Every service lives in one folder ($dir) and leaves there
#   pid (the process to stop), env (KEY=VALUE lines that a test reads), log.
# Needs nothing but a Debian base system: ports and waiting are plain bash.
set -u

cache=${MLHUB_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/mlhub-tests}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

tcp_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port below the range from which the kernel serves outgoing connections, that nobody answers on now.
free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        tcp_open "$port" || { printf '%s\n' "$port"; return; }
    done
}

# wait_for SECONDS PID COMMAND...: until the command succeeds; fails at once when PID is gone.
wait_for() {
    local until=$(($(date +%s) + $1)) pid=$2
    shift 2
    while ! "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || return 2
        [ "$(date +%s)" -lt "$until" ] || return 1
        sleep 0.1
    done
}

# When a process was started: with the pid it names a process for good, even after the pid was given away again.
# A zombie has ended: nobody may have fetched its exit code yet.
born() { awk '{sub(/^.*\) /,""); if ($1 != "Z") print $20}' "/proc/$1/stat" 2>/dev/null; }
save_pid() { printf '%s %s\n' "$1" "$(born "$1")" > "$2"; }

# stop_pid FILE [SIGNAL] [SECONDS]: that process, and only if it is still the one that was started.
stop_pid() {
    local file=$1 signal=${2:-TERM} seconds=${3:-10} pid born_then n=0
    [ -f "$file" ] || return 0
    read -r pid born_then < "$file" || true
    if [ -n "$pid" ] && [ -n "$born_then" ] && [ "$(born "$pid")" = "$born_then" ]; then
        kill -"$signal" "$pid" 2>/dev/null
        while [ "$(born "$pid")" = "$born_then" ] && [ $n -lt $((seconds * 10)) ]; do
            sleep 0.1
            n=$((n + 1))
        done
        [ "$(born "$pid")" = "$born_then" ] && kill -KILL "$pid" 2>/dev/null
    fi
    rm -f "$file"
}

# The servers refuse to run as root, or should: an unprivileged id owns the data when we are root.
pick_user() {
    run_uid=$(id -u)
    run_gid=$(id -g)
    if [ "$run_uid" -eq 0 ]; then
        run_uid=$(id -u postgres 2>/dev/null || id -u nobody)
        run_gid=$(id -g postgres 2>/dev/null || id -g nobody)
    fi
}

# as_user COMMAND...: replaces this shell with the command. Call it in ( ) or with &, so that the pid of the job
# is the pid of the command itself.
as_user() {
    [ "$(id -u)" -ne 0 ] && exec "$@"
    exec setpriv --reuid="$run_uid" --regid="$run_gid" --clear-groups --no-new-privs -- env HOME="$dir" "$@"
}

# The Debian mirror that this machine's apt uses; other sources in its list are not Debian.
debian_mirror() {
    local site
    site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null | awk '$1 !~ /security/ {print $1; exit}')
    printf '%s\n' "${MLHUB_DEBIAN_MIRROR:-${site:-http://deb.debian.org/debian}}"
}

# install PACKAGE...: through apt, one at a time on the machine, refreshing the lists only when they turn out stale or missing.
install() {
    [ "$(id -u)" -eq 0 ] || die "these Debian packages are missing: $*
Install them once as root:  apt-get install --no-install-recommends $*"
    command -v apt-get >/dev/null || die "these packages are missing and there is no apt-get to install them with: $*"
    local log=${TMPDIR:-/tmp}/mlhub-apt-$$.log
    say "installing $*"
    (
        flock 9
        apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@"; }
        apt install -y --no-install-recommends "$@" || { apt update && apt install -y --no-install-recommends "$@"; }
    ) > "$log" 2>&1 < /dev/null 9> "${TMPDIR:-/tmp}/.mlhub-apt.lock" || { tail -5 "$log" >&2; die "apt-get install $* failed; see $log"; }
    rm -f "$log"
}

# npm_package NAME VERSION: fetched once into the cache without running any script of it; prints the folder with its node_modules.
npm_package() {
    local folder=$cache/$1-$2
    command -v npm > /dev/null && command -v openssl > /dev/null || install npm openssl >&2
    mkdir -p "$cache"
    (
        flock 9
        [ -f "$folder/node_modules/$1/package.json" ] || {
            mkdir -p "$folder"
            cd "$folder" && npm install --no-audit --no-fund --ignore-scripts --no-save --prefix . "$1@$2" > npm.log 2>&1
        }
    ) 9> "$cache/.npm.lock" || { tail -3 "$folder/npm.log" >&2; die "npm could not fetch $1"; }
    printf '%s\n' "$folder"
}
