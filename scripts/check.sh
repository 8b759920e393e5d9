#!/usr/bin/env bash
# What must hold before a commit, in about a minute: layout, build without warnings, scripts that parse.
# Prints the longest files; their length is no rule, only a reason to look.
#
#   scripts/check.sh [--no-build]
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
failed=0
mkdir -p artifacts

fail() { printf '%s\n' "$*" >&2; failed=1; }

for script in scripts/*.sh scripts/*/*.sh .ci/run; do bash -n "$script" || fail "$script does not parse"; done

# Generated files are laid out by their generators.
[ -f MLHub.Core/obj/project.assets.json ] || dotnet restore MLHub.sln > artifacts/restore.log 2>&1 || fail "restore failed; see artifacts/restore.log"
dotnet format whitespace MLHub.sln --verify-no-changes --no-restore --exclude MLHub.Core/Data/Migrations > artifacts/format.log 2>&1 \
    || { grep -E 'error' artifacts/format.log | sed "s#$PWD/##g" | sort -u | head -20; fail "run: dotnet format whitespace MLHub.sln"; }

# The compiler checks style (IDE0055, IDE0005, namespaces) and the analyzers; all warnings are errors.
if [ "${1:-}" != --no-build ]; then
    scripts/build.sh > artifacts/build.log 2>&1 || { grep -E 'error|warn' artifacts/build.log | sort -u | head -40; fail "the build failed; see artifacts/build.log"; }
fi

echo "longest files:"
git ls-files '*.cs' '*.razor' | grep -v /Migrations/ | tr '\n' '\0' | xargs -0 wc -l | grep -v ' total$' | sort -rn | head -10

[ $failed -eq 0 ] && echo "check: fine"
exit $failed
