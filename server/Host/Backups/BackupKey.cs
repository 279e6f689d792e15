using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Transfer;

namespace Holdfast.Host.Backups;

/// <summary>
/// The operator's key. Each object is encrypted with AES-256-GCM under a key of its own, made from this one, a random salt
/// and the object's name: what was altered, cut off or put in another's place does not open.
/// </summary>
internal sealed class BackupKey
{
    private const string Prefix = "holdfast-key-";
    private const int KeySize = 32;
    private const int CheckSize = 4;
    private const int SaltSize = 32;
    private const int TagSize = 16;
    private static readonly byte[] Form = "HFB1"u8.ToArray();

    // Each key encrypts one object, so that the nonce never has to differ.
    private static readonly byte[] Nonce = new byte[12];

    private readonly byte[] _key;

    private BackupKey(byte[] key) => _key = key;

    /// <summary>Tells keys apart and gives nothing away about them.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData([.. "holdfast key id"u8, .. _key]))[..8];

    /// <summary>The line that a key file holds.</summary>
    public string Text => Prefix + Convert.ToHexStringLower([.. _key, .. Check(_key)]);

    /// <summary>The same for what a workspace's file seals.</summary>
    public Envelope ToEnvelope() => new(Id, (name, bytes) => Seal(name, bytes), (name, bytes) => Open(name, bytes));

    /// <summary>Reads the key in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isTheirs">Whether it is to open what was sealed elsewhere, so that a new one would be of no use.</param>
    /// <exception cref="StartException">There is none.</exception>
    public static BackupKey Read(string file, bool isTheirs = false)
    {
        try
        {
            var text = File.ReadAllText(file).Trim();
            var digits = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : "";
            if (digits.Length == 2 * (KeySize + CheckSize) && digits.All(char.IsAsciiHexDigit) && Convert.FromHexString(digits) is var bytes
                && Check(bytes[..KeySize]).AsSpan().SequenceEqual(bytes.AsSpan(KeySize)))
                return new BackupKey(bytes[..KeySize]);
            throw new StartException($"{file} holds no key, or one with a letter wrong. A key is one line that begins with {Prefix}; copy it again, or name its file by --backup-key.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartException(isTheirs
                ? $"There is no key in {file}, and it takes the one of the server that made this. 'backup key' shows it there, as one line: put that line into this file, or name the file that holds it by --backup-key."
                : $"There is no key in {file}. Make one by 'backup key', or name the file of the one you have by --backup-key.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key in {file} cannot be read: {e.Message} Make it readable for user {Environment.UserName}, or name another file by --backup-key.");
        }
    }

    /// <summary>Makes a key at random, in a file that only its owner reads.</summary>
    /// <exception cref="StartException">The file is there, or cannot be written.</exception>
    public static BackupKey Create(string file)
    {
        var key = new BackupKey(RandomNumberGenerator.GetBytes(KeySize));
        try
        {
            DataFolder.Make(Path.GetDirectoryName(file)!);
            using var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            stream.Write(Encoding.ASCII.GetBytes(key.Text + "\n"));
            stream.Flush(flushToDisk: true);
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"No key can be written to {file}: {e.Message} Name another file by --backup-key.");
        }
    }

    /// <summary>Encrypts an object; it opens under the same name only.</summary>
    public byte[] Seal(string name, ReadOnlySpan<byte> plain)
    {
        var bytes = new byte[Form.Length + SaltSize + plain.Length + TagSize];
        Form.CopyTo(bytes, 0);
        var salt = bytes.AsSpan(Form.Length, SaltSize);
        RandomNumberGenerator.Fill(salt);
        using var cipher = Cipher(name, salt);
        cipher.Encrypt(Nonce, plain, bytes.AsSpan(Form.Length + SaltSize, plain.Length), bytes.AsSpan(bytes.Length - TagSize));
        return bytes;
    }

    /// <returns>Null where it is not what was sealed under this name with this key.</returns>
    public byte[]? Open(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Form.Length + SaltSize + TagSize || !bytes[..Form.Length].SequenceEqual(Form))
            return null;
        var plain = new byte[bytes.Length - Form.Length - SaltSize - TagSize];
        using var cipher = Cipher(name, bytes.Slice(Form.Length, SaltSize));
        try
        {
            cipher.Decrypt(Nonce, bytes.Slice(Form.Length + SaltSize, plain.Length), bytes[^TagSize..], plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private AesGcm Cipher(string name, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, key, salt, Encoding.UTF8.GetBytes(name));
        return new AesGcm(key, TagSize);
    }

    private static byte[] Check(byte[] key) => SHA256.HashData([.. "holdfast key check"u8, .. key])[..CheckSize];
}
