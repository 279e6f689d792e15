using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Host.Backups;

/// <summary>A file, or a folder, that goes into a pack.</summary>
/// <param name="Path">Its path in the backup; a folder's ends with a slash.</param>
/// <param name="Open">Opens the file; null where it is gone.</param>
internal sealed record PackedFile(string Path, Func<SafeFileHandle?> Open);

/// <summary>Files as a sequence of packs of a few megabytes, each of which can be unpacked without the others.</summary>
internal static class FilePacks
{
    /// <summary>How much is compressed and encrypted at once; two are under way at a time.</summary>
    public const int PackSize = 8 << 20;
    public const int AtOnce = 2;

    private const int Folder = -1;
    private const int HeaderSize = 2 + 8 + 4;

    /// <summary>Packs files while they may change: what they lose or gain meanwhile, PostgreSQL's log restores.</summary>
    /// <exception cref="StartException">A file is not to be opened; the message says why.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Pack(IEnumerable<PackedFile> files)
    {
        var pack = new byte[PackSize];
        var used = 0;
        foreach (var (path, open) in files)
        {
            var name = Encoding.UTF8.GetBytes(path);
            if (used + HeaderSize + name.Length >= PackSize)
                yield return Take();
            if (path.EndsWith('/'))
            {
                Header(name, 0, Folder);
                continue;
            }

            using var file = Open(path, open);
            if (file is null)
                continue;
            var length = RandomAccess.GetLength(file);
            long offset = 0;
            do
            {
                if (used + HeaderSize + name.Length >= PackSize)
                    yield return Take();
                var header = used;
                Header(name, offset, 0);
                var room = (int)Math.Min(PackSize - used, length - offset);
                var read = RandomAccess.Read(file, pack.AsSpan(used, room), offset);
                BinaryPrimitives.WriteInt32LittleEndian(pack.AsSpan(header + 2 + name.Length + 8), read);
                used += read;
                offset += read;
                if (read == 0)
                    break;
            }
            while (offset < length);
        }

        if (used > 0)
            yield return Take();

        ReadOnlyMemory<byte> Take()
        {
            var full = pack.AsMemory(0, used);
            (pack, used) = (new byte[PackSize], 0);
            return full;
        }

        void Header(byte[] name, long offset, int length)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(pack.AsSpan(used), (ushort)name.Length);
            name.CopyTo(pack.AsSpan(used + 2));
            BinaryPrimitives.WriteInt64LittleEndian(pack.AsSpan(used + 2 + name.Length), offset);
            BinaryPrimitives.WriteInt32LittleEndian(pack.AsSpan(used + 2 + name.Length + 8), length);
            used += HeaderSize + name.Length;
        }
    }

    /// <summary>Writes what is in a pack below a folder.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="own">Given each file and folder that it makes.</param>
    /// <exception cref="IOException">A path leads out of the folder.</exception>
    public static void Unpack(ReadOnlySpan<byte> pack, string folder, Action<SafeFileHandle> own)
    {
        while (pack.Length > 0)
        {
            var nameSize = BinaryPrimitives.ReadUInt16LittleEndian(pack);
            var name = Encoding.UTF8.GetString(pack.Slice(2, nameSize));
            if (name.StartsWith('/') || name.Split('/').Contains(".."))
                throw new IOException($"A file of the backup would come to lie outside its folder, at {name}.");
            var path = Path.Combine(folder, name);
            var offset = BinaryPrimitives.ReadInt64LittleEndian(pack[(2 + nameSize)..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(pack[(2 + nameSize + 8)..]);
            pack = pack[(HeaderSize + nameSize)..];
            if (length == Folder)
            {
                MakeFolder(path, own);
                continue;
            }

            MakeFolder(Path.GetDirectoryName(path)!, own);
            using var file = Open(path);
            own(file);
            RandomAccess.Write(file, pack[..length], offset);
            pack = pack[length..];
        }
    }

    /// <summary>Makes a folder that only its owner enters, and those above it.</summary>
    public static void MakeFolder(string path, Action<SafeFileHandle> own)
    {
        path = path.TrimEnd('/');
        if (Directory.Exists(path))
            return;
        MakeFolder(Path.GetDirectoryName(path)!, own);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var opened = Posix.OpenFolder(path) ?? throw new IOException($"{path} is not a folder.");
        own(opened);
    }

    /// <summary>Opens a file to write to, and makes it where it is not there.</summary>
    public static SafeFileHandle Open(string path)
    {
        using var made = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        return File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
    }

    private static SafeFileHandle? Open(string path, Func<SafeFileHandle?> open)
    {
        try
        {
            return open();
        }
        catch (IOException e)
        {
            throw new StartException($"{path} is not to be copied: {e.Message}");
        }
    }
}
