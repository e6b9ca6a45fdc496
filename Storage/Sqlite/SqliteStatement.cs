using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Sqlite;

/// <summary>A prepared statement with positional parameters, used again for every operation of its kind.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    /// <param name="connection">The statement lives as long as this connection.</param>
    /// <param name="sql">With parameters <c>$0</c>, <c>$1</c>, …</param>
    /// <param name="types">The parameters' types, in order.</param>
    public SqliteStatement(SqliteConnection connection, string sql, params SqliteType[] types)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (var i = 0; i < types.Length; i++)
        {
            _command.Parameters.Add($"${i}", types[i]);
        }

        _command.Prepare();
    }

    public SqliteStatement Set(int parameter, string? value)
    {
        _command.Parameters[parameter].Value = value is null ? DBNull.Value : value;
        return this;
    }

    public SqliteStatement Set(int parameter, long? value)
    {
        _command.Parameters[parameter].Value = value is null ? DBNull.Value : value.Value;
        return this;
    }

    public SqliteStatement SetReal(int parameter, double value)
    {
        _command.Parameters[parameter].Value = value;
        return this;
    }

    /// <summary>True when a row was changed.</summary>
    public bool Execute() => _command.ExecuteNonQuery() > 0;

    public SqliteDataReader Read() => _command.ExecuteReader();

    public void Dispose() => _command.Dispose();
}
