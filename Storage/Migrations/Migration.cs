using System.Globalization;
using System.Reflection;

namespace Aurora.Storage.Migrations;

/// <summary>One numbered step of a schema: the text of an embedded <c>NNN-what-it-does.sql</c>.</summary>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>The steps of one database kind ("Postgres", "Sqlite"), in order and without gaps.</summary>
    public static IReadOnlyList<Migration> For(string kind)
    {
        var prefix = $"Aurora.Storage.{kind}.Migrations.";
        var assembly = Assembly.GetExecutingAssembly();
        var steps = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Read(assembly, name, name[prefix.Length..]))
            .ToList();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Number != i + 1)
            {
                throw new InvalidOperationException($"Migration {steps[i].Name} should have number {i + 1:000}.");
            }
        }

        return steps;
    }

    /// <summary>Refuses a schema that a later release has migrated: this one does not know what its columns mean.</summary>
    public static void RequireKnown(long stored, IReadOnlyList<Migration> known)
    {
        if (stored > known.Count)
        {
            throw new InvalidOperationException(
                $"The database has schema version {stored}, but this release knows versions up to {known.Count}: start a newer release.");
        }
    }

    private static Migration Read(Assembly assembly, string resource, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new Migration(int.Parse(name.AsSpan(0, 3), CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }
}
