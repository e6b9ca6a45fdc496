global using System.CommandLine;
global using Aurora.Cli.Output;
global using Aurora.Client.Abstractions;
global using Aurora.Client.Abstractions.Failures;
global using Aurora.Client.Abstractions.Views;
global using Aurora.Client.Http;
