using Aurora.Scheduling.Cost;
using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

/// <summary>
/// All operations of one kind in one statement: the operations become one array per column, which the server unnests. The
/// command and its columns are reused from group to group.
/// </summary>
internal abstract class GroupStatement
{
    private readonly List<IColumn> _columns = [];

    protected GroupStatement(string sql) => Command = new NpgsqlBatchCommand(sql);

    private interface IColumn
    {
        void Clear();
    }

    public NpgsqlBatchCommand Command { get; }

    /// <summary>Fills the columns from operations of this kind, sorted by task id.</summary>
    public void Bind(ReadOnlySpan<QueuedOperation> operations)
    {
        foreach (ref readonly var operation in operations)
        {
            Add(operation.Operation);
        }
    }

    /// <summary>Reads what the statement returned into the operations' outcomes; unmentioned operations were not applied.</summary>
    public abstract Task ReadAsync(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations, Memory<OperationOutcome> outcomes);

    /// <summary>Lets go of the group's texts.</summary>
    public void Clear()
    {
        foreach (var column in _columns)
        {
            column.Clear();
        }
    }

    protected abstract void Add(TaskOperation operation);

    /// <summary>The next array parameter, in the order of the statement's <c>$n</c>.</summary>
    protected List<T> AddColumn<T>(NpgsqlDbType type)
    {
        var values = new List<T>(GroupCommitLane.GroupSize);
        Command.Parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        _columns.Add(new Column<T>(values));
        return values;
    }

    /// <summary>True where the epoch that a given row needs, if any, is a scheduler's. The epochs are read once per statement, not once per row.</summary>
    protected static string Leads(string given) =>
        $"({given}.needed_epoch IS NULL OR {given}.needed_epoch = ANY (ARRAY(SELECT epoch FROM schedulers)))";

    /// <summary>The next three parameters: tenure, price for an hour, and price for an hour on demand.</summary>
    protected PriceColumns AddPrice() => new(
        AddColumn<short>(NpgsqlDbType.Smallint), AddColumn<double>(NpgsqlDbType.Double), AddColumn<double>(NpgsqlDbType.Double));

    protected sealed record PriceColumns(List<short> Tenure, List<double> PerHour, List<double> OnDemandPerHour)
    {
        public void Add(AttemptPrice price)
        {
            Tenure.Add((short)price.Tenure);
            PerHour.Add(price.PerHour);
            OnDemandPerHour.Add(price.OnDemandPerHour);
        }
    }

    private sealed record Column<T>(List<T> Values) : IColumn
    {
        public void Clear() => Values.Clear();
    }
}
