namespace Aurora.Silo;

/// <summary>What a person sees once the silo runs: where everything is, and how another machine joins.</summary>
internal static class StartupBanner
{
    public static void Print(WebApplication app, SiloSettings settings)
    {
        var url = app.Urls.FirstOrDefault() ?? "http://127.0.0.1:8001";

        // Whoever says under which address the others reach this machine is shown that one: its name they may not know.
        var host = app.Configuration["AURORA_ADVERTISED_HOST"] is { Length: > 0 } advertised ? advertised : Environment.MachineName;
        host = host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host;
        var reachable = url.Replace("0.0.0.0", host, StringComparison.Ordinal).Replace("[::]", host, StringComparison.Ordinal);
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
