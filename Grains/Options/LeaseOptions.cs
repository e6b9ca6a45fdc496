using Microsoft.Extensions.Options;

namespace Aurora.Grains.Options;

/// <summary>How a silent node is noticed.</summary>
public sealed class LeaseOptions
{
    /// <summary>How often a node renews its lease. Default: 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a node gets no new work. Default: 4 s.</summary>
    public TimeSpan SuspectAfter { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Silence after which a node's attempts move to other nodes. Default: 10 s.</summary>
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a node whose connection closed may take to come back with its attempts. Default: 3.5 s.</summary>
    public TimeSpan ReconnectGrace { get; set; } = TimeSpan.FromSeconds(3.5);

    /// <summary>How long nothing is moved when more than half of the nodes vanish at once. Default: 5 min.</summary>
    public TimeSpan MassLossHold { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The same for those that are missing when more than half of the nodes broke off and are back. Default: 60 s.</summary>
    public TimeSpan MassReturnHold { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often a scheduler looks in the store for tasks that it does not know. Default: 5 min. Nothing is known to need it; it bounds how
    /// long a fault that nobody thought of can hide a task.
    /// </summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(5);

    internal sealed class Validator : IValidateOptions<LeaseOptions>
    {
        public ValidateOptionsResult Validate(string? name, LeaseOptions options) =>
            options.HeartbeatInterval > TimeSpan.Zero
            && options.HeartbeatInterval < options.SuspectAfter
            && options.SuspectAfter < options.LostAfter
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    "LeaseOptions: HeartbeatInterval, SuspectAfter and LostAfter must be positive and in ascending order.");
    }
}
