using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What holds for every address that there is, so for the next one too.</summary>
public sealed partial class EveryAddressTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Nothing = "0198c0de-0000-7000-8000-000000000001";

    /// <summary>Pages that begin are given a token, and a session that is used has been used.</summary>
    [GeneratedRegex("SET csrf = |SET last_used_at = ")]
    private static partial Regex OfTheSession { get; }

    [GeneratedRegex(@"\b(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|NEXTVAL)\b(?! OF| SKIP)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Writing { get; }

    [Fact]
    [Trait("asvs", "3.5.3")]
    public async Task Nothing_that_only_reads_changes_anything()
    {
        using var person = await server.NewOperatorAsync();
        var workspace = await person.WorkspaceAsync();
        var customer = Guid.CreateVersion7();
        var made = await TestStatements.OfAsync(person, Post($"/api/workspaces/{workspace}/transactions", new { id = Guid.CreateVersion7(), schema = 1, operations = new[] { new { op = "create", type = "solo.customer", id = customer, values = new { name = "Ada" } } } }));
        // The first who asks is what the server makes its first key for.
        await person.GetAsync("/api/.well-known/jwks.json");
        var reached = 0;
        foreach (var endpoint in server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => Takes(endpoint, "GET") && !endpoint.RoutePattern.RawText!.EndsWith("/sync", StringComparison.Ordinal)))
        {
            var path = PathOf(endpoint, workspace, customer);
            var (answer, statements) = await TestStatements.OfAsync(person, new HttpRequestMessage(HttpMethod.Get, path));
            Assert.Empty(statements.Where(statement => Writing.IsMatch(statement) && !OfTheSession.IsMatch(statement)).Select(statement => $"{path}: {statement}"));
            reached += answer.Status == HttpStatusCode.OK && statements.Count > 0 ? 1 : 0;
        }

        Assert.InRange(reached, 15, 1000);
        // What changes something is seen by it.
        Assert.Contains(made.Statements, statement => Writing.IsMatch(statement) && !OfTheSession.IsMatch(statement));
    }

    [Fact]
    [Trait("asvs", "15.3.3")]
    public async Task What_is_not_known_cannot_be_set_anywhere()
    {
        using var person = await server.NewOperatorAsync();
        var workspace = await person.WorkspaceAsync();
        var asked = 0;
        foreach (var endpoint in server.Endpoints.OfType<RouteEndpoint>().Where(TakesBody))
        {
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                using var someone = person.Elsewhere();
                var path = PathOf(endpoint, workspace, Guid.Parse(Nothing));
                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("""{"isOperator":true}""", null, "application/json") };
                var answer = await someone.SendAsync(request);
                Assert.Equal($"{path} 422 field.unknown isOperator", $"{path} {(int)answer.Status} {answer.Code} {answer.Field}");
                asked++;
            }
        }

        Assert.InRange(asked, 15, 1000);
    }

    private static bool Takes(RouteEndpoint endpoint, string method) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true;

    private static bool TakesBody(RouteEndpoint endpoint) => endpoint.Metadata.OfType<MethodInfo>()
        .Any(handler => handler.GetParameters().Any(parameter => parameter.ParameterType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Body<>)));

    private static HttpRequestMessage Post(string path, object body) => new(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body) };

    private static string PathOf(RouteEndpoint endpoint, Guid workspace, Guid record) => string.Concat(endpoint.RoutePattern.PathSegments.Select(segment =>
        "/" + string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart { Name: "workspace" } => $"{workspace}",
            RoutePatternParameterPart { Name: "type" } => "solo.customer",
            RoutePatternParameterPart { Name: "id" } => $"{record}",
            RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content is "long" or "int") => "1",
            _ => Nothing,
        }))));
}
