namespace Holdfast.Tests.Support;

/// <summary>A folder that is gone after the test. Other users may pass through, as PostgreSQL's must when root runs the tests.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string suffix = "")
    {
        Path = Directory.CreateTempSubdirectory("holdfast-").FullName;
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Inner = System.IO.Path.Combine(Path, suffix);
        Directory.CreateDirectory(Inner);
    }

    /// <summary>The folder with the suffix that was asked for.</summary>
    public string Inner { get; }

    private string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Inner, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
