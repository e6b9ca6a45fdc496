global using Aurora.Client.Abstractions;
global using Aurora.Client.Abstractions.Failures;
global using Aurora.Client.Abstractions.Requests;
global using Aurora.Client.Abstractions.Views;
