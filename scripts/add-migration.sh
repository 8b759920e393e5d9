#!/bin/bash
# add-migration.sh NAME     makes the migration of both engines; the only way to make one.
set -euo pipefail
name=${1:?the name of the migration, e.g. AddTeams}
cd "$(dirname "$0")/.."
dotnet tool restore >/dev/null
dotnet build MLHub.Web -c Release -v quiet --nologo
for engine in Sqlite Postgres; do
    dotnet ef migrations add "$name" --project MLHub.Core --startup-project MLHub.Web --configuration Release --no-build \
        --context "${engine}HubDbContext" --output-dir "Data/Migrations/$engine"
done
