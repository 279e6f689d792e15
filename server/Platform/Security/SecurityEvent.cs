using System.Net;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Security;

/// <summary>Something that happened to a person, a session or a right.</summary>
/// <param name="Name">One of <see cref="SecurityEventNames"/>.</param>
public sealed record SecurityEvent(string Name)
{
    /// <summary>Whom it concerns; null where nobody is known.</summary>
    public Guid? User { get; init; }

    /// <summary>Where it happened, so that the admins there read it; null for what is the instance's and the person's own business.</summary>
    public Guid? Workspace { get; init; }

    public Guid? Session { get; init; }

    /// <summary>A few short words to go with it, at most 2,000 bytes in all. No secret, no address, no value of a record.</summary>
    public IReadOnlyDictionary<string, string>? Details { get; init; }

    /// <summary>The neighbourhood of whoever asked.</summary>
    internal IPNetwork? Address { get; init; }

    internal string? Agent { get; init; }

    /// <summary>Who made it happen, to count by.</summary>
    internal string Source { get; init; } = "";

    /// <summary>What a request makes happen: with the caller's neighbourhood and family of programs, and who is signed in, where somebody is.</summary>
    public static SecurityEvent Of(HttpContext context, string name)
    {
        var who = context.Features.Get<SignedIn>();
        return new SecurityEvent(name)
        {
            User = who?.User,
            Session = who?.Session,
            Address = ClientAddress.Neighbourhood(context),
            Agent = AgentFamily.Of(context.Request),
            Source = who is null ? $"{ClientAddress.Caller(context)}" : $"{who.User}",
        };
    }
}
