using System.Globalization;
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
/// One SQL statement, or a part of one. Written as an interpolated string, of which every hole becomes a numbered
/// parameter: <c>Sql sql = $"SELECT name FROM solo.customers WHERE id = {id}"</c>. Values never enter the text; a hole
/// that holds another <see cref="Sql"/> takes in its text and its parameters.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sql
{
    // Between two literals stands a parameter.
    private readonly List<StringBuilder> _literals = [new()];
    private readonly List<(object? Value, NpgsqlDbType? Type)> _parameters = [];

    public Sql(int literalLength, int formattedCount)
    {
        _literals[0].EnsureCapacity(literalLength);
        _parameters.EnsureCapacity(formattedCount);
    }

    /// <summary>Trusted text without parameters, such as a migration.</summary>
    public static Sql Trusted(string text)
    {
        var sql = new Sql(text.Length, 0);
        sql.AppendLiteral(text);
        return sql;
    }

    /// <summary>The parts, each in parentheses, with <paramref name="word"/> between them; <paramref name="none"/> where there is no part.</summary>
    public static Sql Join(string word, string none, IReadOnlyCollection<Sql> parts)
    {
        if (parts.Count == 0)
            return Trusted(none);
        var sql = new Sql(0, 0);
        foreach (var part in parts)
        {
            sql.AppendLiteral(sql._literals[0].Length == 0 ? "(" : $" {word} (");
            sql.AppendFormatted(part);
            sql.AppendLiteral(")");
        }

        return sql;
    }

    public void AppendLiteral(string text) => _literals[^1].Append(text);

    public void AppendFormatted(SqlName name) => AppendLiteral(name.Text);

    public void AppendFormatted(SqlJson json) => Add(json.Text, NpgsqlDbType.Jsonb);

    public void AppendFormatted(Sql part)
    {
        _literals[^1].Append(part._literals[0]);
        for (var i = 0; i < part._parameters.Count; i++)
        {
            _parameters.Add(part._parameters[i]);
            _literals.Add(new StringBuilder().Append(part._literals[i + 1]));
        }
    }

    public void AppendFormatted<T>(T value) => Add(value, null);

    private void Add(object? value, NpgsqlDbType? type)
    {
        _parameters.Add((value, type));
        _literals.Add(new StringBuilder());
    }

    /// <summary>The text with its numbered parameters, without their values.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(_literals[0]);
        for (var i = 0; i < _parameters.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"${i + 1}").Append(_literals[i + 1]);
        return text.ToString();
    }

    internal NpgsqlBatchCommand ToCommand()
    {
        var command = new NpgsqlBatchCommand(ToString());
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
