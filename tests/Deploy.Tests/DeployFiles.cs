using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Aurora.Deploy.Tests;

/// <summary>The files under <c>deploy/</c>, and the pages that describe them.</summary>
internal static partial class DeployFiles
{
    /// <summary>Variables of other programs in our containers, with the program that defines them.</summary>
    private static readonly string[] ForeignVariables =
    [
        "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", // NVIDIA's container runtime
        "DOTNET_EnableDiagnostics", // .NET
        "UseSharedCompilation", "MSBUILDDISABLENODEREUSE", // MSBuild
        "ASPNETCORE_URLS", "ConnectionStrings__Aurora",
    ];

    public static string Folder { get; } = Path.Combine(Product.Root, "deploy");

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Folder, .. path]));

    public static string ReadPage(string name) => File.ReadAllText(Path.Combine(Product.Root, "docs", name));

    public static YamlMappingNode Yaml(params string[] path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Read(path)));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    /// <summary>Fails for each variable that the product does not read.</summary>
    public static void AssertKnown(string file, IEnumerable<string> variables)
    {
        var known = Variable().Matches(ReadPage("configuration.md")).Select(match => match.Value).Concat(ForeignVariables).ToHashSet(StringComparer.Ordinal);
        var unknown = variables.Where(variable => !known.Contains(variable)).ToList();
        Assert.True(unknown.Count == 0, $"{file} sets what docs/configuration.md does not have: {string.Join(", ", unknown)}");
    }

    /// <summary>The names of <c>NAME=value</c> lines, commented-out settings included.</summary>
    public static Dictionary<string, string> Settings(string text) => Setting().Matches(text)
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal);

    [GeneratedRegex(@"\b(?:(?:AURORA|NODE|MESH)_[A-Z0-9]+(?:_[A-Z0-9]+)*|GPU_ENABLED)\b")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^#?([A-Za-z][A-Za-z0-9_]*)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
