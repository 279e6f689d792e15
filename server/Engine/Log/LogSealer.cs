using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Holdfast.Engine.Log;

/// <summary>
/// Makes the digests of a workspace's log. The digest of an entry is over the digest of the one before it, its header,
/// and for each change its header and a digest per value; the digest of a value is over its salt and the value. So a
/// value can go, with its salt, and its digest stay in its place: the entry still verifies, and what was there cannot be
/// guessed from the digest. Used by one writer or reader at a time.
/// </summary>
/// <remarks>The values of an entry come in the order of its changes, of a change those of <c>set</c> before those of
/// <c>before</c>, each by name. That is also the order of the salts.</remarks>
internal sealed class LogSealer(Guid workspace)
{
    internal const int SaltSize = 16;
    private const int DigestSize = SHA256.HashSizeInBytes;
    private const string Form = "holdfast.log.1";

    private readonly byte[] _random = new byte[16 * SaltSize];
    private readonly ByteBuffer _entry = new();
    private readonly ByteBuffer _values = new();
    private readonly List<Change> _changes = [];
    private readonly List<Value> _list = [];
    private int _used = int.MaxValue;

    /// <summary>What stands in the place of the digest before the first one.</summary>
    internal static byte[] NoDigest { get; } = new byte[DigestSize];

    /// <summary>The head of a change, as places in the values buffer; the keys, where it names none, are at -1.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Change(int Type, int Id, int Kind, long Previous, int Was, int Is, int Made);

    /// <summary>Where a value stands: its name, and room for the salt with the value behind it.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Value(int Change, bool Before, int Name, int Start, int End, byte[]? Erased);

    /// <summary>The entry with salts and digest.</summary>
    internal StoredEntry Seal(StoredEntry entry, ReadOnlySpan<byte> previous)
    {
        Parse(entry.Changes);
        var salts = new byte[_list.Count * SaltSize];
        for (var i = 0; i < _list.Count; i++)
        {
            if (_list[i].Erased is null)
                NextSalt().CopyTo(salts.AsSpan(i * SaltSize));
        }

        return entry with { Salts = salts, Digest = Digest(entry, salts, previous) };
    }

    /// <summary>The digest of an entry that keeps its salts, where the one before it or the workspace has become another.</summary>
    internal byte[] SealAnew(StoredEntry entry, ReadOnlySpan<byte> previous)
    {
        Parse(entry.Changes);
        return Digest(entry, entry.Salts, previous);
    }

    /// <summary>What is wrong with an entry that has a digest; null where it is as it was written.</summary>
    internal string? Check(StoredEntry entry, ReadOnlySpan<byte> previous)
    {
        try
        {
            Parse(entry.Changes);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return "its changes are not of the form of a log entry";
        }

        if (entry.Salts?.Length != _list.Count * SaltSize)
            return "it has not one salt for each value";
        for (var i = 0; i < _list.Count; i++)
        {
            var value = _list[i];
            if (value.Erased is null)
                continue;
            if (value.Erased.Length != DigestSize || _values.Slice(value.Start + SaltSize, value.End - value.Start - SaltSize) is not [(byte)'n']
                || entry.Salts.AsSpan(i * SaltSize, SaltSize).ContainsAnyExcept((byte)0))
                return $"the erased value of '{Name(value)}' is there again";
        }

        return Digest(entry, entry.Salts, previous).AsSpan().SequenceEqual(entry.Digest) ? null : "its digest does not match what it holds";
    }

    /// <summary>Each value of an entry: where it stands, the place of its salt, and its digest, which is null where the entry has none.</summary>
    internal IReadOnlyList<SealedValue> Values(StoredEntry entry)
    {
        Parse(entry.Changes);
        return [.. _list.Select((value, slot) => new SealedValue(
            value.Change, value.Before ? "before" : "set", Name(value), slot,
            entry.Salts is null ? null : Digest(value, entry.Salts.AsSpan(slot * SaltSize, SaltSize)),
            value.Erased is not null))];
    }

    private byte[] Digest(StoredEntry entry, ReadOnlySpan<byte> salts, ReadOnlySpan<byte> previous)
    {
        _entry.Clear();
        _entry.Raw(previous);
        _entry.Text(Form);
        _entry.Id(workspace);
        _entry.Int64(entry.Seq);
        _entry.Id(entry.TransactionId);
        _entry.Int64(entry.At.UtcTicks);
        _entry.Byte(entry.IsSystem ? (byte)1 : (byte)0);
        _entry.Text(entry.Via);
        _entry.Id(entry.UserId);
        _entry.Id(entry.SessionId);
        _entry.Id(entry.BrowserId);
        _entry.Int64(entry.Mutation);
        _entry.Int64(entry.Cause);
        _entry.Int32(entry.Depth);
        _entry.Int32(entry.Schema);
        CanonicalJson.Write(entry.Erasures ?? "null", _entry);
        // Neither this nor when a record was made was there from the beginning; where they are not, nothing stands for them.
        if (entry.Base is not null)
        {
            _entry.Byte((byte)'B');
            CanonicalJson.Write(entry.Base, _entry);
        }

        _entry.Int32(_changes.Count);
        var next = 0;
        for (var i = 0; i < _changes.Count; i++)
        {
            var change = _changes[i];
            _entry.Text(TextAt(change.Type));
            _entry.Text(TextAt(change.Id));
            _entry.Text(TextAt(change.Kind));
            _entry.Int64(change.Previous);
            _entry.Text(change.Was < 0 ? [] : TextAt(change.Was));
            _entry.Text(change.Is < 0 ? [] : TextAt(change.Is));
            if (change.Made >= 0)
                _entry.Text(TextAt(change.Made));
            for (; next < _list.Count && _list[next].Change == i; next++)
            {
                var value = _list[next];
                _entry.Byte(value.Before ? (byte)'b' : (byte)'s');
                _entry.Text(TextAt(value.Name));
                if (value.Erased is null)
                    Digest(value, salts.Slice(next * SaltSize, SaltSize), _entry.Take(DigestSize));
                else
                    _entry.Raw(value.Erased);
            }

            _entry.Byte((byte)'.');
        }

        return SHA256.HashData(_entry.Written);
    }

