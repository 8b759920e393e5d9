#!/usr/bin/env bash
# Runs all tests: installs what is missing, builds, starts PostgreSQL, an S3 server, an OpenID provider and a mail catcher on loopback, runs, stops them again.
#
#   scripts/test.sh [--filter WORD] [--no-services] [--fast] [--no-build]
#
#   --filter WORD   only tests whose full name contains WORD
#   --no-services   without those servers and a browser: tests that need them are skipped
#   --fast          as --no-services, and without tests marked Slow: for the minute before a commit
#   --no-build      with what was built last
#
# The last line is "N passed, N failed, N skipped"; the exit code is not 0 unless tests ran and none failed.
# With CI=true a test that lacks its server or browser fails instead of being skipped.
# Logs, results and screenshots are in artifacts/. Works without a terminal; reads nothing from standard input.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. scripts/services/lib.sh

filter= services=yes build=yes slow=yes
while [ $# -gt 0 ]; do
    case $1 in
        --filter) filter=${2:?a word}; shift ;;
        --no-services) services=no ;;
        --fast) services=no slow=no ;;
        --no-build) build=no ;;
        -h | --help) sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) die "unknown option $1; see scripts/test.sh --help" ;;
    esac
    shift
done
exec < /dev/null

begun=$(date +%s)
step() { printf '[%3d s] %s\n' $(($(date +%s) - begun)) "$*"; }

# ---- programs

command -v dotnet > /dev/null || die "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download"
need_packages() {
    local missing=()
    ls /usr/lib/*/libgomp.so.1 > /dev/null 2>&1 || missing+=(libgomp1)
    if [ $services = yes ]; then
        command -v chromium > /dev/null || missing+=(chromium)
        [ -n "${MLHUB_TEST_PG_BIN:-}" ] || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || missing+=(postgresql-15)
        command -v memcached > /dev/null || missing+=(memcached)
        [ -f /usr/lib/python3/dist-packages/swift/__init__.py ] || missing+=(python3-swift libisal2)
        command -v npm > /dev/null || missing+=(npm)
        /usr/bin/python3 -c 'import pandas' 2> /dev/null || missing+=(python3-pandas)
    fi
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
}
need_packages

# axe-core is one file without dependencies; no script of any package runs.
axe=4.14.1
axe_file=$cache/axe-core-$axe/node_modules/axe-core/axe.min.js
if [ $services = yes ] && [ ! -f "$axe_file" ]; then
    step "fetching axe-core $axe"
    mkdir -p "$cache/axe-core-$axe" artifacts
    (cd "$cache/axe-core-$axe" && npm install --no-audit --no-fund --ignore-scripts --no-save --prefix . "axe-core@$axe") > artifacts/npm.log 2>&1 \
        || { tail -3 artifacts/npm.log >&2; die "npm could not fetch axe-core"; }
fi

# ---- build

mkdir -p artifacts/tests
rm -rf artifacts/tests/* artifacts/screenshots artifacts/servers
if [ $build = yes ]; then
    step "building"
    scripts/build.sh > artifacts/build.log 2>&1 || { grep -E 'error|warn' artifacts/build.log | sort -u | head -40 >&2; die "the build failed; see artifacts/build.log"; }
fi

# ---- servers

work=$(mktemp -d "${TMPDIR:-/tmp}/mlhub-test.XXXXXX")
chmod 711 "$work"
runner=
finish() {
    trap - EXIT INT TERM HUP
    if [ -n "$runner" ] && kill -0 "$runner" 2> /dev/null; then kill -TERM "$runner"; wait "$runner" 2> /dev/null; fi
    for service in "$work"/*/; do [ -f "$service/pid" ] && bash "scripts/services/$(basename "$service").sh" stop "${service%/}"; done
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

export MLHUB_TEST_ARTIFACTS=$PWD/artifacts
# Servers, browsers and trainings share the cores here; a wait ends as soon as what it waits for is there.
export MLHUB_TEST_PATIENCE=${MLHUB_TEST_PATIENCE:-3}
# A run has its own settings only: a developer's MLHub__… variables must not decide over results.
while IFS= read -r name; do unset "$name"; done < <(compgen -e | grep -E '^(MLHub__|MLHUB_TEST_(PG|S3|OIDC|SMTP))')
if [ $services = yes ]; then
    step "starting PostgreSQL, S3, an OpenID provider and a mail catcher"
    for service in postgres swift oidc smtp; do
        bash "scripts/services/$service.sh" start "$work/$service" > "$work/$service.out" 2>&1 &
        declare "starting_$service=$!"
    done
    wait "$starting_postgres" || { cat "$work/postgres.out" >&2; die "PostgreSQL did not start"; }
    wait "$starting_swift" || { cat "$work/swift.out" >&2; die "the S3 server did not start"; }
    wait "$starting_oidc" || { cat "$work/oidc.out" >&2; die "the OpenID provider did not start"; }
    wait "$starting_smtp" || { cat "$work/smtp.out" >&2; die "the mail catcher did not start"; }
    while IFS='=' read -r name value; do export "$name=$value"; done < <(cat "$work"/*/env)
    export MLHUB_TEST_CHROMIUM MLHUB_TEST_AXE=$axe_file MLHUB_TEST_PROMETHEUS
    MLHUB_TEST_CHROMIUM=$(command -v chromium)
    MLHUB_TEST_PROMETHEUS=$(bash scripts/services/prometheus.sh) || die "no Prometheus"
    [ "${CI:-}" = true ] && export MLHUB_TEST_NO_SKIP=true
fi

# ---- tests

program=$(ls MLHub.Tests/bin/Release/*/*/MLHub.Tests 2> /dev/null | head -1)
[ -n "$program" ] || die "the tests are not built; run without --no-build"
results=$PWD/artifacts/tests/results.json
options=(-noLogo -noColor -noAutoReporters -reporter quiet -longRunning 300 -result-ctrf "$results" -result-trx "$PWD/artifacts/tests/results.trx")
[ -z "$filter" ] || options+=(-method "*$filter*")
[ $slow = yes ] || options+=(-trait- Category=Slow)

step "running tests"
rm -f "$results"
"$program" "${options[@]}" > artifacts/tests/output.log 2>&1 &
runner=$!
wait $runner
code=$?
runner=

grep -vE '^\s*$' artifacts/tests/output.log | head -300
# What failed comes again at the end: above it may be lost in what the servers of the tests wrote.
if grep -q '\[FAIL\]' artifacts/tests/output.log; then
    echo "failed:"
    grep -vE '^\s*$' artifacts/tests/output.log | grep -A 7 '\[FAIL\]' | cut -c 1-400 | tail -120
fi
count() { grep -o '"summary":{[^}]*}' "$results" 2> /dev/null | head -1 | grep -o "\"$1\":[0-9]*" | cut -d: -f2; }
passed=$(count passed) failed=$(count failed) skipped=$(count skipped)
if [ -z "$passed" ]; then
    say "the test program ended with code $code and wrote no result; see artifacts/tests/output.log"
    passed=0 failed=1 skipped=0
fi
[ "$code" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1 # an error outside of any test
[ "$((passed + failed))" -gt 0 ] || { say "no test ran"; code=1; }
[ "$failed" -eq 0 ] || code=1

step "done; logs, results and screenshots are in artifacts/"
finish
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
exit "$code"
