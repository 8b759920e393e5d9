#!/usr/bin/env bash
# Takes the pictures of README.md anew, from the program as it was last built: docs/images/*.jpg.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=$(ls MLHub.Tests/bin/Release/*/*/MLHub.Tests | head -1)
MLHUB_TEST_CHROMIUM=$(command -v chromium) exec "$program" -noLogo -noColor -explicit only -method "*ReadmePictures*" < /dev/null
