using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>A wait for a task ends well whatever happens to those who serve it.</summary>
public sealed class WaitTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task A_wait_goes_on_while_the_mesh_moves_and_ends_with_the_task()
    {
        Mesh.Tasks["task_1"] = TaskOf("task_1", "assigned");
        var calls = 0;
        Mesh.Wait = taskId =>
        {
            if (++calls == 1)
            {
                throw new MeshUnavailableException("The silo is gone.");
            }

            Mesh.Tasks[taskId] = TaskOf(taskId, "completed", result: "1");
            return Task.FromResult<TaskView?>(Mesh.Tasks[taskId]);
        };

        var task = await (await Client.GetAsync("/tasks/task_1?wait=30s")).JsonAsync();

        Assert.Equal(("completed", 2), (task.GetProperty("status").GetString(), calls));
    }

    [Fact]
    public async Task Whoever_waits_is_told_how_the_task_stands_when_the_gateway_stops()
    {
        await using var own = new GatewayFixture();
        await own.InitializeAsync();
        var waiting = new TaskCompletionSource();
        var silence = new TaskCompletionSource<TaskView?>();
        own.Mesh.Tasks["task_1"] = TaskOf("task_1", "assigned");
        own.Mesh.Wait = _ =>
        {
            waiting.TrySetResult();
            return silence.Task;
        };

        var answer = own.Client.GetAsync("/tasks/task_1?wait=60s");
        await waiting.Task;
        own.App.Lifetime.StopApplication();

        using var response = await answer.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("assigned", (await response.JsonAsync()).GetProperty("status").GetString());
        silence.SetResult(null);
    }
}
