using System.Text.Json.Nodes;

namespace Holdfast.Tests.Simulation;

/// <summary>What the simulator found.</summary>
internal sealed class SimulationFailure(string what) : Exception(what);

/// <summary>A transaction of a browser.</summary>
internal sealed class Change(Guid id, JsonArray operations, string about)
{
    public Guid Id => id;

    public JsonArray Operations => operations;

    public string About => about;

    /// <summary>Given when it is first sent; another one only where a restored server knows fewer.</summary>
    public long? Mutation { get; set; }

    public bool InFlight { get; set; }

    /// <summary>Where it was applied, as far as the browser knows.</summary>
    public long? Seq { get; set; }

    public string? Refusal { get; set; }

    public bool IsOpen => Seq is null && Refusal is null;
}

/// <summary>A tab in which a person works: the model in C#, or a page with the engine of the product in it.</summary>
internal abstract class Browser(World world, int number, Person person)
{
    public World World => world;

    public int Number => number;

    public Person Person => person;

    public string Name => $"tab {number} of {person.Name}";

    /// <summary>Under which it has connected; he signs in anew for each connection, so that each can end alone.</summary>
    public Guid Session { get; private set; }

    public Link? Link { get; protected set; }

    /// <summary>Whether it does not want to connect: offline, or told that it may not.</summary>
    public abstract bool IsAway { get; set; }

    public abstract bool IsDismissed { get; }

    /// <summary>Whether nothing in it moves.</summary>
    public virtual bool IsFrozen => false;

    /// <summary>What it was told to change, in this order.</summary>
    public List<Change> Queue { get; } = [];

    /// <summary>The revocations that it has confirmed.</summary>
    public List<Guid> Forgotten { get; } = [];

    public bool WaitsForAll => world.Sabotage == Sabotage.WaitForAll;

    public abstract bool IsDrained { get; }

    /// <summary>What it holds, as the server says it is.</summary>
    public abstract IReadOnlyCollection<Held> Records { get; }

    /// <summary>The person changes something.</summary>
    public abstract void Do(string about, JsonArray operations);

    /// <summary>What it can do by itself next.</summary>
    public abstract IEnumerable<Action> Possible();

    public abstract void Hear(Link link, Message message);

    /// <summary>The connection is gone.</summary>
    public abstract void Lost(Link link);

    protected Link Open(Node node)
    {
        Session = world.NewId();
        return Link = world.Connect(this, node);
    }
}
