using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Projects;

/// <summary>A piece of work, for a customer or for the house itself.</summary>
[Record("solo.project", "solo.projects", ChangedBy = [Roles.Member], CustomFields = true)]
[Unique(nameof(Code))]
[Index(nameof(Customer))]
public sealed class Project : Record
{
    [Text(200, Required = true)]
    public string? Name { get; set; }

    /// <summary>What it is called for short, on documents as well.</summary>
    [Text(20)]
    public string? Code { get; set; }

    /// <summary>For whom; one that is billed needs it once it is active.</summary>
    [Reference<Customer>]
    public Guid? Customer { get; set; }

    [Choice("gray", "red", "pink", "grape", "violet", "indigo", "blue", "cyan", "teal", "green", "lime", "yellow", "orange", Required = true)]
    public string? Colour { get; set; } = "blue";

    [Choice("draft", "active", "completed", "archived", Required = true)]
    [Step("draft", "active")]
    [Step("active", "completed")]
    [Step("completed", "active", "archived")]
    [Step("archived", "completed")]
    public string? State { get; set; } = "draft";

    /// <summary>Whether it is there to be copied. It stays a draft.</summary>
    [Boolean]
    public bool? Template { get; set; }

    [Date]
    public DateOnly? StartsOn { get; set; }

    [Date]
    public DateOnly? EndsOn { get; set; }

    [Choice("hourly", "fixed", "retainer", "none", Required = true)]
    public string? Billing { get; set; } = "hourly";

    /// <summary>The budget in time, in minutes; it has one in time or one in money.</summary>
    [Integer(Min = 0)]
    public long? BudgetMinutes { get; set; }

    /// <summary>What has been used of it. Booked by increments, so that what two people book at once both counts.</summary>
    [Integer(Min = 0)]
    public long? SpentMinutes { get; set; }

    /// <summary>The budget in money.</summary>
    [Money(nameof(Currency))]
    public long? Budget { get; set; }

    /// <summary>What has been used of it.</summary>
    [Money(nameof(Currency))]
    public long? Spent { get; set; }

    [Text(3, Format = TextFormat.Currency)]
    public string? Currency { get; set; }

    /// <summary>At how many percent of the budget people are warned.</summary>
    [Integer(Min = 1, Max = 1000)]
    public long? WarnAt { get; set; } = 80;

    /// <summary>At how many percent they are told that it is used up.</summary>
    [Integer(Min = 1, Max = 1000)]
    public long? AlertAt { get; set; } = 100;

    /// <summary>Which of these two is reached; kept by <see cref="BudgetWatch"/>.</summary>
    [Choice("warn", "alert", ReadOnly = true)]
    public string? BudgetLevel { get; set; }

    [Text(5000, Lines = true)]
    public string? Description { get; set; }

    [TextList(max: 50, maxItems: 50)]
    public IReadOnlyList<string> Tags { get; set; } = [];
}
