namespace Aurora.NodeAgent.Agent;

/// <summary>What <c>--help</c> prints.</summary>
internal static class AgentHelp
{
    /// <summary>EX_CONFIG of sysexits.h: something in the configuration has to change first.</summary>
    public const int ConfigurationExitCode = 78;

    /// <summary>The agent among the services of Windows.</summary>
    public const string ServiceName = "AuroraNodeAgent";

    public const string Text =
        """
        Aurora node agent: joins this machine's GPUs to a mesh.

          MESH_COORDINATOR_URL=ws://10.0.0.1:8001 dotnet run --project NodeAgent

        Options (each may also be an environment variable; docs/configuration.md has them all):
          --simulate N            join N simulated nodes instead of this machine; they say so in their facts
          --gpus LIST             GPU of each simulated node in turn, TYPE:GB,…  (RTX 4090:24,A40:48,M3 Max:24)
          --name-prefix NAME      simulated nodes are NAME-1, NAME-2, …  (sim)
          --labels LIST           labels that tasks may ask for, key=value,…
          --max-parallel N        attempts at once on each node

        Environment:
          NODE_NAME               this machine's name in the mesh (the host name)
          MESH_COORDINATOR_URL    ws://, wss://, http:// or https:// address of the mesh (http://127.0.0.1:8001)
          AURORA_JOIN_TOKEN       join token, where the mesh asks for one
          AURORA_TRANSPORT        auto, orleans or websocket (auto)
          GPU_ENABLED=false       join as CPU only
          AURORA_GPUS             GPUs stated instead of detected: [{"type":"RTX 4090","memory_gb":24}]
          AURORA_ALLOW_SCRIPTS    off, allowlist or any (off)
        """;
}
