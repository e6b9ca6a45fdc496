namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>How the agent talks HTTP to inference servers.</summary>
internal static class BackendHttp
{
    /// <summary>
    /// A client that follows no redirect and uses no proxy: the servers are this machine's, and an answer that leads
    /// elsewhere is not theirs. Time limits are the caller's.
    /// </summary>
    public static HttpClient CreateClient(BackendOptions options) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = options.AnswerBytesMax,
    };
}
