using Holdfast.Engine.Records;

namespace Holdfast.Platform.Identity;

/// <summary>What a form that strangers fill in sends.</summary>
internal abstract record FormInput
{
    /// <summary>A field that no person sees: what fills it in is a program.</summary>
    [Text(2000)]
    public string? Subject { get; init; }
}
