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

    [Theory]
    [InlineData("Host=a,b")]
    [InlineData("Host=a:5432,b:5433;Target Session Attributes=primary")]
    public void Of_several_hosts_the_primary_is_meant(string given)
    {
        foreach (var complete in new[] { PostgresConnectionString.WithDefaults(given), PostgresConnectionString.ToPrimary(given) })
        {
            Assert.Equal("primary", new NpgsqlConnectionStringBuilder(complete).TargetSessionAttributes);
        }
    }

    [Fact]
    public void Several_hosts_may_ask_for_one_that_takes_writes() => Assert.Equal(
        "read-write",
        new NpgsqlConnectionStringBuilder(PostgresConnectionString.WithDefaults("Host=a,b;Target Session Attributes=read-write")).TargetSessionAttributes);

    [Fact]
    public void Several_hosts_and_a_standby_are_refused_with_what_it_must_be()
    {
        var refused = Assert.Throws<ArgumentException>(() => PostgresConnectionString.WithDefaults("Host=a,b;Target Session Attributes=standby"));

        Assert.Contains("Target Session Attributes is \"standby\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_host_stays_as_it_is() => Assert.Equal("Host=a;Username=u", PostgresConnectionString.ToPrimary("Host=a;Username=u"));
}
