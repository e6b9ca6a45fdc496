global using Aurora.Client.Abstractions;
global using Aurora.Client.Abstractions.Requests;
global using Microsoft.Extensions.AI;
global using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
