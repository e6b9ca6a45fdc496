using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary>
/// The script that makes a service of Windows, as <c>aurora join</c> prints it and as <c>deploy/windows</c> has it, run by PowerShell's engine with
/// stand-ins for the commands of Windows that write down how they are called.
/// </summary>
public sealed class WindowsServiceTests
{
    private const string StandIns =
        """
        class FakeAcl { [string] $Sddl; [void] SetSecurityDescriptorSddlForm([string] $sddl, [string] $sections) { $this.Sddl = "$sections $sddl" } }
        $env:ProgramFiles = 'C:\Program Files'
        $env:ProgramData = 'C:\ProgramData'
        function Test-Path($LiteralPath) { $LiteralPath -ne $missing }
        function Get-Service($Name, $ErrorAction) { if ($installed) { $Name } }
        function Stop-Service($Name) { "Stop-Service $Name" | Note }
        function Start-Service($Name) { "Start-Service $Name" | Note }
        function Get-CimInstance($ClassName, $Filter) { "$ClassName $Filter" }
        function Invoke-CimMethod([Parameter(ValueFromPipeline)] $InputObject, $MethodName, $Arguments) { "$InputObject $MethodName $($Arguments.PathName)" | Note; @{ ReturnValue = 0 } }
        function New-Service($Name, $BinaryPathName, $DisplayName, $StartupType) { "New-Service $Name $BinaryPathName $StartupType" | Note }
        function New-Item($ItemType, [switch] $Force, $Path) { "New-Item $ItemType $Path" | Note }
        function Get-Acl($Path) { [FakeAcl]::new() }
        function Set-Acl($Path, $AclObject) { "Set-Acl $Path $($AclObject.Sddl)" | Note }
        function New-ItemProperty($Path, $Name, $PropertyType, $Value, [switch] $Force) { "New-ItemProperty $Path $Name $PropertyType $($Value -join '|')" | Note }
        function Sort-Object { $all = [string[]] @($input); [Array]::Sort($all); $all }
        function sc.exe { "sc.exe $($args -join ' ')" | Note; $global:LASTEXITCODE = if ($args[0] -eq $refused) { 5 } else { 0 } }
        function icacls.exe { "icacls.exe $($args -join ' ')" | Note; $global:LASTEXITCODE = 0 }
        function Note([Parameter(ValueFromPipeline)] $line) { $calls.Add($line) }
        function Write-Output($line) { $line | Note }

        """;

    private static readonly string Script = File.ReadAllText(Path.Combine(Product.Root, "deploy", "windows", "Install-AuroraService.ps1"));

    static WindowsServiceTests() => Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

    [Fact]
    public async Task The_agent_becomes_a_service_that_starts_again_and_whose_token_nobody_else_reads()
    {
        var printed = (await AuroraRun.RunAsync("join", "-s", "http://10.0.0.1:8001", "--token", "it's_secret", "--service", "windows")).Expect(0).Out;

        Assert.Equal(
            [
                "New-Service AuroraNodeAgent \"C:\\Program Files\\Aurora\\NodeAgent\\Aurora.NodeAgent.exe\" Automatic",
                "sc.exe config AuroraNodeAgent obj= NT SERVICE\\AuroraNodeAgent",
                "New-Item Directory C:\\ProgramData\\Aurora\\NodeAgent",
                "icacls.exe C:\\ProgramData\\Aurora\\NodeAgent /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F NT SERVICE\\AuroraNodeAgent:(OI)(CI)M",
                "Set-Acl HKLM:\\SYSTEM\\CurrentControlSet\\Services\\AuroraNodeAgent Access D:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)",
                "New-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\AuroraNodeAgent Environment MultiString AURORA_DATA_DIR=C:\\ProgramData\\Aurora\\NodeAgent|AURORA_JOIN_TOKEN=it's_secret|MESH_COORDINATOR_URL=ws://10.0.0.1:8001|NODE_ROLE=compute",
                "sc.exe failure AuroraNodeAgent reset= 86400 actions= restart/5000/restart/5000/restart/60000",
                "sc.exe failureflag AuroraNodeAgent 1",
                "Start-Service AuroraNodeAgent",
                "AuroraNodeAgent runs.",
            ],
            Run(printed));
    }

    [Fact]
    public void A_coordinator_that_is_installed_is_stopped_changed_and_started()
    {
        var calls = Run($"& {{\n{Script}}} Coordinator @{{ AURORA_DATA_DIR = 'D:\\mesh' }}", ("installed", true));

        Assert.Equal(
            ["Stop-Service AuroraCoordinator", "Win32_Service Name='AuroraCoordinator' Change \"C:\\Program Files\\Aurora\\Silo\\Aurora.Silo.exe\""],
            calls[..2]);
        Assert.DoesNotContain(calls, call => call.StartsWith("New-Service", StringComparison.Ordinal));
        Assert.Contains("New-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\AuroraCoordinator Environment MultiString AURORA_DATA_DIR=D:\\mesh", calls);
        Assert.Equal("Start-Service AuroraCoordinator", calls[^2]);
    }

    [Theory]
    [InlineData("missing", @"C:\Program Files\Aurora\NodeAgent\Aurora.NodeAgent.exe", "Aurora.NodeAgent.exe is missing")]
    [InlineData("refused", "failure", "sc.exe failure ended with exit code 5")]
    public void What_does_not_work_ends_it_before_anything_is_started(string variable, string value, string reason)
    {
        var calls = new List<string>();

        var failure = Assert.ThrowsAny<RuntimeException>(() => Run($"& {{\n{Script}}} NodeAgent @{{}}", calls, (variable, value)));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(calls, call => call.StartsWith("Start-Service", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_role_is_refused() =>
        Assert.Empty(Run($"& {{\n{Script}}} Gateway @{{}}"));

    private static List<string> Run(string script, params (string Name, object Value)[] variables) => Run(script, [], variables);

    private static List<string> Run(string script, List<string> calls, params (string Name, object Value)[] variables)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        runspace.SessionStateProxy.SetVariable("calls", calls);
        foreach (var (name, value) in variables)
        {
            runspace.SessionStateProxy.SetVariable(name, value);
        }

        using var shell = PowerShell.Create(runspace);
        shell.AddScript(StandIns + script).Invoke();
        return calls;
    }
}
