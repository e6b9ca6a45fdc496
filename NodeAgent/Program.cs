using Aurora.GpuProbes;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(AgentHelp.Text);
    return 0;
}

if (args is [Supervisor.Command, var runDirectory])
{
    return await Supervisor.RunAsync(new RunDirectory(runDirectory));
}

return await RunAgentAsync(args);

// Apart from the supervisor's path, so that a supervisor loads nothing of the host and of Orleans.
static async Task<int> RunAgentAsync(string[] args)
{
    try
    {
        // Settings are read once: to see a file of them change, the host would watch all below the directory that it was started in,
        // and a service is started in the root of the file system.
        var builder = Host.CreateApplicationBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Services.AddAuroraWindowsService(AgentHelp.ServiceName);
        builder.Services.AddAuroraNodeAgent(builder.Configuration);
        await builder.Build().RunAsync();
        return 0;
    }
    catch (Exception e) when (e is AgentSettingException or GpuConfigurationException or InvalidOperationException)
    {
        await WindowsService.ExplainAsync(AgentHelp.ServiceName, e.Message);
        return AgentHelp.ConfigurationExitCode;
    }
}
