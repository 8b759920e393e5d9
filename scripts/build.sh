#!/usr/bin/env bash
# Restores and builds everything as it is tested: Release, warnings are errors. Options go on to the build.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet restore MLHub.sln
# No compiler or build server stays behind, on a build machine nor in a container.
exec dotnet build MLHub.sln -c Release --no-restore --nologo -nodeReuse:false -p:UseSharedCompilation=false "$@"
