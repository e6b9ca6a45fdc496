using System.Globalization;
using System.Text.RegularExpressions;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GpuProbes;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Executors.Scripts.Runners;
using Microsoft.Extensions.Configuration;

namespace Aurora.Silo.Tests;

/// <summary>The configuration reference says of every variable what the options are when nobody sets it.</summary>
public sealed partial class ConfigurationPageTests
{
    private const string Tests = "Tests";

    /// <summary>Defaults that depend on the machine, or are the absence of something: the page says them in words.</summary>
    private static readonly string[] InWords =
    [
        "AURORA_DATA_DIR", "AURORA_FILES_DIR", "AURORA_ADVERTISED_HOST", "AURORA_GATEWAYS", "NODE_NAME", "AURORA_MAX_PARALLEL", "AURORA_GPUS", "AURORA_NVML_PATH", "AURORA_NODE_ADDRESS",
        "AURORA_BACKENDS", "AURORA_BACKEND_PARALLEL", "AURORA_SCRIPTS_DIR", "AURORA_SCRIPT_ENGINE", "AURORA_SCRIPT_MEMORY_MB_MAX", "AURORA_SERVER",
    ];

    [Fact]
    public void A_default_that_the_page_names_is_the_one_that_the_options_have()
    {
        var defaults = Defaults();

        foreach (var (_, variable, text) in ConfigurationPage.Rows.Where(row => row.Section != Tests && Literal().IsMatch(row.Default)))
        {
            Assert.True(defaults.TryGetValue(variable, out var value), $"{variable} has a default of {text} on the page; this test must know where the options have it");
            Assert.Equal($"{variable} {value}", $"{variable} {text.Trim('`')}");
        }
    }

    [Fact]
    public void A_variable_that_is_none_on_the_page_is_none_in_the_options()
    {
        var defaults = Defaults();

        foreach (var (_, variable, _) in ConfigurationPage.Rows.Where(row => row.Default.StartsWith("none", StringComparison.Ordinal)))
        {
            Assert.True(defaults.TryGetValue(variable, out var value), $"{variable} is none on the page; this test must know where the options have it");
            Assert.Equal($"{variable} ", $"{variable} {value}");
        }
    }

