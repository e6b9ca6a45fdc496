using System.Globalization;
using Aurora.Scheduling.Lifecycle;

namespace Aurora.Storage;

/// <summary>The conditions of a <see cref="TaskQuery"/> in the SQL of one database, and what its parameters stand for, in order.</summary>
/// <param name="firstParameter">The number of the first one.</param>
/// <param name="tenant">The tenant that a row names.</param>
/// <param name="carries">Whether a row carries the label with a key and a value, both given as parameters.</param>
/// <param name="hasMember">Whether a row of a gang has a member on a node, given as a parameter.</param>
internal sealed class TaskConditions(int firstParameter, string tenant, Func<string, string, string> carries, Func<string, string> hasMember)
{
    private readonly List<string> _conditions = ["true"];
    private readonly List<object> _values = [];

    public IReadOnlyList<object> Values => _values;

    /// <summary>A parameter that stands for a value.</summary>
    public string Bind(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${firstParameter + _values.Count - 1}");
    }

    /// <summary>What an index narrows.</summary>
    public TaskConditions Before(TaskQuery query, string? taskId)
    {
        Add(taskId is not null, () => $"task_id < {Bind(taskId!)}");
        Add(query.IsOfUnended, static () => "completed_at IS NULL");
        Add(query.IsOfControlled, static () => "controls IS NOT NULL");
        return this;
    }

    /// <summary>From an id on.</summary>
    public TaskConditions From(string taskId)
    {
        Add(true, () => $"task_id >= {Bind(taskId)}");
        return this;
    }

    /// <summary>What each row is looked at for.</summary>
    public TaskConditions Matching(TaskQuery query)
    {
        Add(query.Phases.Count > 0, () => $"phase IN ({string.Join(", ", query.Phases.Select(phase => (int)phase))})");
        Add(query.TaskType is not null, () => $"task_type = {Bind(query.TaskType!)}");
        Add(query.NodeId is not null, () => IsOn(Bind(query.NodeId!)));
        Add(query.Tenant is not null, () => $"coalesce({tenant}, '{TaskRow.DefaultTenant}') = {Bind(query.Tenant!)}");
        Add(query.Label is not null, () => carries(Bind(query.Label!.Value.Key), Bind(query.Label.Value.Value)));
        return this;
    }

    private string IsOn(string node) => $"phase <> {(int)TaskPhase.Queued} AND (node_id = {node} OR (members IS NOT NULL AND {hasMember(node)}))";

    public override string ToString() => string.Join(" AND ", _conditions);

    private void Add(bool counts, Func<string> condition)
    {
        if (counts)
        {
            _conditions.Add(condition());
        }
    }
}
