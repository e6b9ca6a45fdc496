using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(AgentHelp.Text);
    return 0;
}

try
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.Logging.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss ";
    });
    builder.Services.AddAuroraNodeAgent(builder.Configuration);
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception e) when (e is AgentSettingException or GpuConfigurationException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return AgentHelp.ConfigurationExitCode;
}
