using System.Collections.Immutable;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Xunit;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>What an entry is to a reader when its record was read later than it was written.</summary>
public sealed class ReaderTests
{
    private static readonly RecordRegistry Registry = new([new RecordRegistration(typeof(Device))], []);
    private static readonly RecordType Devices = Registry.Of<Device>();
    private readonly Guid _his = Guid.CreateVersion7();
    private readonly Guid _theirs = Guid.CreateVersion7();

    [Fact]
    public void A_record_that_has_moved_on_to_others_is_never_sent()
    {
        var reader = NewReader();
        Assert.Equal(View.Nothing, reader.ViewOf(2, Change("create", null, _his, (4, _theirs))));
        Assert.Equal(View.Nothing, reader.ViewOf(2, Change("set", _theirs, _his, (4, _theirs))));
        Assert.Equal(View.Leave, reader.ViewOf(3, Change("set", _his, _his, (4, _theirs))));
        Assert.Equal(View.Leave, reader.ViewOf(4, Change("set", _his, _theirs, (4, _theirs))));
    }

    [Fact]
    public void A_record_that_is_still_his_is_sent_as_it_is_now()
    {
        var reader = NewReader();
        Assert.Equal(View.Enter, reader.ViewOf(2, Change("set", _theirs, _his, (2, _his))));
        Assert.Equal(View.Enter, reader.ViewOf(2, Change("set", _theirs, _his, (4, _his))));
        Assert.Equal(View.Change, reader.ViewOf(3, Change("set", _his, _his, (4, _his))));
    }

    private Reader NewReader()
    {
        var access = new Access(
            new Policy(Registry, []), Actor.Person(Guid.CreateVersion7(), Guid.CreateVersion7()), member: null,
            ImmutableHashSet.Create(Devices.Keys[0].Permission), ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty);
        var reader = new Reader(access.WithKey("party", _his, held: true));
        reader.Scopes[new Scope(Devices)] = 1;
        return reader;
    }

    private static RecordChange Change(string kind, Guid? before, Guid after, (long Version, Guid Party) now) => new(Devices, Guid.CreateVersion7(), kind, 1, "{}", "{}")
    {
        KeysBefore = kind == "create" ? null : [before],
        KeysAfter = [after],
        After = new Device { Party = now.Party, Version = now.Version },
    };
}
