using Aurora.Scheduling.Planning;
using Microsoft.Extensions.Configuration;

namespace Aurora.Silo.Tests;

public sealed class ProfileSettingsTests
{
    [Fact]
    public void The_mesh_has_one_profile_and_single_pools_may_have_another()
    {
        var (mesh, pools) = ProfileSettings.Queue(Saying("AURORA_QUEUE_PROFILE", "priority, train:Least-Attained"));

        Assert.Equal(QueueProfile.Priority, mesh);
        Assert.Equal(QueueProfile.LeastAttained, Assert.Single(pools).Value);
        var settings = new PlannerSettings { Queue = mesh, PoolQueues = pools };
        Assert.Equal((QueueProfile.LeastAttained, QueueProfile.Priority), (settings.Of("train").Queue, settings.Of("other").Queue));
        Assert.Equal((PlacementProfile.Balanced, "pack"), (ProfileSettings.Placement(Saying("x", "")).Mesh, Placement("train:pack")));
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("fair,priority")]
    [InlineData("train:fair,train:priority")]
    [InlineData("a b:fair")]
    public void What_cannot_be_meant_is_refused_by_name(string text)
    {
        var refusal = Assert.Throws<SettingsException>(() => ProfileSettings.Queue(Saying("AURORA_QUEUE_PROFILE", text)));

        Assert.StartsWith($"AURORA_QUEUE_PROFILE is \"{text}\"; it must be fair, priority or least-attained", refusal.Message, StringComparison.Ordinal);
    }

    private static string Placement(string text) =>
        Assert.Single(ProfileSettings.Placement(Saying("AURORA_PLACEMENT_PROFILE", text)).Pools).Value.ToString().ToLowerInvariant();

    private static IConfiguration Saying(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build();
}
