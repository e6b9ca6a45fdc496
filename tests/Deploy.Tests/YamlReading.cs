using YamlDotNet.RepresentationModel;

namespace Aurora.Deploy.Tests;

/// <summary>Reads members that must be there, and says what was there instead when they are not.</summary>
internal static class YamlReading
{
    public static YamlNode At(this YamlNode node, params string[] path)
    {
        foreach (var name in path)
        {
            Assert.True(node is YamlMappingNode map && map.Children.ContainsKey(name), $"'{name}' of {string.Join('.', path)} is missing in {node}");
            node = node[name];
        }

        return node;
    }

    public static string Text(this YamlNode node, params string[] path) => ((YamlScalarNode)node.At(path)).Value!;

    public static IEnumerable<string> Texts(this YamlNode node, params string[] path) =>
        ((YamlSequenceNode)node.At(path)).Select(item => ((YamlScalarNode)item).Value!);

    public static IEnumerable<string> Names(this YamlNode node, params string[] path) =>
        ((YamlMappingNode)node.At(path)).Children.Keys.Select(key => ((YamlScalarNode)key).Value!);

    public static bool Has(this YamlNode node, string name) => ((YamlMappingNode)node).Children.ContainsKey(name);
}
