using Aurora.Storage.Postgres;
using Npgsql;

namespace Aurora.Storage.Tests;

public sealed class PostgresConnectionStringTests
{
    [Fact]
    public void What_is_left_open_fails_fast()
    {
        var builder = new NpgsqlConnectionStringBuilder(PostgresConnectionString.WithDefaults("Host=h"));

        Assert.Equal((16, 2, 3), (builder.MaxPoolSize, builder.Timeout, builder.CommandTimeout));
    }

    [Fact]
    public void What_is_given_stays()
    {
        var builder = new NpgsqlConnectionStringBuilder(
            PostgresConnectionString.WithDefaults("Host=h;Maximum Pool Size=4;Timeout=9;Command Timeout=8;Application Name=mine"));

        Assert.Equal((4, 9, 8, "mine"), (builder.MaxPoolSize, builder.Timeout, builder.CommandTimeout, builder.ApplicationName));
    }
}
