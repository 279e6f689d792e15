namespace Holdfast.Host;

/// <summary>Where the product lies: the clone that this program was built in.</summary>
internal static class Installation
{
    private const string Landmark = "Holdfast.slnx";

    /// <summary>The nearest folder above the program that holds the solution.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Landmark)))
                return folder.FullName;
        }

        throw new StartException($"No {Landmark} lies above {AppContext.BaseDirectory}. Run the program from the clone that it was built in.");
    }
}
