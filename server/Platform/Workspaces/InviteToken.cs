using System.Buffers.Text;
using System.Security.Cryptography;

namespace Holdfast.Platform.Workspaces;

/// <summary>What a token says of its invite: where it is, and what to find it by. Opens nothing.</summary>
public sealed record InviteKey(Guid Workspace, byte[] Hash);

/// <summary>
/// What stands behind the # of an invite link, where no server logs it: the workspace, so that the invite is looked
/// for in it alone, and 256 random bits.
/// </summary>
public static class InviteToken
{
    /// <summary>In characters.</summary>
    public const int Length = 64;

    private const int SecretBytes = 32;
    private const int WorkspaceBytes = 16;

    internal static (string Token, byte[] Hash) New(Guid workspace)
    {
        Span<byte> bytes = stackalloc byte[WorkspaceBytes + SecretBytes];
        workspace.TryWriteBytes(bytes, bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes[WorkspaceBytes..]);
        return (Base64Url.EncodeToString(bytes), SHA256.HashData(bytes));
    }

    /// <returns>Null for what cannot be a token.</returns>
    internal static InviteKey? Read(string token)
    {
        Span<byte> bytes = stackalloc byte[WorkspaceBytes + SecretBytes];
        return token.Length == Length && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var length) && length == bytes.Length
            ? new InviteKey(new Guid(bytes[..WorkspaceBytes], bigEndian: true), SHA256.HashData(bytes))
            : null;
    }
}
