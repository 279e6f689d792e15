using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Holdfast.Engine.Storage;

/// <summary>A name that comes from our own code or metadata, never from input, and goes into a statement as it is.</summary>
public readonly record struct SqlName(string Text);

/// <summary>A JSON document passed as one <c>jsonb</c> parameter.</summary>
public readonly record struct SqlJson(string Text);

/// <summary>
/// One SQL statement. Written as an interpolated string, of which every hole becomes a numbered parameter:
/// <c>Sql sql = $"SELECT name FROM solo.customers WHERE id = {id}"</c>. Values never enter the text.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sql
{
    private readonly StringBuilder _text;
    private readonly List<(object? Value, NpgsqlDbType? Type)> _parameters;

    public Sql(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (3 * formattedCount));
        _parameters = new List<(object?, NpgsqlDbType?)>(formattedCount);
    }

    /// <summary>Trusted text without parameters, such as a migration.</summary>
    public static Sql Trusted(string text)
    {
        var sql = new Sql(text.Length, 0);
        sql._text.Append(text);
        return sql;
    }

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(SqlName name) => _text.Append(name.Text);

    public void AppendFormatted(SqlJson json) => Add(json.Text, NpgsqlDbType.Jsonb);

    public void AppendFormatted<T>(T value) => Add(value, null);

    private void Add(object? value, NpgsqlDbType? type)
    {
        _parameters.Add((value, type));
        _text.Append('$').Append(_parameters.Count);
    }

    internal NpgsqlBatchCommand ToCommand()
    {
        var command = new NpgsqlBatchCommand(_text.ToString());
        foreach (var (value, type) in _parameters)
        {
            var parameter = new NpgsqlParameter { Value = value ?? DBNull.Value };
            if (type is { } known)
                parameter.NpgsqlDbType = known;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
