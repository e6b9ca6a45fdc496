using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>What a task says beyond its needs, on the way in and on the way out.</summary>
public sealed class ControlsTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task Controls_are_understood_and_are_no_payload()
    {
        Mesh.Tasks["task_a"] = TaskOf("task_a", "running");
        using var answer = await Client.PostAsync(
            "/tasks/submit",
            """
            {"task_type":"test","payload":{"x":1},"timeouts":{"queue_s":60,"run_s":3600.5},"retry":{"on":["oom","oom"],"exit_codes":[75]},
             "after":["task_a",{"task":"task_a","on":"end"}],"labels":{"team":"vision"},"webhook":"https://example.com/hook"}
            """);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var spec = Assert.Single(Mesh.Submitted.Values);
        var controls = spec.Controls!;
        Assert.Equal("""{"payload":{"x":1}}""", spec.Payload);
        Assert.Equal(new TaskTimeouts(QueueS: 60, RunS: 3600.5), controls.Timeouts);
        Assert.Equal([FailureNames.OutOfMemory], controls.RetryOn!);
        Assert.Equal([75], controls.ExitCodes!);
        Assert.Equal([new TaskPrerequisite("task_a", false), new TaskPrerequisite("task_a", true)], controls.After!);
        Assert.Equal("vision", controls.Labels!["team"]);
        Assert.Equal("https://example.com/hook", controls.Webhook);
    }

    [Fact]
    public async Task What_a_turn_depends_on_is_understood()
    {
        using var answer = await Client.PostAsync(
            "/tasks/submit", """{"task_type":"test","tenant":"vision","duration_s":90.5,"deadline":"2026-01-31T18:00:00.5+01:00","on_late":"fail"}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var controls = Assert.Single(Mesh.Submitted.Values).Controls!;
        Assert.Equal("vision", controls.Tenant);
        Assert.Equal(90.5, controls.DurationS);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 17, 0, 0, 500, TimeSpan.Zero), controls.Deadline);
        Assert.True(controls.FailsLate);
    }

    [Fact]
    public async Task A_task_shows_its_tenant_its_duration_and_its_deadline()
    {
        Mesh.Tasks["task_a"] = TaskOf("task_a", "running") with
        {
            SubmittedAt = DateTimeOffset.UnixEpoch,
            Controls = new TaskControls { Tenant = "vision", DurationS = 90, DeadlineS = 3600 },
        };

        var task = await Client.GetStringAsync("/tasks/task_a");

        Assert.Contains("""""tenant":"vision","duration_s":90,"deadline":"1970-01-01T01:00:00+00:00","on_late":"run""""", task);
    }

    [Theory]
    [InlineData("""{"task_type":"test"}""")]
    [InlineData("""{"task_type":"test","timeouts":null,"retry":null,"after":null,"labels":null,"webhook":null}""")]
    public async Task A_task_that_says_nothing_carries_nothing(string body)
    {
        using var answer = await Client.PostAsync("/tasks/submit", body);

        Assert.Null(Assert.Single(Mesh.Submitted.Values).Controls);
    }

    [Fact]
    public async Task A_batch_names_the_task_whose_prerequisite_does_not_exist_and_submits_nothing()
    {
        using var answer = await Client.PostAsync("/tasks/batch", """[{"task_type":"test"},{"task_type":"test","after":["task_nobody"]}]""");

        var problem = await answer.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty("tasks[1].after[0]", out _), problem.GetRawText());
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task Tasks_are_found_by_their_labels()
    {
        foreach (var number in Enumerable.Range(0, 3))
        {
            Mesh.Tasks[$"task_{number}"] = TaskOf($"task_{number}", "running") with
            {
                Controls = new TaskControls { Labels = new Dictionary<string, string> { ["a"] = number == 1 ? "" : "b=c" } },
            };
        }

        Assert.Equal(["task_2", "task_0"], await IdsAsync("label=a%3Db%3Dc"));
        Assert.Equal(["task_0"], await IdsAsync("label=a=b=c&before=task_2&limit=5"));
        Assert.Equal(["task_1"], await IdsAsync("label=a="));

        async Task<IEnumerable<string?>> IdsAsync(string query) =>
            [.. (await (await Client.GetAsync($"/tasks?{query}")).JsonAsync()).GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString())];
    }

    [Fact]
    public async Task A_task_shows_its_controls_as_they_were_sent()
    {
        Mesh.Tasks["task_b"] = TaskOf("task_b", "completed", result: "{}", payload: """{"labels":"of the payload","script":"x.py"}""") with
        {
            Controls = new TaskControls
            {
                Timeouts = new TaskTimeouts(RunS: 60),
                RetryOn = [],
                After = [new TaskPrerequisite("task_a", AnyEnd: true)],
                Labels = new Dictionary<string, string> { ["team"] = "vision" },
                Webhook = "https://example.com/hook",
            },
            Webhook = new WebhookView("failed", 10, "it answered 500"),
        };

        using var answer = await Client.GetAsync("/tasks/task_b");
        var task = await answer.JsonAsync();

        Assert.Equal("""{"run_s":60}""", task.GetProperty("timeouts").GetRawText());
        Assert.Equal("""{"on":[]}""", task.GetProperty("retry").GetRawText());
        Assert.Equal("""[{"task":"task_a","on":"end"}]""", task.GetProperty("after").GetRawText());
        Assert.Equal("""{"team":"vision"}""", task.GetProperty("labels").GetRawText());
        Assert.Equal("""{"url":"https://example.com/hook","state":"failed","attempts":10,"error":"it answered 500"}""", task.GetProperty("webhook").GetRawText());
        Assert.Equal("x.py", task.GetProperty("script").GetString());
    }
}
