using Holdfast.Engine.Failures;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Identity;

/// <summary>An attempt at a password that counts already. Whoever checks the password says what came of it.</summary>
public sealed class Attempt
{
    private readonly ILimitStore? _limits;
    private readonly IReadOnlyList<Draw> _taken = [];
    private readonly Draw _mark;

    internal Attempt(Failure? refused, Failure? locked) => (Refused, Locked) = (refused, locked);

    internal Attempt(ILimitStore limits, IReadOnlyList<Draw> taken, Draw mark) => (_limits, _taken, _mark) = (limits, taken, mark);

    /// <summary>To be answered at once: too much comes from the client's address. It tells of no account.</summary>
    public Failure? Refused { get; }

    /// <summary>
    /// To be answered after the password was checked, whatever came of that: so it takes as long as any other attempt. Nobody
    /// learns from it whether the account exists, or the password was right.
    /// </summary>
    public Failure? Locked { get; }

    /// <summary>The password was right.</summary>
    public Task SucceedAsync() => _limits!.GiveBackAsync(forget: true, [.. _taken, _mark]);

    /// <summary>The password was not checked, for want of room.</summary>
    public Task TakeBackAsync() => _limits?.GiveBackAsync(forget: false, _taken) ?? Task.CompletedTask;
}
