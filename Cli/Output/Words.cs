using System.Globalization;

namespace Aurora.Cli.Output;

/// <summary>Numbers as a person reads them.</summary>
internal static class Words
{
    public static string Gb(double? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / (1L << 30):0.#} GB") : "-";

    /// <summary>Of what little a short task costs, the first digits that count.</summary>
    public static string Money(double amount) => amount.ToString(Math.Abs(amount) is > 0 and < 0.01 ? "0.##E+0" : "0.00", CultureInfo.InvariantCulture);

    public static string Percent(double? share) => share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known * 100:0} %") : "-";

    public static string Number(double? value, string unit) => value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0} {unit}") : "-";

    /// <summary>What went wrong on one GPU or several, as <c>xid 79: 1, ecc_corrected: 3</c>; <c>-</c> where that is not known.</summary>
    public static string Errors(IReadOnlyList<MeshGpuError>? errors)
    {
        var counts = from error in errors ?? []
                     group error.Count by error.Xid is { } xid ? $"{error.Kind} {xid}" : error.Kind into kind
                     let count = kind.Sum()
                     where count > 0
                     orderby kind.Key descending
                     select $"{kind.Key}: {count}";
        return errors is null ? "-" : string.Join(", ", counts) is { Length: > 0 } words ? words : "0";
    }

    public static string Ago(DateTimeOffset since) =>
        DateTimeOffset.UtcNow - since is var age && age < TimeSpan.Zero ? "now" : Duration(age);

    public static string Duration(TimeSpan age) =>
        age < TimeSpan.Zero ? "0 s"
            : age.TotalMinutes < 2 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0} s")
            : age.TotalHours < 2 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min")
            : age.TotalDays < 2 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h")
            : string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} d");

    public static string Status(MeshTaskStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>The status that <c>--status</c> names.</summary>
    /// <exception cref="UsageException">There is none of this name.</exception>
    public static MeshTaskStatus StatusOf(string text) =>
        Enum.GetValues<MeshTaskStatus>().Where(status => Status(status) == text).Select(status => (MeshTaskStatus?)status).FirstOrDefault()
        ?? throw new UsageException($"--status must be one of {string.Join(", ", Enum.GetValues<MeshTaskStatus>().Select(Status))}.");
}
