using Microsoft.Extensions.Configuration;

namespace Aurora.Silo.Tests;

public sealed class SiloSettingsTests
{
    [Theory]
    [InlineData("AURORA_TENANTS", "[1]", "AURORA_TENANTS is no JSON object")]
    [InlineData("AURORA_TENANTS", """{"vision":{"weight":0}}""", "AURORA_TENANTS: vision.weight is 0; it must be a number above 0")]
    [InlineData("AURORA_TENANTS", """{"vision":{"gpus_max":"8"}}""", "AURORA_TENANTS: vision.gpus_max is \"8\"; it must be an integer of at least 0")]
    [InlineData("AURORA_TENANTS", """{"vision":{"gpu":1}}""", "AURORA_TENANTS: vision.gpu is not known; there are weight, gpus_max, queued_max")]
    [InlineData("AURORA_QUEUE_PROFILE", "fast", "AURORA_QUEUE_PROFILE is \"fast\"; it must be fair, priority or least-attained")]
    [InlineData("AURORA_QUEUE_MAX", "0", "AURORA_QUEUE_MAX is \"0\"; it must be an integer above 0")]
    [InlineData("AURORA_PREEMPTION", "yes", "AURORA_PREEMPTION is \"yes\"; it must be true or false")]
    [InlineData("AURORA_WAKE_HOOK", "/nowhere/wake", "AURORA_WAKE_HOOK is \"/nowhere/wake\"; it must be the path of a program")]
    public void What_cannot_be_meant_is_refused_by_name(string name, string value, string says)
    {
        var saying = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build();

        var refusal = Assert.Throws<SettingsException>(() => SiloSettings.From(saying));

        Assert.StartsWith(says, StartupFailure.Explain(refusal), StringComparison.Ordinal);
    }
}
