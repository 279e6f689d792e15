namespace Holdfast.Platform.Identity;

/// <summary>How long a person can think better of it.</summary>
public sealed record DeletionSettings
{
    /// <summary>From when somebody asks to be deleted until he is.</summary>
    public TimeSpan CoolOff { get; init; } = TimeSpan.FromDays(14);
}