    private byte[] Digest(Value value, ReadOnlySpan<byte> salt)
    {
        var digest = new byte[DigestSize];
        Digest(value, salt, digest);
        return digest;
    }

    private void Digest(Value value, ReadOnlySpan<byte> salt, Span<byte> digest)
    {
        salt.CopyTo(_values.Slice(value.Start, SaltSize));
        SHA256.HashData(_values.Slice(value.Start, value.End - value.Start), digest);
    }

    private ReadOnlySpan<byte> NextSalt()
    {
        if (_used >= _random.Length)
        {
            RandomNumberGenerator.Fill(_random);
            _used = 0;
        }

        _used += SaltSize;
        return _random.AsSpan(_used - SaltSize, SaltSize);
    }

    /// <summary>Reads the changes into the lists, the values in their order and in canonical form.</summary>
    private void Parse(ReadOnlySpan<byte> changes)
    {
        _values.Clear();
        _changes.Clear();
        _list.Clear();
        var json = new Utf8JsonReader(changes);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            ParseChange(ref json);
        _list.Sort(Compare);
    }

    private void ParseChange(ref Utf8JsonReader json)
    {
        int type = 0, id = 0, kind = 0, was = -1, @is = -1, made = -1;
        long previous = 0;
        Dictionary<(bool Before, string Name), byte[]>? erased = null;
        var first = _list.Count;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("set"u8))
                ParseValues(ref json, before: false);
            else if (json.ValueTextEquals("before"u8))
                ParseValues(ref json, before: true);
            else if (json.ValueTextEquals("type"u8))
                type = KeepNext(ref json);
            else if (json.ValueTextEquals("id"u8))
                id = KeepNext(ref json);
            else if (json.ValueTextEquals("kind"u8))
                kind = KeepNext(ref json);
            else if (json.ValueTextEquals("previous"u8) && json.Read())
                previous = json.GetInt64();
            else if (json.ValueTextEquals("was"u8))
                was = KeepValue(ref json);
            else if (json.ValueTextEquals("is"u8))
                @is = KeepValue(ref json);
            else if (json.ValueTextEquals("made"u8))
                made = KeepValue(ref json);
            else if (json.ValueTextEquals("erased"u8))
                erased = ParseErased(ref json);
            else
                throw new JsonException($"A change has no '{json.GetString()}'.");
        }

        _changes.Add(new Change(type, id, kind, previous, was, @is, made));
        if (erased is null)
            return;
        for (var i = first; i < _list.Count; i++)
        {
            if (erased.Remove((_list[i].Before, Name(_list[i])), out var digest))
                _list[i] = _list[i] with { Erased = digest };
        }

        if (erased.Count > 0)
            throw new JsonException("An erased value has no place.");
    }

    private void ParseValues(ref Utf8JsonReader json, bool before)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Keep(ref json);
            json.Read();
            var start = _values.Length;
            _values.Take(SaltSize);
            CanonicalJson.Write(ref json, _values);
            _list.Add(new Value(_changes.Count, before, name, start, _values.Length, Erased: null));
        }
    }

    private static Dictionary<(bool Before, string Name), byte[]> ParseErased(ref Utf8JsonReader json)
    {
        var erased = new Dictionary<(bool, string), byte[]>();
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var before = json.ValueTextEquals("before");
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                json.Read();
                erased.Add((before, name), json.TokenType == JsonTokenType.Null ? [] : json.GetBytesFromBase64());
            }
        }

        return erased;
    }

    private int KeepNext(ref Utf8JsonReader json)
    {
        json.Read();
        return Keep(ref json);
    }

    /// <summary>Keeps the string or name that the reader stands on, and says where.</summary>
    private int Keep(ref Utf8JsonReader json)
    {
        var place = _values.Length;
        CanonicalJson.Text(ref json, _values);
        return place;
    }

    /// <summary>Keeps the value that follows, in canonical form, and says where.</summary>
    private int KeepValue(ref Utf8JsonReader json)
    {
        json.Read();
        var place = _values.Length;
        _values.Int32(0);
        CanonicalJson.Write(ref json, _values);
        BinaryPrimitives.WriteInt32BigEndian(_values.Slice(place, 4), _values.Length - place - 4);
        return place;
    }

    private ReadOnlySpan<byte> TextAt(int place) =>
        _values.Slice(place + 4, BinaryPrimitives.ReadInt32BigEndian(_values.Slice(place, 4)));

    private string Name(Value value) => Encoding.UTF8.GetString(TextAt(value.Name));

    private int Compare(Value left, Value right)
    {
        if (left.Change != right.Change)
            return left.Change.CompareTo(right.Change);
        return left.Before != right.Before ? left.Before.CompareTo(right.Before) : TextAt(left.Name).SequenceCompareTo(TextAt(right.Name));
    }
}

/// <summary>One value of an entry.</summary>
/// <param name="Change">The place of its change in the entry.</param>
/// <param name="Side"><c>set</c> or <c>before</c>.</param>
/// <param name="Field">Its name as the log has it.</param>
/// <param name="Slot">The place of its salt.</param>
/// <param name="Digest">Null where the entry has no digests.</param>
/// <param name="IsErased">Whether it is gone.</param>
internal sealed record SealedValue(int Change, string Side, string Field, int Slot, byte[]? Digest, bool IsErased);
