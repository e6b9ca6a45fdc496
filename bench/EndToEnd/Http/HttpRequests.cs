using System.Text;

namespace Aurora.Bench.EndToEnd.Http;

/// <summary>The bytes of the requests that the bench sends, prepared once.</summary>
internal static class HttpRequests
{
    /// <summary>A task that does nothing, as a client would write it.</summary>
    public const string NoOpTask = """{"task_type":"test","requirements":{},"priority":5}""";

    public static byte[] Submit { get; } = Post("/tasks/submit", NoOpTask);

    public static byte[] MeshStatus { get; } = Get("/mesh/status");

    public static byte[] Batch(int tasks) =>
        Post("/tasks/batch", $"[{string.Join(',', Enumerable.Repeat(NoOpTask, tasks))}]");

    /// <summary>A batch of tasks that run for so long.</summary>
    public static byte[] Batch(int tasks, int seconds) => Post(
        "/tasks/batch", $"[{string.Join(',', Enumerable.Repeat($$$"""{"task_type":"test","requirements":{},"priority":5,"payload":{"sleep_ms":{{{seconds * 1000}}}}}""", tasks))}]");

    /// <summary>A batch of tasks for one pool.</summary>
    public static byte[] Batch(int tasks, string pool) => Post(
        "/tasks/batch", $"[{string.Join(',', Enumerable.Repeat($$"""{"task_type":"test","requirements":{},"priority":5,"pool":"{{pool}}"}""", tasks))}]");

    public static byte[] Get(string path) => Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n");

    public static byte[] Post(string path, string json) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");
}
