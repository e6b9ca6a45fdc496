using System.Globalization;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora costs</c></summary>
internal static class CostsCommand
{
    private static readonly string[] Keys = ["day", "node", "tenant", "task_type", "tenure", "pool"];

    public static Command Create()
    {
        var by = new Option<string>("--by") { Description = $"A line for each {string.Join(", ", Keys[..^1])} or {Keys[^1]}.", DefaultValueFactory = _ => Keys[0] };
        by.AcceptOnlyFromAmong(Keys);
        var from = DayOption("--from", "The first day, in UTC; 30 days by default.");
        var to = DayOption("--to", "The last day, in UTC, which is included; today by default.");
        var command = new Command("costs", "What ended attempts cost, and what renting such machines would have cost.") { by, from, to };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var costs = await mesh.GetCostsAsync(parsed.GetRequiredValue(by), parsed.GetValue(from), parsed.GetValue(to), cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print(costs, Json.Default.MeshCosts);
                return ExitCode.Ok;
            }

            var table = new Table(costs.By.ToUpperInvariant(), "AMOUNT", "ON DEMAND", "HOURS", "ATTEMPTS");
            foreach (var part in costs.Parts)
            {
                Add(table, part.Name.Length == 0 ? "default" : part.Name, part.Cost);
            }

            Add(table, "rented", costs.Rented);
            Add(table, "total", costs.Total);
            await Console.Out.WriteAsync(table.ToString());
            return ExitCode.Ok;
        });
        return command;
    }

    private static Option<DateOnly?> DayOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return day;
            }

            result.AddError($"{name} must be a day such as 2026-01-31.");
            return null;
        },
    };

    private static void Add(Table table, string name, CostSum cost) => table.Add(
        name, Words.Money(cost.Amount), Words.Money(cost.OnDemand), cost.Hours.ToString("0.####", CultureInfo.InvariantCulture), cost.Attempts.ToString(CultureInfo.InvariantCulture));
}
