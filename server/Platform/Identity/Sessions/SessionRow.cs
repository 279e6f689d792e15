using System.Net;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>A session as it is read for a request, with whose it is.</summary>
internal sealed record SessionRow
{
    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public string Name { get; init; } = "";

    public string Email { get; init; } = "";

    public string Language { get; init; } = "";

    public bool IsVerified { get; init; }

    public DateTime LastUsedAt { get; init; }

    public DateTime IdleExpiresAt { get; init; }

    public DateTime ExpiresAt { get; init; }

    public DateTime? EndedAt { get; init; }

    public DateTime AuthTime { get; init; }

    public string Agent { get; init; } = "";

    public string Address { get; init; } = "";

    public DateTime? MovedAt { get; init; }

    public bool AsksProof { get; init; }

    public bool Renews { get; init; }

    /// <summary>Until when the cookie counts, where it is the one before; null where it is the present one.</summary>
    public DateTime? FormerUntil { get; init; }

    internal SignedIn Who => new(UserId, Id, Name, Email, Language) { ProvenAt = new DateTimeOffset(AuthTime), IsVerified = IsVerified };

    /// <summary>Whether another program or another place uses the cookie than before, and what the settings say to that.</summary>
    internal (WhenMoved When, string Agent, IPNetwork Address)? MoveOf(HttpContext context, SessionSettings settings)
    {
        var (agent, address) = (AgentFamily.Of(context.Request), ClientAddress.Neighbourhood(context));
        var byAgent = agent == Agent ? (WhenMoved?)null : settings.AgentChanges;
        var byAddress = address == IPNetwork.Parse(Address) ? (WhenMoved?)null : settings.AddressChanges;
        if (byAgent is null && byAddress is null)
            return null;
        // The stricter of the two.
        return ((WhenMoved)Math.Max((int)(byAgent ?? WhenMoved.Log), (int)(byAddress ?? WhenMoved.Log)), agent, address);
    }
}
