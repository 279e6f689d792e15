namespace Holdfast.Platform.Http;

/// <summary>Redis cannot be reached, does not answer in time, or refuses.</summary>
public sealed class RedisException : Exception
{
    public RedisException(string message)
        : base(message)
    {
    }

    public RedisException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
