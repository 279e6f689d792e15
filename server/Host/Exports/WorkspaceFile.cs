using Holdfast.Engine.Transfer;

namespace Holdfast.Host.Exports;

/// <summary>The file of a workspace: whole or not there, and for its owner alone.</summary>
internal static class WorkspaceFile
{
    public const string Unfinished = ".unfinished";

    /// <param name="file">Where.</param>
    /// <param name="replace">Whether what is there already gives way in the end.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">It cannot be written, or is there already.</exception>
    public static async Task<TransferHead> WriteAsync(string file, bool replace, Func<Stream, Task<TransferHead>> write)
    {
        var unfinished = file + Unfinished;
        try
        {
            // A file or a link that somebody has laid there is not written to.
            File.Delete(unfinished);
            TransferHead head;
            await using (var stream = new FileStream(unfinished, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                head = await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, file, replace);
            return head;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
