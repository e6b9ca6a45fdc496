using System.Globalization;
using Aurora.Storage.Migrations;
using Microsoft.Data.Sqlite;

namespace Aurora.Storage.Sqlite;

/// <summary>Brings a file to the schema of this release; SQLite keeps the version in the file's header.</summary>
internal static class SqliteSchema
{
    public static int Migrate(SqliteConnection connection)
    {
        var migrations = Migration.For("Sqlite");

        // Takes the write lock before it looks: a neighbour that starts at the same time finds the work done.
        SqliteDatabase.Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            var stored = Version(connection);
            Migration.RequireKnown(stored, migrations);
            foreach (var migration in migrations.Skip(stored))
            {
                SqliteDatabase.Execute(connection, migration.Sql);
            }

            SqliteDatabase.Execute(connection, $"PRAGMA user_version = {migrations.Count}");
            SqliteDatabase.Execute(connection, "COMMIT");
            return migrations.Count - stored;
        }
        catch
        {
            SqliteDatabase.Execute(connection, "ROLLBACK");
            throw;
        }
    }

    private static int Version(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
