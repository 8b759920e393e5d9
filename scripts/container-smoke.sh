#!/usr/bin/env bash
# Builds the Dockerfile and runs the image as it should be run: without root, on a read-only file system, without rights. Then makes a backup
# inside. Root only; takes some minutes.
#
#   scripts/container-smoke.sh [WORKDIR]
#
# With Docker on the machine use that instead. This is for machines without it, and without a way to Microsoft's registry: stand-ins of the base images are made of a
# Debian base and this machine's .NET. What it shows is that our instructions work, not that Microsoft's images do.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. scripts/services/lib.sh
exec < /dev/null

[ "$(id -u)" -eq 0 ] || die "run it as root"
work=${1:-${TMPDIR:-/tmp}/mlhub-container}
mkdir -p "$work"
work=$(cd "$work" && pwd)
begun=$(date +%s)
step() { printf '[%3d s] %s\n' $(($(date +%s) - begun)) "$*"; }

missing=()
for program in buildah podman runc mmdebstrap; do command -v "$program" > /dev/null || missing+=("$program"); done
[ ${#missing[@]} -eq 0 ] || install "${missing[@]}" netavark

# Everything stays under WORKDIR. runc and cgroupfs: there may be no systemd.
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/store"\nrunroot = "%s/run"\n' "$work" "$work" > "$work/storage.conf"
printf '[containers]\ndefault_ulimits = ["nofile=1024:1024","nproc=4096:4096"]\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "runc"\n' > "$work/containers.conf"
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf BUILDAH_ISOLATION=chroot

aspnet=mcr.microsoft.com/dotnet/aspnet:10.0
sdk=mcr.microsoft.com/dotnet/sdk:10.0
if ! buildah images -q $sdk > /dev/null 2>&1; then
    step "making stand-ins of the base images"
    dotnet_root=$(dirname "$(readlink -f "$(type -P dotnet)")")
    [ -f "$work/base.tar" ] || mmdebstrap -q --variant=minbase --include=ca-certificates,tzdata,libicu72,libssl3,zlib1g,libstdc++6 bookworm "$work/base.tar" "$(debian_mirror)" || die "no Debian base"
    container=$(buildah from scratch) || die "buildah does not work here"
    (
        buildah add -q "$container" "$work/base.tar" / \
            && for part in shared host dotnet; do buildah copy -q "$container" "$dotnet_root/$part" "/usr/share/dotnet/$part" || exit 1; done \
            && buildah run "$container" -- sh -c 'ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet; groupadd -g 1654 app; useradd -u 1654 -g 1654 -m app' \
            && buildah config --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true "$container" \
            && buildah commit -q "$container" $aspnet \
            && for part in sdk packs sdk-manifests templates; do buildah copy -q "$container" "$dotnet_root/$part" "/usr/share/dotnet/$part" || exit 1; done \
            && buildah commit -q "$container" $sdk && buildah rm "$container"
    ) > "$work/base.log" 2>&1 || { tail -20 "$work/base.log" >&2; die "no base images"; }
fi

step "building the image"
# The machine's packages as a layer that is thrown away, and its certificates: what restoring needs here and nothing else.
buildah build --pull-never --format docker --network host -v "$HOME/.nuget/packages:/root/.nuget/packages:O" -v /etc/ssl/certs:/etc/ssl/certs:ro -t mlhub:smoke . > "$work/build.log" 2>&1 \
    || { tail -20 "$work/build.log" >&2; die "the Dockerfile does not build"; }

step "running it"
port=$(free_port)
metrics=$(free_port)
name=mlhub-smoke-$$
trap 'podman rm -f -t 5 "$name" > /dev/null 2>&1; podman volume rm "$name" > /dev/null 2>&1' EXIT
podman run -d --name "$name" --no-healthcheck --network host --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --memory 2g -v "$name:/data:U" \
    -e URLS="http://127.0.0.1:$port" -e MLHub__Metrics__Url="http://127.0.0.1:$metrics" mlhub:smoke > "$work/run.log" 2>&1 || { cat "$work/run.log" >&2; die "the image does not start"; }
for _ in $(seq 150); do curl -fsS -m 3 -o /dev/null "http://127.0.0.1:$port/health/ready" 2> /dev/null && break; sleep 0.4; done
fail() { podman logs "$name" 2>&1 | tail -20 >&2; die "$1"; }
[ "$(curl -fsS -m 3 "http://127.0.0.1:$port/health/ready")" = ready ] || fail "no answer from the container"
curl -fsS -m 10 "http://127.0.0.1:$metrics/metrics" | grep -q '^mlhub_disk_free_bytes' || fail "no figures from the container"
[ "$(podman exec "$name" id -u)" = 1654 ] || fail "it does not run as 1654"
podman exec "$name" sh -c 'touch /app/x' 2> /dev/null && fail "its file system can be written"
podman exec "$name" /app/mlhub health "http://127.0.0.1:$port" > /dev/null || fail "its health check fails"
podman exec "$name" /app/mlhub self-test | grep -q '^{}$' || fail "an algorithm does not work in it: $(podman exec "$name" /app/mlhub self-test)"
podman exec "$name" /app/mlhub backup /data/backup.tar || fail "no backup can be made in it"
podman exec "$name" /app/mlhub fsck || fail "the check finds something"
stopping=$(date +%s)
podman stop -t 60 "$name" > /dev/null
code=$(podman inspect "$name" --format '{{.State.ExitCode}}')
[ "$code" = 0 ] || fail "it ended with $code when it was asked to stop"
step "it answers, runs as 1654 on a read-only file system without rights, makes a backup, and stopped in $(($(date +%s) - stopping)) s"
