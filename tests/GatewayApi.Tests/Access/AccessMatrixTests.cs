using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Aurora.GatewayApi.Tests.Access;

/// <summary>Every route of the table against every kind of key.</summary>
public sealed class AccessMatrixTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public void Every_route_declares_its_scope() =>
        Assert.All(Routes(), route => Assert.NotNull(route.Metadata.GetMetadata<RouteScope>()));

    [Fact]
    public async Task Every_route_holds_every_key_to_its_scope()
    {
        foreach (var scope in AccessScopes.All)
        {
            AddKey(scope);
        }

        foreach (var route in Routes())
        {
            var wanted = route.Metadata.GetMetadata<RouteScope>()!;
            foreach (var secret in (string?[])[null, "wrong", .. AccessScopes.All])
            {
                var expected = wanted.Scope is null ? null
                    : secret is null or "wrong" ? HttpStatusCode.Unauthorized
                    : wanted.IsMetBy([secret]) ? default(HttpStatusCode?)
                    : HttpStatusCode.Forbidden;
                using var response = await AskAsync(route, secret);
                var what = $"{route.RoutePattern.RawText} with {secret ?? "no key"}: {response.StatusCode}";
                Assert.True(
                    expected is { } refusal
                        ? response.StatusCode == refusal && response.Content.Headers.ContentType?.MediaType == RefusalTypeOf(route)
                        : response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden),
                    what);
            }
        }
    }

    [Fact]
    public async Task A_task_belongs_to_the_tenant_of_its_key_and_another_is_refused()
    {
        AddKey(AccessScopes.Submit);
        Client.DefaultRequestHeaders.Authorization = new("Bearer", AccessScopes.Submit);
        try
        {
            using var own = await Client.PostAsync("/tasks/submit", """{"task_type":"test"}""");
            using var other = await Client.PostAsync("/tasks/batch", """[{"task_type":"test"},{"task_type":"test","tenant":"somebody"}]""");

            Assert.Equal(Mesh.Keys.Single().Name, Assert.Single(Mesh.Submitted.Values).Controls!.Tenant);
            var problem = await other.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
            Assert.True(problem.GetProperty("errors").TryGetProperty("tasks[1].tenant", out _), problem.GetRawText());
        }
        finally
        {
            Client.DefaultRequestHeaders.Authorization = null;
        }
    }

    private static string RefusalTypeOf(RouteEndpoint route) =>
        route.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal) ? "application/json" : "application/problem+json";

    [Theory]
    [InlineData("/mesh/bootstrap", HttpStatusCode.OK)]
    [InlineData("/mesh/status", HttpStatusCode.Unauthorized)]
    public async Task A_secret_in_the_query_counts_only_where_a_node_joins(string path, HttpStatusCode status)
    {
        AddKey(AccessScopes.Join);

        Assert.Equal(status, (await Client.GetAsync($"{path}?token=join")).StatusCode);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_works_until_it_is_revoked()
    {
        using var created = await Client.PostAsync("/access/keys", """{"name":"ops","scopes":["operate"]}""");
        var key = await created.JsonAsync();
        Client.DefaultRequestHeaders.Authorization = new("Bearer", key.GetProperty("secret").GetString());
        try
        {
            var list = await Client.GetStringAsync("/access/keys");
            using var revoked = await Client.DeleteAsync("/access/keys/" + key.GetProperty("key_id").GetString());

            Assert.Equal("""{"keys":[{"key_id":"key-1","name":"ops","scopes":["operate"],"created_at":"1970-01-01T00:00:00+00:00"}]}""", list);
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
            Assert.Empty(Mesh.Keys);
        }
        finally
        {
            Client.DefaultRequestHeaders.Authorization = null;
        }
    }

    [Fact]
    public async Task A_key_has_a_priority_for_tasks_that_do_not_say_theirs()
    {
        using var created = await Client.PostAsync("/access/keys", """{"name":"ops","scopes":["operate"],"default_priority":8}""");
        var key = await created.JsonAsync();
        Client.DefaultRequestHeaders.Authorization = new("Bearer", key.GetProperty("secret").GetString());
        try
        {
            await Client.PostAsync("/tasks/submit", """{"task_type":"test"}""");
            await Client.PostAsync("/tasks/submit", """{"task_type":"test","priority":2}""");
            await Client.PostAsync("/tasks/batch", """[{"task_type":"test"},{"task_type":"test","priority":null}]""");
            await Client.PostAsync("/tasks/submit", """{"task_type":"test","count":2}""");

            Assert.Equal([8, 2, 8, 8, 8, 8], Mesh.SubmittedOrder.Select(id => Mesh.Submitted[id].Priority));
            Assert.Contains("\"default_priority\":8", await Client.GetStringAsync("/access/keys"), StringComparison.Ordinal);
        }
        finally
        {
            Client.DefaultRequestHeaders.Authorization = null;
        }
    }

    [Theory]
    [InlineData("""{"name":"ci","scopes":["submit"]}""", "scopes")]
    [InlineData("""{"name":"ci","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"ci","scopes":["everything"]}""", "scopes")]
    [InlineData("""{"scopes":["operate"]}""", "name")]
    [InlineData("""{"name":"ci","scopes":["operate"],"default_priority":11}""", "default_priority")]
    public async Task A_bad_key_is_refused_and_not_created(string body, string field)
    {
        using var response = await Client.PostAsync("/access/keys", body);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
        Assert.Empty(Mesh.Keys);
    }

    private IEnumerable<RouteEndpoint> Routes() =>
        Gateway.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private void AddKey(string scope) =>
        Mesh.Keys.Add(new AccessKey($"key-{scope}", scope, [scope], SHA256.HashData(Encoding.UTF8.GetBytes(scope)), DateTimeOffset.UnixEpoch));

    private async Task<HttpResponseMessage> AskAsync(RouteEndpoint route, string? secret)
    {
        var path = string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part =>
            part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content
            : part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator ? separator.Content
            : "1"))));
        var method = route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var first, ..] ? first : "GET";
        using var request = new HttpRequestMessage(new HttpMethod(method), "/" + path);
        if (secret is not null)
        {
            request.Headers.Add("X-API-Key", secret);
        }

        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
