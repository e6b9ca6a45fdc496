namespace Aurora.Silo;

/// <summary>What a person sees once the silo runs: where everything is, and how another machine joins.</summary>
internal static class StartupBanner
{
    public static void Print(WebApplication app, SiloSettings settings)
    {
        var url = app.Urls.FirstOrDefault() ?? "http://127.0.0.1:8001";
        var reachable = url.Replace("0.0.0.0", Environment.MachineName, StringComparison.Ordinal)
            .Replace("[::]", Environment.MachineName, StringComparison.Ordinal);
        var joinUrl = reachable.Replace("http", "ws", StringComparison.Ordinal);
        Console.WriteLine(
            $"""

              Aurora GPU Mesh is up.
                API          {reachable}/            (OpenAPI: {reachable}/openapi/v1.json)
                Console      {reachable}/ui
                Dashboard    {reachable}/dashboard
                Storage      {(settings.Postgres is null ? settings.SqliteFile : "PostgreSQL")}
                Local node   {(settings.LocalNode ? "on (AURORA_LOCAL_NODE=false turns it off)" : "off")}

              Join another machine:
                MESH_COORDINATOR_URL={joinUrl} dotnet run --project NodeAgent

            """);
    }
}
