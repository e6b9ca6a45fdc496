#Requires -RunAsAdministrator
<#
.SYNOPSIS
Runs the node agent at every start of this machine, without anybody logged in, and starts it again when it ends.
.EXAMPLE
.\Register-AuroraNodeAgent.ps1 -Coordinator ws://10.0.0.1:8001 -JoinToken aurora_...
#>
param(
    [Parameter(Mandatory)] [string] $Coordinator,
    [string] $JoinToken = '',
    [string] $NodeName = $env:COMPUTERNAME,
    [string] $Folder = "$env:ProgramFiles\Aurora\NodeAgent",
    [string] $DataFolder = "$env:ProgramData\Aurora"
)
$ErrorActionPreference = 'Stop'
$program = Join-Path $Folder 'Aurora.NodeAgent.exe'
if (-not (Test-Path $program)) { throw "$program is missing; publish NodeAgent there first." }

# The agent reads its settings from the environment; these are the machine's.
$settings = @{
    MESH_COORDINATOR_URL = $Coordinator
    AURORA_JOIN_TOKEN    = $JoinToken
    NODE_NAME            = $NodeName
    NODE_ROLE            = 'compute'
    AURORA_DATA_DIR      = $DataFolder
}
foreach ($name in $settings.Keys) { [Environment]::SetEnvironmentVariable($name, $settings[$name], 'Machine') }
New-Item -ItemType Directory -Force $DataFolder | Out-Null

$restart = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -ExecutionTimeLimit ([TimeSpan]::Zero) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName 'AuroraNodeAgent' -Force -User 'NT AUTHORITY\SYSTEM' -RunLevel Highest -Settings $restart `
    -Trigger (New-ScheduledTaskTrigger -AtStartup) -Action (New-ScheduledTaskAction -Execute $program -WorkingDirectory $Folder) | Out-Null
Start-ScheduledTask -TaskName 'AuroraNodeAgent'
Write-Output "AuroraNodeAgent runs and joins $Coordinator as $NodeName."
