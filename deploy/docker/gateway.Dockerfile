# From the repository's root: docker build -f deploy/docker/gateway.Dockerfile -t aurora/gpu-gateway .
# A gateway of its own, beside the silos' own: it holds nothing and finds them through ConnectionStrings__Aurora or AURORA_GATEWAYS.
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
COPY --from=build /app/gateway .
COPY --chmod=755 deploy/docker/aurora-healthcheck /usr/local/bin/aurora-healthcheck
RUN mkdir -p /var/lib/aurora && chown ${APP_UID}:${APP_UID} /var/lib/aurora
ENV ASPNETCORE_URLS=http://0.0.0.0:8001 \
    AURORA_DATA_DIR=/var/lib/aurora \
    DOTNET_EnableDiagnostics=0
VOLUME /var/lib/aurora
EXPOSE 8001
USER ${APP_UID}
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/local/bin/aurora-healthcheck", "8001"]
ENTRYPOINT ["dotnet", "Aurora.GatewayApi.dll"]
