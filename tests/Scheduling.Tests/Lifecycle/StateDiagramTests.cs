using System.Text.RegularExpressions;
using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed partial class StateDiagramTests
{
    [Fact]
    public void The_task_diagram_draws_the_transition_table() =>
        Assert.Equal(
            TaskLifecycle.Transitions.Select(rule => $"{rule.From} --> {rule.To} : {rule.Event}").Order(),
            ArrowsUnder("Task"));

    [Fact]
    public void The_node_diagram_draws_the_transition_table() =>
        Assert.Equal(
            NodeLifecycle.Transitions.Select(rule => $"{rule.From} --> {rule.To} : {rule.Event}").Order(),
            ArrowsUnder("Node"));

    [Fact]
    public void The_document_lists_the_rejections_in_the_order_in_which_they_are_looked_for() =>
        Assert.Equal(
            Enum.GetNames<TaskRejection>(), RejectionRow().Matches(Section("Task")).Select(row => row.Groups[1].Value));

    private static IEnumerable<string> ArrowsUnder(string heading) =>
        Arrow().Matches(Section(heading)).Select(arrow => arrow.Value.Trim()).Order();

    private static string Section(string heading) =>
        Document().Split("\n## ").Single(section => section.StartsWith($"{heading}\n", StringComparison.Ordinal));

    private static string Document()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "docs", "state-machines.md");
            if (File.Exists(file))
            {
                return File.ReadAllText(file);
            }
        }

        throw new FileNotFoundException($"docs/state-machines.md is in no folder above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^ *\w+ --> \w+ : \w+", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"^\| `(\w+)`", RegexOptions.Multiline)]
    private static partial Regex RejectionRow();
}
