#Requires -RunAsAdministrator
<#
.SYNOPSIS
Installs a program of the mesh as a service of Windows, or changes the one that is there: it runs from the machine's start on, without anybody logged in,
and is started again when it fails.
.EXAMPLE
.\Install-AuroraService.ps1 NodeAgent @{ MESH_COORDINATOR_URL = 'ws://10.0.0.1:8001'; AURORA_JOIN_TOKEN = 'aurora_...' }
.EXAMPLE
.\Install-AuroraService.ps1 Coordinator @{ ASPNETCORE_URLS = 'http://0.0.0.0:8001'; AURORA_ADVERTISED_HOST = '10.0.0.1' }
#>
param(
    [Parameter(Mandatory)] [ValidateSet('NodeAgent', 'Coordinator')] [string] $Role,
    # The variables of docs/configuration.md that the program reads.
    [Parameter(Mandatory)] [hashtable] $Settings,
    # The published program.
    [string] $Program = $(if ($Role -eq 'NodeAgent') { "$env:ProgramFiles\Aurora\NodeAgent\Aurora.NodeAgent.exe" } else { "$env:ProgramFiles\Aurora\Silo\Aurora.Silo.exe" })
)
$ErrorActionPreference = 'Stop'
if (-not (Test-Path -LiteralPath $Program)) { throw "$Program is missing: publish it there first, or name it with -Program." }
$name = "Aurora$Role"
$account = "NT SERVICE\$name"
$data = if ($Settings.AURORA_DATA_DIR) { $Settings.AURORA_DATA_DIR } else { "$env:ProgramData\Aurora\$Role" }
$key = "HKLM:\SYSTEM\CurrentControlSet\Services\$name"

function Assert-Ran([string] $What) { if ($LASTEXITCODE -ne 0) { throw "$What ended with exit code $LASTEXITCODE." } }

if (Get-Service -Name $name -ErrorAction SilentlyContinue) {
    Stop-Service -Name $name
    $changed = Get-CimInstance -ClassName Win32_Service -Filter "Name='$name'" | Invoke-CimMethod -MethodName Change -Arguments @{ PathName = "`"$Program`"" }
    if ($changed.ReturnValue -ne 0) { throw "The service $name could not be changed (Win32_Service.Change: $($changed.ReturnValue))." }
} else {
    New-Service -Name $name -BinaryPathName "`"$Program`"" -DisplayName "Aurora GPU Mesh $Role" -StartupType Automatic | Out-Null
}

# An account of the service's own, without a password: it may write to its data and nowhere else.
sc.exe config $name obj= $account | Out-Null
Assert-Ran 'sc.exe config'
New-Item -ItemType Directory -Force -Path $data | Out-Null
icacls.exe $data /inheritance:r /grant:r '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' "${account}:(OI)(CI)M" | Out-Null
Assert-Ran 'icacls.exe'

# Its environment is the service's own, and for SYSTEM and administrators alone, since a token may be in it.
$environment = $Settings.Clone()
$environment.AURORA_DATA_DIR = $data
$acl = Get-Acl -Path $key
$acl.SetSecurityDescriptorSddlForm('D:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)', 'Access')
Set-Acl -Path $key -AclObject $acl
$lines = [string[]] ($environment.Keys | Sort-Object | ForEach-Object { "$_=$($environment[$_])" })
New-ItemProperty -Path $key -Name Environment -PropertyType MultiString -Value $lines -Force | Out-Null

# Again after 5 s, twice, then after a minute each time; also when it stops in order, but unasked.
sc.exe failure $name reset= 86400 actions= restart/5000/restart/5000/restart/60000 | Out-Null
Assert-Ran 'sc.exe failure'
sc.exe failureflag $name 1 | Out-Null
Assert-Ran 'sc.exe failureflag'
if (-not (Test-Path -LiteralPath "HKLM:\SYSTEM\CurrentControlSet\Services\EventLog\Application\$name")) { [Diagnostics.EventLog]::CreateEventSource($name, 'Application') }

Start-Service -Name $name
Write-Output "$name runs."
