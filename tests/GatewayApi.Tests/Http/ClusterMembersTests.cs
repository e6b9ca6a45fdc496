using System.Data.Common;
using Aurora.GatewayApi.Hosting;

namespace Aurora.GatewayApi.Tests.Http;

public sealed class ClusterMembersTests
{
    [Theory]
    [InlineData("Host=a,b;Database=d", "primary")]
    [InlineData("Host=a,b;Target Session Attributes=read-write", "read-write")]
    [InlineData("Host=a;Database=d", null)]
    public void Members_are_read_where_they_are_written(string given, string? target)
    {
        var complete = new DbConnectionStringBuilder { ConnectionString = ClusterMembers.ToPrimary(given) };

        Assert.Equal(target, complete.TryGetValue("Target Session Attributes", out var attributes) ? attributes : null);
    }
}