    [Fact]
    public void Every_other_variable_has_its_default_in_words()
    {
        var described = ConfigurationPage.Rows.Where(row => row.Section != Tests && !Literal().IsMatch(row.Default) && !row.Default.StartsWith("none", StringComparison.Ordinal)).ToList();

        Assert.All(described, row => Assert.NotEmpty(row.Default));
        Assert.Equal(InWords.Order(StringComparer.Ordinal), described.Select(row => row.Variable).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_option_that_this_test_knows_is_on_the_page() =>
        Assert.Empty(Defaults().Keys.Except(ConfigurationPage.Rows.Select(row => row.Variable)));

    /// <summary>What each variable comes to when nothing is set, as the page writes it; null for nothing.</summary>
    private static Dictionary<string, string?> Defaults()
    {
        var nothing = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["AURORA_DATA_DIR"] = Path.GetTempPath() }).Build();
        var silo = SiloSettings.From(nothing);

        // The wait for a woken node counts only where there is a program that wakes one; any file will do.
        var waking = SiloSettings.From(new ConfigurationBuilder().AddConfiguration(nothing)
            .AddInMemoryCollection(new Dictionary<string, string?> { ["AURORA_WAKE_HOOK"] = typeof(SiloSettings).Assembly.Location }).Build());
        var gateway = new AuroraGatewayOptions();
        GatewayEnvironment.Read(nothing, gateway);
        var agent = NodeAgentOptions.From(nothing);
        var executors = ExecutorOptions.FromEnvironment(nothing);
        var probes = GpuProbeOptions.FromEnvironment(_ => null);
        var (scripts, runner) = (executors.Scripts, executors.Scripts.Runner);
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_URLS"] = GatewayHosting.DefaultUrl,
            ["ConnectionStrings__Aurora"] = silo.Postgres,
            ["AURORA_FILE_MB_MAX"] = Number(gateway.FileBytesMax >> 20),
            ["AURORA_TASK_FILES_MB_MAX"] = Number(gateway.TaskFilesBytesMax >> 20),
            ["AURORA_FILES_KEEP_HOURS"] = Number(gateway.FilesKept.TotalHours),
            ["AURORA_WEBHOOK_SECRET"] = gateway.WebhookSecret is null ? null : "a secret",
            ["AURORA_TENANT_FIELD"] = Flag(gateway.TenantsMayBeNamed),
            ["AURORA_WEBHOOKS_PRIVATE"] = Flag(gateway.WebhooksMayBePrivate),
            ["AURORA_LOCAL_NODE"] = Flag(silo.LocalNode),
            ["AURORA_SILO_PORT"] = Number(silo.SiloPort),
            ["AURORA_GATEWAY_PORT"] = Number(silo.GatewayPort),
            ["AURORA_ALLOW_ANONYMOUS"] = Flag(ListenGuard.Refuse(["http://0.0.0.0:8001"], hasKeys: false, nothing[ListenGuard.AllowAnonymousVariable]) is null),
            ["AURORA_OTHER_GATEWAYS"] = gateway.OtherGateways.Count == 0 ? null : "gateways",
            ["AURORA_PLACEMENT_PROFILE"] = Word(silo.Planner.Profile),
            ["AURORA_QUEUE_PROFILE"] = Word(silo.Planner.Queue),
            ["AURORA_BUDGET_PER_DAY"] = silo.Planner.Budget.PerDay?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_BUDGET_PER_MONTH"] = silo.Planner.Budget.PerMonth?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_TENANTS"] = silo.Planner.Tenants.Count == 0 ? null : "tenants",
            ["AURORA_QUEUE_MAX"] = Number(silo.Planner.QueuedMax),
            ["AURORA_RESERVE_AFTER_S"] = Number(silo.Planner.ReserveAfter.TotalSeconds),
            ["AURORA_FIRST_TOKEN_TARGET_S"] = silo.Planner.FirstTokenWithin?.ToString(),
            ["AURORA_OWNED_OVERBOOKING"] = silo.Planner.OwnedOverbooking?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_RENT_AT_ONCE"] = Flag(silo.Planner.RentsAtOnce),
            ["AURORA_PREEMPTION"] = Flag(silo.Planner.Preemption),
            ["AURORA_TASK_PROFILES"] = Flag(silo.Planner.TasksMayChooseProfile),
            ["AURORA_WAKE_HOOK"] = silo.Hooks.Wake,
            ["AURORA_WAKE_WAIT_S"] = Number(waking.Planner.WakeWait.TotalSeconds),
            ["AURORA_RELEASE_HOOK"] = silo.Hooks.Release,
            ["AURORA_RELEASE_AFTER_S"] = Number(silo.Hooks.ReleaseAfter.TotalSeconds),
            ["NODE_ROLE"] = gateway.NodeRole,
            ["MESH_COORDINATOR_URL"] = string.Join(',', agent.Coordinators.Select(address => address.ToString().TrimEnd('/'))),
            ["AURORA_JOIN_TOKEN"] = agent.JoinToken,
            ["AURORA_TRANSPORT"] = Word(agent.Transport),
            ["AURORA_LABELS"] = agent.Labels.Count == 0 ? null : "labels",
            ["AURORA_POOLS"] = string.Join(',', agent.Pools),
            ["AURORA_TENURE"] = agent.Tenure,
            ["AURORA_PRICE_PER_HOUR"] = agent.PricePerHour?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_WATTS"] = agent.PricePerHour?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_PRICE_PER_KWH"] = agent.PricePerHour?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_INTERRUPTIONS_PER_HOUR"] = agent.InterruptionsPerHour?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_ON_DEMAND_PRICE_PER_HOUR"] = agent.OnDemandPricePerHour?.ToString(CultureInfo.InvariantCulture),
            ["GPU_ENABLED"] = Flag(probes.Enabled),
            ["AURORA_ON_DISCONNECT"] = scripts.EndsWithLease ? "kill" : "continue",
            ["AURORA_BACKEND_PREFILL_TPS"] = executors.Backends.PrefillTokensPerSecond?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_BACKEND_DECODE_TPS"] = executors.Backends.DecodeTokensPerSecond?.ToString(CultureInfo.InvariantCulture),
            ["AURORA_BACKEND_PROBE_S"] = Number(executors.Backends.ProbeInterval.TotalSeconds),
            ["AURORA_INFERENCE_TIMEOUT_S"] = Number(executors.Backends.TimeLimit.TotalSeconds),
            ["AURORA_ALLOW_SCRIPTS"] = Word(scripts.Policy),
            ["AURORA_SCRIPT_RUNNER"] = Word(runner.Kind),
            ["AURORA_SCRIPT_IMAGE"] = runner.Image,
            ["AURORA_SCRIPT_NETWORK"] = runner.HasNetwork ? "host" : "none",
            ["AURORA_SCRIPT_READ_DIRS"] = runner.ReadDirectories.Count == 0 ? null : "directories",
            ["AURORA_SCRIPT_USER"] = $"{UnixUser.Nobody.Id}:{UnixUser.Nobody.Group}",
            ["AURORA_SCRIPT_PROCESSES_MAX"] = Number(runner.ProcessesMax),
            ["AURORA_SCRIPT_TIMEOUT_S"] = Number(scripts.TimeLimit.TotalSeconds),
            ["AURORA_SCRIPT_TIMEOUT_MAX_S"] = Number(scripts.TimeLimitMax.TotalSeconds),
            ["AURORA_SCRIPT_START_S"] = Number(scripts.StartLimit.TotalSeconds),
            ["AURORA_SCRIPT_GRACE_S"] = Number(scripts.KillGrace.TotalSeconds),
            ["AURORA_WORK_KEEP_HOURS"] = Number(scripts.OutputRetention.TotalHours),
            ["AURORA_CHECKPOINT_EVERY_S"] = Number(scripts.CheckpointInterval.TotalSeconds),
            ["AURORA_UPLOAD_PATIENCE_S"] = Number(scripts.UploadPatience.TotalSeconds),
            ["AURORA_TEST_MEMORY_MB_MAX"] = Number(executors.TestMemoryMbMax),
            ["AURORA_API_KEY"] = null,
        };
    }

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool flag) => flag ? "true" : "false";

    private static string Word<T>(T word)
        where T : struct, Enum => word.ToString().ToLowerInvariant();

    [GeneratedRegex("^`[^`]+`$")]
    private static partial Regex Literal();
}
