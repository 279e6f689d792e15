using System.Collections.Frozen;

namespace Holdfast.Apps.Solo;

/// <summary>Which state may follow on which: the lifecycle of a record, as one table.</summary>
internal sealed class Steps(params (string From, string[] To)[] table)
{
    private readonly FrozenDictionary<string, string[]> _next = table.ToFrozenDictionary(row => row.From, row => row.To, StringComparer.Ordinal);

    internal IReadOnlyList<string> States => _next.Keys;

    internal IReadOnlyList<string> From(string state) => _next[state];

    internal bool Allow(string from, string to) => from == to || _next[from].Contains(to);
}
