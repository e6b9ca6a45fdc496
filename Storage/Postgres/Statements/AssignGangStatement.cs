using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

/// <summary>Apart from <see cref="AssignStatement"/>, so that tasks of one node pay nothing for it.</summary>
internal sealed class AssignGangStatement : OrdinalStatement
{
    private const string Sql =
        $"""
        UPDATE tasks AS t
        SET phase = 1, attempt = a.attempt, node_id = a.node_id, node_epoch = a.node_epoch, gpus = a.gpus::integer[],
            started_at = NULL, not_before = NULL, members = a.members, members_open = a.members_open,
            tenure = a.tenure, per_hour = a.per_hour, on_demand_per_hour = a.on_demand_per_hour
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) WITH ORDINALITY
            AS a (task_id, attempt, node_id, node_epoch, gpus, members, members_open, scheduler_epoch, tenure, per_hour, on_demand_per_hour, place)
        WHERE t.task_id = a.task_id AND t.phase = 0 AND t.attempt = a.attempt - 1
            AND a.scheduler_epoch = ANY (ARRAY(SELECT epoch FROM schedulers))
        RETURNING a.place, {PostgresTaskRow.Columns}, {PostgresTaskRow.Texts}
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<string> _nodeId;
    private readonly List<long> _nodeEpoch;
    private readonly List<string> _gpus;
    private readonly List<string> _members;
    private readonly List<long> _membersOpen;
    private readonly List<long> _schedulerEpoch;
    private readonly PriceColumns _price;

    public AssignGangStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _nodeId = AddColumn<string>(NpgsqlDbType.Text);
        _nodeEpoch = AddColumn<long>(NpgsqlDbType.Bigint);
        _gpus = AddColumn<string>(NpgsqlDbType.Text);
        _members = AddColumn<string>(NpgsqlDbType.Text);
        _membersOpen = AddColumn<long>(NpgsqlDbType.Bigint);
        _schedulerEpoch = AddColumn<long>(NpgsqlDbType.Bigint);
        _price = AddPrice();
    }

    protected override OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations) =>
        new(true, PostgresTaskRow.Read(reader, first: 1));

    protected override void Add(TaskOperation operation)
    {
        var assign = (TaskOperation.AssignGang)operation;
        var lead = assign.Members[0];
        _taskId.Add(assign.TaskId);
        _attempt.Add(assign.Attempt);
        _nodeId.Add(lead.NodeId);
        _nodeEpoch.Add(lead.NodeEpoch);
        _gpus.Add(GpuArray.Format(lead.Gpus));
        _members.Add(GangText.Format(assign.Members));
        _membersOpen.Add(GangText.AllOpen(assign.Members.Count));
        _schedulerEpoch.Add(assign.SchedulerEpoch);
        _price.Add(assign.Price);
    }
}
