using System.Net;
using System.Reflection;

namespace Aurora.GatewayApi.Hosting;

/// <summary>What a gateway is told from outside. Every value has a default that serves one machine.</summary>
public sealed class AuroraGatewayOptions
{
    /// <summary>This machine's name in the mesh; <c>NODE_NAME</c>, by default the host name.</summary>
    public string NodeName { get; set; } = Dns.GetHostName();

    /// <summary><c>lead</c> or <c>compute</c>; <c>NODE_ROLE</c>.</summary>
    public string NodeRole { get; set; } = "lead";

    /// <summary>Orleans gateways as <c>host:port</c> to name to agents instead of the cluster's members; <c>AURORA_GATEWAYS</c>.</summary>
    public IReadOnlyList<string> OrleansGateways { get; set; } = [];

    /// <summary>
    /// HTTP addresses of the mesh's other gateways, named to nodes when this one stops; <c>AURORA_OTHER_GATEWAYS</c>.
    /// </summary>
    public IReadOnlyList<Uri> OtherGateways { get; set; } = [];

    /// <summary>Whether <c>/dashboard</c> is mapped. The host must have called <c>AddDashboard</c> on its silo or client.</summary>
    public bool MapDashboard { get; set; } = true;

    /// <summary>Largest body of one submit, in bytes.</summary>
    public int SubmitBytesMax { get; set; } = 256 * 1024;

    /// <summary>Largest body of a batch, in bytes.</summary>
    public int BatchBytesMax { get; set; } = 64 * 1024 * 1024;

    /// <summary>Largest body of one request at <c>/v1</c>, in bytes: a long conversation, some images, a few thousand texts.</summary>
    public int InferenceBytesMax { get; set; } = 8 * 1024 * 1024;

    /// <summary>Where the files of tasks are kept; several gateways of one mesh share it. <c>AURORA_FILES_DIR</c>.</summary>
    public string FilesDirectory { get; set; } = "";

    /// <summary>Largest file of a checkpoint or artifact, in bytes; <c>AURORA_FILE_MB_MAX</c>.</summary>
    public long FileBytesMax { get; set; } = 16L << 30;

    /// <summary>Most bytes that the files of one task take together; <c>AURORA_TASK_FILES_MB_MAX</c>.</summary>
    public long TaskFilesBytesMax { get; set; } = 64L << 30;

    /// <summary>How long a task's files are kept after the last change; <c>AURORA_FILES_KEEP_HOURS</c>.</summary>
    public TimeSpan FilesKept { get; set; } = TimeSpan.FromDays(7);

    /// <summary>What calls of webhooks are signed with; null where there are none. <c>AURORA_WEBHOOK_SECRET</c>, the same on all gateways of one mesh.</summary>
    public byte[]? WebhookSecret { get; set; }

    /// <summary>Whether webhooks may lead to loopback and private addresses; <c>AURORA_WEBHOOKS_PRIVATE</c>.</summary>
    public bool WebhooksMayBePrivate { get; set; }

    /// <summary>Whether a key without the scope operate may name another tenant than its own; <c>AURORA_TENANT_FIELD</c>.</summary>
    public bool TenantsMayBeNamed { get; set; }

    /// <summary>Time between two looks for webhooks that are due.</summary>
    public TimeSpan WebhookInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>About how long the second call of a webhook follows the first.</summary>
    public TimeSpan WebhookFirstDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A token that lets a node of this same process join, whatever keys there are; null where there is none.</summary>
    public string? LocalJoinToken { get; set; }

    /// <summary>How long the keys in force may be remembered.</summary>
    public TimeSpan KeysAgeMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the task types and models that nodes announce may be remembered.</summary>
    public TimeSpan TaskTypesAgeMax { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a health check waits for each answer.</summary>
    public TimeSpan HealthTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The product's version.</summary>
    public static string Version { get; } =
        typeof(AuroraGatewayOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "0.0.0";
}
