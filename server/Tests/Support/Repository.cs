namespace Holdfast.Tests.Support;

/// <summary>The folder of the clone that the tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Holdfast.Host.Installation.Find();
}
