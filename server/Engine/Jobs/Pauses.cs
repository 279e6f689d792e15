namespace Holdfast.Engine.Jobs;

/// <summary>How long to wait before something that failed is tried again.</summary>
internal static class Pauses
{
    /// <param name="attempts">How many have failed, from 1: each later pause is twice as long.</param>
    /// <param name="first">The pause after the first.</param>
    /// <param name="longest">No pause is longer.</param>
    internal static TimeSpan After(int attempts, TimeSpan first, TimeSpan longest)
    {
        var pause = first * Math.Pow(2, Math.Min(attempts - 1, 30));
        return pause < longest ? pause : longest;
    }
}
