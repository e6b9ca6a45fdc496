using System.Data.Common;
using System.Text.Json;
using Aurora.Bench.EndToEnd.Limits;
using Aurora.Bench.EndToEnd.Processes;
using Aurora.Testing;

namespace Aurora.Bench.EndToEnd;

/// <summary>
/// From submit to completion over the real HTTP port, with the real silo and a separate agent process, beside what the
/// machine itself can do in the same run.
/// </summary>
internal static class E2eBench
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static int Run(string[] args)
    {
        if (E2eOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(E2eOptions.Usage);
            return 2;
        }

        try
        {
            if (options.Pools > 1)
            {
                PoolsRun.RunAsync(options, Console.Out, Progress).GetAwaiter().GetResult();
                return 0;
            }

            if (options.Backlog > 0)
            {
                BacklogRun.RunAsync(options, Console.Out, Progress).GetAwaiter().GetResult();
                return 0;
            }

            var results = RunAsync(options).GetAwaiter().GetResult();
            ResultTable.Print(results, Console.Out);
            if (options.JsonFile is { } file)
            {
                File.WriteAllText(file, JsonSerializer.Serialize(results, Json));
            }

            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException or DbException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static async Task<BenchResults> RunAsync(E2eOptions options)
    {
        var executables = Executables.Find();
        Progress("bare POST");
        var barePost = await KestrelLimit.MeasureAsync(options.Plan);
        Progress($"bare POST: {barePost}");
        var run = new StoreRun(executables, options.Plan, barePost, Progress);
        var stores = new List<StoreResults>();
        foreach (var store in options.Stores)
        {
            if (store == "sqlite")
            {
                stores.Add(await run.RunAsync(store, postgres: null));
                continue;
            }

            await using var own = options.Postgres is null ? await PostgresServer.StartOwnAsync() : null;
            stores.Add(await run.RunAsync(store, options.Postgres ?? own!.ConnectionString));
        }

        return new BenchResults(DateTimeOffset.UtcNow, Environment.ProcessorCount, barePost, stores);
    }

    // Progress goes beside the results, so that these can be piped.
    private static void Progress(string what) => Console.Error.WriteLine($"… {what}");
}
