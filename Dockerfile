# MLHub in a container: docker build -t mlhub . && docker run -p 8080:8080 -v mlhub:/data mlhub
# The root file system may be read-only (with a tmpfs on /tmp); all state lies under /data.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# Projects first: packages are fetched again only when these change.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY MLHub.Core/MLHub.Core.csproj MLHub.Core/packages.lock.json MLHub.Core/
COPY MLHub.Training/MLHub.Training.csproj MLHub.Training/packages.lock.json MLHub.Training/
COPY MLHub.Web/MLHub.Web.csproj MLHub.Web/packages.lock.json MLHub.Web/
RUN dotnet restore MLHub.Web/MLHub.Web.csproj --locked-mode
COPY appsettings.json ./
COPY MLHub.Core/ MLHub.Core/
COPY MLHub.Training/ MLHub.Training/
COPY MLHub.Web/ MLHub.Web/
RUN dotnet publish MLHub.Web/MLHub.Web.csproj -c Release --no-restore -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# Queries of people are shut in by Landlock and seccomp, which need neither a package nor a right (see docs/threat-model.md).
# LightGBM computes with the GNU OpenMP library.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
# 1654 is the unprivileged user of Microsoft's images. The folder belongs to it before a volume is laid over it.
RUN mkdir /data && chown 1654:1654 /data
WORKDIR /app
COPY --from=build /app ./
# URLS, not ASPNETCORE_URLS: the address in appsettings.json would win over the latter.
ENV URLS=http://+:8080 \
    MLHub__DataPath=/data \
    DOTNET_EnableDiagnostics=0 \
    OMP_WAIT_POLICY=passive
EXPOSE 8080
VOLUME /data
USER 1654
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/app/mlhub", "health", "http://127.0.0.1:8080"]
ENTRYPOINT ["/app/mlhub"]
