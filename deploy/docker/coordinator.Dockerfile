# From the repository's root: docker build -f deploy/docker/coordinator.Dockerfile -t aurora/gpu-coordinator .
ARG SDK_BASE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_BASE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_BASE} AS build
WORKDIR /src
COPY . .
RUN dotnet publish Silo/Silo.csproj -c Release -o /app -p:RunAnalyzers=false

FROM ${RUNTIME_BASE}
# A numeric user, so that a base image without the user "app" serves as well.
ARG APP_UID=1654
WORKDIR /app
COPY --from=build /app .
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
