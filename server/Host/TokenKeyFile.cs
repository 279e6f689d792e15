using System.Security.Cryptography;
using Holdfast.Platform.Identity;

namespace Holdfast.Host;

/// <summary>Where the key lies that tokens are made with: one line of hexadecimal digits, in a file that only its owner reads.</summary>
internal static class TokenKeyFile
{
    /// <summary>Reads it, or makes it where there is none.</summary>
    /// <exception cref="StartException">It can be neither read nor made, or is not a key.</exception>
    public static TokenKey Take(string file)
    {
        try
        {
            if (!File.Exists(file))
                Make(file);
            var text = File.ReadAllText(file).Trim();
            return text.Length == 2 * TokenKey.Size && text.All(char.IsAsciiHexDigit)
                ? new TokenKey(Convert.FromHexString(text))
                : throw new StartException($"{file} holds no key of tokens: that is one line of {2 * TokenKey.Size} hexadecimal digits. Put the right file there, or take this one away: a new one is made, and all tokens end.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key of tokens in {file} cannot be used: {e.Message} Make it readable for user {Environment.UserName}, or name another file by --token-key.");
        }
    }

    private static void Make(string file)
    {
        // Whole or not at all: what a start that was cut off left half written would be no key.
        var writing = $"{file}.new";
        File.Delete(writing);
        using (var stream = new FileStream(writing, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenKey.Size)) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(writing, file, overwrite: false);
    }
}
