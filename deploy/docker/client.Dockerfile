# From the repository's root: docker build -f deploy/docker/client.Dockerfile -t aurora/gpu-client .
# NVIDIA's container runtime adds the driver's libraries (NVML) when the container starts.
ARG SDK_BASE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_BASE=mcr.microsoft.com/dotnet/runtime:10.0

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
COPY --from=build /app/node-agent .
RUN mkdir -p /var/lib/aurora && chown ${APP_UID}:${APP_UID} /var/lib/aurora
ENV AURORA_DATA_DIR=/var/lib/aurora \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    DOTNET_EnableDiagnostics=0
VOLUME /var/lib/aurora
USER ${APP_UID}
ENTRYPOINT ["dotnet", "Aurora.NodeAgent.dll"]
