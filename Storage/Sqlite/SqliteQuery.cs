using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Sqlite;

/// <summary>A statement that runs once, with parameters <c>$0</c>, <c>$1</c>, …</summary>
internal static class SqliteQuery
{
    public static List<T> List<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params object[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i}", values[i]);
        }

        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
