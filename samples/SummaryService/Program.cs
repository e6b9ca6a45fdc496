using System.Text.Json.Nodes;
using Aurora.Client.Abstractions;
using Aurora.Client.Abstractions.Requests;
using Microsoft.Extensions.AI;

// A service that gives its slow work to a mesh: answers that are wanted now are chats, what may take its time is a task.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuroraHttpMesh(builder.Configuration.GetSection("Aurora"));
builder.Services.AddAuroraChatClient(builder.Configuration["Model"] ?? "llama3");
builder.Services.AddHealthChecks().AddAuroraMesh();
var app = builder.Build();

app.MapHealthChecks("/health");

// As it is written, word by word.
app.MapPost("/summaries/now", (Text text, IChatClient chat, CancellationToken cancellation) =>
    chat.GetStreamingResponseAsync($"Summarize: {text.Content}", cancellationToken: cancellation).Select(piece => piece.Text));

// Many at once: each text is a task of one group, and a lost node costs nothing but time.
app.MapPost("/summaries", async (Text[] texts, IAuroraMesh mesh, CancellationToken cancellation) =>
{
    var tasks = await mesh.SubmitBatchAsync([.. texts.Select(text => new TestRequest { Payload = new JsonObject { ["text"] = text.Content } })], cancellationToken: cancellation);
    return Results.Accepted($"/summaries/{tasks[0].Submission!.GroupId}", new { group = tasks[0].Submission!.GroupId });
});

app.MapGet("/summaries/{group}", async (string group, IAuroraMesh mesh, CancellationToken cancellation) =>
    await mesh.WaitGroupAsync(group, TimeSpan.FromSeconds(30), cancellation) is { } found
        ? Results.Ok(new { found.Progress, results = await mesh.ReadGroupAsync(group, cancellationToken: cancellation).ToListAsync(cancellation) })
        : Results.NotFound());

app.Run();

/// <summary>What is to be summarized.</summary>
internal sealed record Text(string Content);
