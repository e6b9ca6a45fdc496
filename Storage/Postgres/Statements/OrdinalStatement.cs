using Aurora.Storage.GroupCommit;
using Npgsql;

namespace Aurora.Storage.Postgres.Statements;

/// <summary>A statement whose first returned column is the place, from 1, of each operation that it applied.</summary>
internal abstract class OrdinalStatement(string sql) : GroupStatement(sql)
{
    public override async Task ReadAsync(
        NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations, Memory<OperationOutcome> outcomes)
    {
        while (await reader.ReadAsync())
        {
            outcomes.Span[(int)reader.GetInt64(0) - 1] = Outcome(reader, operations);
        }
    }

    protected virtual OperationOutcome Outcome(NpgsqlDataReader reader, ReadOnlyMemory<QueuedOperation> operations) => new(true);
}
