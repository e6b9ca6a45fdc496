using System.Diagnostics.Metrics;
using System.Text;
using System.Threading.Channels;
using Aurora.GatewayApi.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>The metric of answer times has apart what takes as long as something else does.</summary>
public sealed class LongLivedRequestTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Theory]
    [InlineData("/tasks/task_counted", "/tasks/{task_id}", false)]
    [InlineData("/tasks/task_counted?wait=1ms", "/tasks/{task_id}", true)]
    [InlineData("/tasks/task_counted/logs", "/tasks/{task_id}/logs", false)]
    [InlineData("/tasks/task_counted/logs?follow=true", "/tasks/{task_id}/logs", true)]
    [InlineData("/tasks/task_counted/events", "/tasks/{task_id}/events", true)]
    [InlineData("/mesh/events", "/mesh/events", true)]
    [InlineData("/mesh/queue", "/mesh/queue", false)]
    public async Task Streams_and_long_polls_are_labelled_and_answers_are_not(string path, string route, bool isLongLived)
    {
        var task = TaskOf("task_counted", "completed");
        Mesh.Tasks[task.TaskId] = task;
        var durations = Channel.CreateUnbounded<(string Route, bool IsLongLived)>();
        using var listener = Listen(durations.Writer);

        (await Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead)).EnsureSuccessStatusCode().Dispose();

        Assert.Equal(isLongLived, await FirstOfAsync(durations.Reader, route));
    }

    [Fact]
    public async Task Inference_takes_as_long_as_its_server_does()
    {
        var durations = Channel.CreateUnbounded<(string Route, bool IsLongLived)>();
        using var listener = Listen(durations.Writer);

        using var answer = await Client.PostAsync("/v1/chat/completions", new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.True(await FirstOfAsync(durations.Reader, "/v1/chat/completions"));
    }

    // Streams of earlier tests end when their connections are found closed.
    private static async Task<bool> FirstOfAsync(ChannelReader<(string Route, bool IsLongLived)> durations, string route)
    {
        var next = await durations.ReadAsync(TestContext.Current.CancellationToken);
        while (next.Route != route)
        {
            next = await durations.ReadAsync(TestContext.Current.CancellationToken);
        }

        return next.IsLongLived;
    }

    private MeterListener Listen(ChannelWriter<(string Route, bool IsLongLived)> durations)
    {
        var meters = Gateway.App.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "http.server.request.duration" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var labels = new Dictionary<string, object?>(tags.ToArray());
            durations.TryWrite((labels.GetValueOrDefault("http.route") as string ?? "", labels.ContainsKey("long_lived")));
        });
        listener.Start();
        return listener;
    }
}
