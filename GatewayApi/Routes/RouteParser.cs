using System.Buffers;
using System.Text.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Routes;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Routes;

/// <summary>Reads the body of a route.</summary>
internal static class RouteParser
{
    private const int VariantsMax = 16;
    private const int TextLengthMax = 256;
    private const int LabelsMax = 16;
    private const double WeightMax = 1_000_000;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static bool IsName(string? name) => name is { Length: > 0 and <= 64 } && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>The route, or the refusal.</summary>
    public static (ModelRoute? Route, Problem? Problem) Parse(string name, ReadOnlySequence<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var read = JsonSerializer.Deserialize(ref reader, Json.GatewayJsonContext.Web.RouteBody);
            var errors = new FieldErrors("");
            var variants = Judge(read, ref errors);
            return errors.Any ? (null, Problem.From(errors.ToRefusal())) : (new ModelRoute(name, variants), null);
        }
        catch (JsonException exception)
        {
            return (null, Problem.Broken(exception.Message));
        }
    }

    private static RouteVariant[] Judge(RouteBody? body, ref FieldErrors errors)
    {
        if (body?.Variants is not { Count: > 0 and <= VariantsMax } variants)
        {
            errors.Add("variants", $"must be an array of 1 to {VariantsMax} objects, each with model and weight");
            return [];
        }

        foreach (var (number, variant) in variants.Index())
        {
            var path = $"variants[{number}]";
            if (!IsText(variant?.Model))
            {
                errors.Add(path + ".model", $"must be a string of 1 to {TextLengthMax} characters that names a model");
            }

            if (variant?.Name is not null && !IsName(variant.Name))
            {
                errors.Add(path + ".name", "must be 1 to 64 letters, digits, '.', '_' and '-'");
            }

            if (variant?.Weight is not (null or (> 0 and <= WeightMax)))
            {
                errors.Add(path + ".weight", $"must be a number above 0 and at most {WeightMax}");
            }

            if (variant?.NodeLabels is { } labels && (labels.Count > LabelsMax || labels.Any(label => !IsText(label.Key) || label.Value is not { Length: <= TextLengthMax })))
            {
                errors.Add(path + ".node_labels", $"must be an object of at most {LabelsMax} strings");
            }
        }

        // Without names of their own, variants are told apart by their models.
        RouteVariant[] judged = [.. variants.Select(variant => new RouteVariant(variant?.Name ?? variant?.Model ?? "", variant?.Model ?? "", variant?.Weight ?? 1, variant?.NodeLabels))];
        if (!errors.Any && judged.DistinctBy(variant => variant.Name).Count() < judged.Length)
        {
            errors.Add("variants", "must have different names; give variants of one model a name each");
        }

        return judged;
    }

    private static bool IsText(string? text) => text is { Length: > 0 and <= TextLengthMax } && !text.Any(char.IsControl);
}

/// <summary>What a route is to be.</summary>
internal sealed record RouteBody(IReadOnlyList<VariantBody?>? Variants);

/// <summary>What a variant is to be.</summary>
internal sealed record VariantBody(string? Name, string? Model, double? Weight, Dictionary<string, string>? NodeLabels);
