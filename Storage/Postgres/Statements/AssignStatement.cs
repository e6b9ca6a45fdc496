using Aurora.Scheduling.Lifecycle;
using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class AssignStatement : OrdinalStatement
{
    private const string Sql =
        """
        UPDATE tasks AS t
        SET phase = 1, attempt = a.attempt, node_id = a.node_id, node_epoch = a.node_epoch, gpus = a.gpus::integer[],
            started_at = NULL, not_before = NULL,
            tenure = a.tenure, per_hour = a.per_hour, on_demand_per_hour = a.on_demand_per_hour
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY
            AS a (task_id, attempt, node_id, node_epoch, gpus, scheduler_epoch, tenure, per_hour, on_demand_per_hour, place)
        WHERE t.task_id = a.task_id AND t.phase = 0 AND t.attempt = a.attempt - 1
            AND a.scheduler_epoch = ANY (ARRAY(SELECT epoch FROM schedulers))
        RETURNING a.place, t.task_type, t.priority, t.gpu_count, t.memory_bytes, t.gpu_type, t.submitted_at, t.requirements, t.payload,
            t.failures, t.losses, t.max_attempts, t.memory_floor, t.controls, t.crashes
        """;

    private readonly List<string> _taskId;
    private readonly List<int> _attempt;
    private readonly List<string> _nodeId;
    private readonly List<long> _nodeEpoch;
    private readonly List<string> _gpus;
    private readonly List<long> _schedulerEpoch;
    private readonly PriceColumns _price;

    public AssignStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _nodeId = AddColumn<string>(NpgsqlDbType.Text);
        _nodeEpoch = AddColumn<long>(NpgsqlDbType.Bigint);
        _gpus = AddColumn<string>(NpgsqlDbType.Text);
        _schedulerEpoch = AddColumn<long>(NpgsqlDbType.Bigint);
        _price = AddPrice();
    }

    protected override OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations)
    {
        var assign = (TaskOperation.Assign)operations.Span[(int)reader.GetInt64(0) - 1].Operation;
        return new OperationOutcome(true, new TaskRow
        {
            TaskId = assign.TaskId,
            TaskType = reader.GetString(1),
            Priority = reader.GetInt16(2),
            Phase = TaskPhase.Assigned,
            Attempt = assign.Attempt,
            NodeId = assign.NodeId,
            NodeEpoch = assign.NodeEpoch,
            Gpus = assign.Gpus,
            GpuCount = reader.GetInt32(3),
            MemoryBytes = reader.GetInt64(4),
            GpuType = PostgresTaskRow.Text(reader, 5),
            SubmittedAt = PostgresTaskRow.Time(reader, 6),
            Requirements = PostgresTaskRow.Text(reader, 7),
            Payload = PostgresTaskRow.Text(reader, 8),
            Retry = new RetryState(reader.GetInt32(9), reader.GetInt32(10), reader.GetInt32(11))
            {
                MemoryFloor = reader.GetInt64(12),
                Crashes = reader.GetInt32(14),
            },
            Controls = PostgresTaskRow.Text(reader, 13),
        });
    }

    protected override void Add(TaskOperation operation)
    {
        var assign = (TaskOperation.Assign)operation;
        _taskId.Add(assign.TaskId);
        _attempt.Add(assign.Attempt);
        _nodeId.Add(assign.NodeId);
        _nodeEpoch.Add(assign.NodeEpoch);
        _gpus.Add(GpuArray.Format(assign.Gpus));
        _schedulerEpoch.Add(assign.SchedulerEpoch);
        _price.Add(assign.Price);
    }
}
