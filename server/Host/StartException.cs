namespace Holdfast.Host;

/// <summary>Why the product cannot start, and the way out, in words for the person who started it.</summary>
internal sealed class StartException(string message, int exitCode = StartException.Failed) : Exception(message)
{
    public const int Failed = 1;
    public const int WrongSetting = 2;
    public const int AlreadyRunning = 3;

    public int ExitCode { get; } = exitCode;
}
