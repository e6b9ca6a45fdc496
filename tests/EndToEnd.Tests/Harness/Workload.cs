using System.Net;
using System.Text.Json.Nodes;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>Many tasks of mixed priorities, and the account of what became of them.</summary>
internal static class Workload
{
    /// <summary>Submits them one by one; the answer holds every id that was accepted.</summary>
    public static async Task<List<string>> SubmitMixedAsync(MeshClient client, int count, int sleepMilliseconds)
    {
        var ids = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            ids.Add(await client.SubmitForIdAsync(
                $$$"""{"task_type":"test","priority":{{{i % 11}}},"requirements":{"gpu_count":1,"memory_gb":2},"payload":{"number":{{{i}}},"sleep_ms":{{{sleepMilliseconds}}}}}"""));
        }

        Assert.Equal(count, ids.Distinct().Count());
        return ids;
    }

    /// <summary>Submits them in one request.</summary>
    public static async Task<List<string>> SubmitBatchAsync(MeshClient client, int count)
    {
        var tasks = Enumerable.Range(0, count).Select(i => $$$"""{"task_type":"test","priority":{{{i % 11}}},"payload":{"number":{{{i}}}}}""");
        var (status, body) = await client.SendAsync(HttpMethod.Post, "tasks/batch", $"[{string.Join(',', tasks)}]");
        Assert.True(status == HttpStatusCode.OK, $"POST /tasks/batch answered {(int)status}: {body[..Math.Min(body.Length, 2000)]}");
        var answer = JsonNode.Parse(body)!;
        Assert.Equal(count, answer.Number("accepted"));
        var ids = answer.Array("tasks").Select(task => task!.Text("task_id")).ToList();
        Assert.Equal(count, ids.Distinct().Count());
        return ids;
    }

    /// <summary>Waits until nothing is under way, then asserts that each accepted task completed, and that none ended twice.</summary>
    public static async Task AllCompleteOnceAsync(MeshClient client, IReadOnlyCollection<string> ids)
    {
        var status = await client.SeeStatusAsync(
            $"{ids.Count} tasks are completed and none is under way",
            status => status.Number("completed_tasks") >= ids.Count && status.Number("queued_tasks") == 0 && status.Number("active_tasks") == 0);
        Assert.Equal(ids.Count, status.Number("completed_tasks"));
        Assert.Empty((await client.GetAsync("tasks/active")).Object("tasks"));

        var last = (await client.GetAsync("tasks/completed")).Array("tasks").Select(task => task!.Text("task_id")).ToList();
        Assert.Equal(Math.Min(100, ids.Count), last.Count);
        Assert.Equal(last.Count, last.Distinct().Count());
        Assert.Subset(ids.ToHashSet(), last.ToHashSet());
    }

    /// <summary>Reads each task by itself: completed, with a result of the node that it is said to have run on.</summary>
    public static async Task EachHasItsResultAsync(MeshClient client, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            var task = await client.TaskAsync(id);
            Assert.True(task.Text("status") == "completed", $"should be completed: {task.ToJsonString()}");
            Assert.Equal(task.Text("assigned_node"), task.Object("result").Text("node"));
        }
    }
}
