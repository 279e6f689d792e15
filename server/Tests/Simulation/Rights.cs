using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Engine.Reading;

namespace Holdfast.Tests.Simulation;

/// <summary>What each person might do after each entry of a log, worked out from the log alone.</summary>
internal sealed class Rights
{
    private readonly List<(Dictionary<Guid, Member> Members, Dictionary<Guid, (Guid Member, Guid Talk)> Parts)> _after = [];
    private readonly Dictionary<(Guid User, int Seq), Access?> _known = [];

    public Rights(IReadOnlyList<LogEntry> log)
    {
        _after.Add(([], []));
        foreach (var entry in log)
        {
            var (members, parts) = (new Dictionary<Guid, Member>(_after[^1].Members), new Dictionary<Guid, (Guid, Guid)>(_after[^1].Parts));
            foreach (var change in entry.Changes)
            {
                using var set = JsonDocument.Parse(change.Set);
                if (change.Type.Class == typeof(Member))
                    Apply(members, change, set.RootElement);
                else if (change.Type.Class == typeof(Participation) && change.Kind == "delete")
                    parts.Remove(change.Id);
                else if (change.Type.Class == typeof(Participation))
                    parts[change.Id] = (set.RootElement.GetProperty("member").GetGuid(), set.RootElement.GetProperty("talk").GetGuid());
            }

            _after.Add((members, parts));
        }
    }

    /// <summary>What a user might do once the entry was written; null where he was no member.</summary>
    public Access? After(Guid user, long seq)
    {
        if (_known.TryGetValue((user, (int)seq), out var known))
            return known;
        var (members, parts) = _after[(int)seq];
        var member = members.Values.FirstOrDefault(member => member.User == user);
        var access = member is null
            ? null
            : Laboratory.Policy.AccessOf(Actor.Person(user, Guid.Empty), member, custom: null, parts.Values.Where(part => part.Member == member.Id).Select(part => ("talk", part.Talk)));
        return _known[(user, (int)seq)] = access;
    }

    private static void Apply(Dictionary<Guid, Member> members, RecordChange change, JsonElement set)
    {
        if (change.Kind == "delete")
        {
            members.Remove(change.Id);
            return;
        }

        var type = change.Type;
        var member = members.TryGetValue(change.Id, out var before) ? before.Copy() : type.New(change.Id);
        foreach (var value in set.EnumerateObject())
        {
            var field = type.Find(value.Name)!;
            _ = field.TryRead(value.Value, out var read);
            field.Set(member, read);
        }

        members[change.Id] = (Member)member;
    }
}
