using Aurora.Storage.GroupCommit;
using Npgsql;
using NpgsqlTypes;

namespace Aurora.Storage.Postgres.Statements;

internal sealed class InsertStatement : GroupStatement
{
    // The epochs are read once per statement, not once per row.
    private const string Sql =
        """
        INSERT INTO tasks (
            task_id, task_type, priority, phase, attempt, node_id, node_epoch, gpus, gpu_count, memory_bytes, gpu_type,
            submitted_at, requirements, payload, max_attempts, request_hash, controls, webhook_due, pool,
            tenure, per_hour, on_demand_per_hour)
        SELECT
            task_id, task_type, priority, phase, attempt, node_id, node_epoch, gpus::integer[], gpu_count, memory_bytes, gpu_type,
            submitted_at, requirements, payload, max_attempts, request_hash, controls, webhook_due, pool,
            tenure, per_hour, on_demand_per_hour
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) AS given (
            task_id, task_type, priority, phase, attempt, node_id, node_epoch, gpus, gpu_count, memory_bytes, gpu_type,
            submitted_at, requirements, payload, max_attempts, request_hash, controls, webhook_due, scheduler_epoch, pool,
            tenure, per_hour, on_demand_per_hour)
        WHERE scheduler_epoch = ANY (ARRAY(SELECT epoch FROM schedulers))
        ON CONFLICT (task_id) DO NOTHING
        RETURNING task_id
        """;

    private readonly List<string> _taskId;
    private readonly List<string?> _taskType;
    private readonly List<short> _priority;
    private readonly List<short> _phase;
    private readonly List<int> _attempt;
    private readonly List<string?> _nodeId;
    private readonly List<long> _nodeEpoch;
    private readonly List<string> _gpus;
    private readonly List<int> _gpuCount;
    private readonly List<long> _memoryBytes;
    private readonly List<string?> _gpuType;
    private readonly List<DateTime> _submittedAt;
    private readonly List<string?> _requirements;
    private readonly List<string?> _payload;
    private readonly List<int> _maxAttempts;
    private readonly List<string?> _requestHash;
    private readonly List<string?> _controls;
    private readonly List<DateTime?> _webhookDue;
    private readonly List<long> _schedulerEpoch;
    private readonly List<string?> _pool;
    private readonly PriceColumns _price;

    public InsertStatement()
        : base(Sql)
    {
        _taskId = AddColumn<string>(NpgsqlDbType.Text);
        _taskType = AddColumn<string?>(NpgsqlDbType.Text);
        _priority = AddColumn<short>(NpgsqlDbType.Smallint);
        _phase = AddColumn<short>(NpgsqlDbType.Smallint);
        _attempt = AddColumn<int>(NpgsqlDbType.Integer);
        _nodeId = AddColumn<string?>(NpgsqlDbType.Text);
        _nodeEpoch = AddColumn<long>(NpgsqlDbType.Bigint);
        _gpus = AddColumn<string>(NpgsqlDbType.Text);
        _gpuCount = AddColumn<int>(NpgsqlDbType.Integer);
        _memoryBytes = AddColumn<long>(NpgsqlDbType.Bigint);
        _gpuType = AddColumn<string?>(NpgsqlDbType.Text);
        _submittedAt = AddColumn<DateTime>(NpgsqlDbType.TimestampTz);
        _requirements = AddColumn<string?>(NpgsqlDbType.Text);
        _payload = AddColumn<string?>(NpgsqlDbType.Text);
        _maxAttempts = AddColumn<int>(NpgsqlDbType.Integer);
        _requestHash = AddColumn<string?>(NpgsqlDbType.Text);
        _controls = AddColumn<string?>(NpgsqlDbType.Text);
        _webhookDue = AddColumn<DateTime?>(NpgsqlDbType.TimestampTz);
        _schedulerEpoch = AddColumn<long>(NpgsqlDbType.Bigint);
        _pool = AddColumn<string?>(NpgsqlDbType.Text);
        _price = AddPrice();
    }

    public override async Task ReadAsync(
        NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations, Memory<OperationOutcome> outcomes)
    {
        // An insert cannot return a row's place in the group. Rows come back in the order they went in, without those that
        // existed or were refused; of two with one id the first is the one that was stored.
        var at = 0;
        while (await reader.ReadAsync())
        {
            var taskId = reader.GetString(0);
            while (operations.Span[at].Operation.TaskId != taskId)
            {
                at++;
            }

            outcomes.Span[at++] = new OperationOutcome(true);
        }
    }

    protected override void Add(TaskOperation operation)
    {
        var insert = (TaskOperation.Insert)operation;
        var row = insert.Row;
        _taskId.Add(row.TaskId);
        _taskType.Add(StoredText.Clean(row.TaskType));
        _priority.Add((short)row.Priority);
        _phase.Add((short)row.Phase);
        _attempt.Add(row.Attempt);
        _nodeId.Add(row.NodeId);
        _nodeEpoch.Add(row.NodeEpoch);
        _gpus.Add(GpuArray.Format(row.Gpus));
        _gpuCount.Add(row.GpuCount);
        _memoryBytes.Add(row.MemoryBytes);
        _gpuType.Add(StoredText.Clean(row.GpuType));
        _submittedAt.Add(row.SubmittedAt.UtcDateTime);
        _requirements.Add(StoredText.Clean(row.Requirements));
        _payload.Add(StoredText.Clean(row.Payload));
        _maxAttempts.Add(row.Retry.MaxAttempts);
        _requestHash.Add(row.RequestHash);
        _controls.Add(StoredText.Clean(row.Controls));
        _webhookDue.Add(row.WebhookDue?.UtcDateTime);
        _schedulerEpoch.Add(insert.SchedulerEpoch);
        _pool.Add(row.Pool == TaskRow.DefaultPool ? null : row.Pool);
        _price.Add(insert.Price);
    }
}
