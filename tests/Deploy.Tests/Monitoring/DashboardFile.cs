using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Aurora.Deploy.Tests.Monitoring;

/// <summary>The provisioned dashboard: its panels and what they ask Prometheus.</summary>
internal static partial class DashboardFile
{
    public static JsonNode Json { get; } = JsonNode.Parse(DeployFiles.Read("grafana", "dashboards", "gpu-mesh.json"))!;

    public static IEnumerable<JsonNode> Panels => Json["panels"]!.AsArray()!;

    /// <summary>Each query with its panel's title, the variables replaced as Grafana would.</summary>
    public static IEnumerable<(string Panel, string Query)> Queries =>
        from panel in Panels
        where panel["targets"] is not null
        from target in panel["targets"]!.AsArray()
        select ((string)panel["title"]!, Replace((string)target["expr"]!));

    /// <summary>The product's own metrics that a text of queries or rules names.</summary>
    public static IEnumerable<string> MetricsIn(string text) => Metric().Matches(text).Select(match => Suffix().Replace(match.Value, ""));

    private static string Replace(string query) => query
        .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
        .Replace("$job", "aurora", StringComparison.Ordinal);

    // Names with a colon are recorded by our rules, not exposed; a label such as instance is no metric.
    [GeneratedRegex(@"(?<![\w:/.-])(?:aurora|orleans|http_server)_[a-z_]+(?![\w:/.-])")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Suffix();
}
