# From the repository's root: docker build -f deploy/docker/coordinator.Dockerfile -t aurora/gpu-coordinator .
ARG SDK_BASE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_BASE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_BASE} AS build
WORKDIR /src
# No compiler may stay behind where a step has no process tree of its own.
ENV UseSharedCompilation=false MSBUILDDISABLENODEREUSE=1
COPY . .
# The same in every Dockerfile here, so that whoever builds a second image finds this layer made.
RUN dotnet publish Silo/Silo.csproj -c Release -o /app/silo -p:RunAnalyzers=false && \
    dotnet publish GatewayApi/GatewayApi.csproj -c Release -o /app/gateway -p:RunAnalyzers=false && \
    dotnet publish NodeAgent/NodeAgent.csproj -c Release -o /app/node-agent -p:RunAnalyzers=false

FROM ${RUNTIME_BASE}
# A numeric user, so that a base image without the user "app" serves as well.
ARG APP_UID=1654
WORKDIR /app
COPY --from=build /app/silo .
COPY --chmod=755 deploy/docker/aurora-healthcheck /usr/local/bin/aurora-healthcheck
RUN mkdir -p /var/lib/aurora && chown ${APP_UID}:${APP_UID} /var/lib/aurora
ENV ASPNETCORE_URLS=http://0.0.0.0:8001 \
    AURORA_DATA_DIR=/var/lib/aurora \
    AURORA_LOCAL_NODE=false \
    DOTNET_EnableDiagnostics=0
VOLUME /var/lib/aurora
EXPOSE 8001 11111 30000
USER ${APP_UID}
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/local/bin/aurora-healthcheck", "8001"]
ENTRYPOINT ["dotnet", "Aurora.Silo.dll"]
