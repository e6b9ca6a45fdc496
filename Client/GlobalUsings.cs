global using Aurora.Client.Abstractions;
global using Aurora.Client.Abstractions.Failures;
global using Aurora.Client.Abstractions.Views;
global using Aurora.Grains.Interfaces;
