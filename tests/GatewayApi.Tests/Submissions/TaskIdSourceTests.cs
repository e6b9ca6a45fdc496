using Aurora.GatewayApi.Submissions;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.GatewayApi.Tests.Submissions;

public sealed class TaskIdSourceTests
{
    [Fact]
    public void Ids_sort_in_the_order_they_were_made_even_when_the_clock_stands_still()
    {
        var ids = new TaskIdSource(new FakeTimeProvider());

        var made = Enumerable.Range(0, 20_000).Select(_ => ids.Next()).ToList();

        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.Equal(made.Count, made.Distinct().Count());
    }

    [Fact]
    public void An_id_is_a_version_7_uuid_of_the_present_time()
    {
        var now = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

        var uuid = Guid.ParseExact(new TaskIdSource(new FakeTimeProvider(now)).Next()["task_".Length..], "N");

        Assert.Equal((7, 8), (uuid.Version, uuid.Variant & 0xC));
        Assert.Equal(now.ToUnixTimeMilliseconds(), Convert.ToInt64(uuid.ToString("N")[..12], 16));
    }

    [Fact]
    public void Ids_made_at_once_by_many_are_all_different()
    {
        var ids = new TaskIdSource(TimeProvider.System);

        var made = Enumerable.Range(0, 10_000).AsParallel().Select(_ => ids.Next()).ToList();

        Assert.Equal(made.Count, made.Distinct().Count());
    }
}
