using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>Which failures of a task are worth another attempt, below its <see cref="MeshTaskRequest.MaxAttempts"/>.</summary>
public sealed record TaskRetry
{
    /// <summary>Any of <c>error</c>, <c>timeout</c>, <c>node_lost</c> and <c>oom</c>; empty for none. Default: all.</summary>
    public IReadOnlyList<string>? On { get; init; }

    /// <summary>Exit codes of a script, 1 to 32 of them from 1 to 255. Default: all.</summary>
    public IReadOnlyList<int>? ExitCodes { get; init; }

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        if (On is not null)
        {
            json["on"] = new JsonArray([.. On.Select(kind => (JsonNode?)kind)]);
        }

        if (ExitCodes is not null)
        {
            json["exit_codes"] = new JsonArray([.. ExitCodes.Select(code => (JsonNode?)code)]);
        }

        return json;
    }
}
