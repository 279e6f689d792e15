using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Platform.Comments;

/// <summary>
/// What someone says about a record, whatever its type: all that is said about one is its thread. Whoever may read all records
/// of that type by his role reads it.
/// </summary>
[Record("platform.comment", "platform.comments", ChangedBy = [Roles.Member], ReadByRole = false, Window = 5000)]
[Index(nameof(Topic))]
[Index(nameof(Record))]
public sealed class Comment : Record
{
    /// <summary>The type of the record, such as <c>solo.customer</c>.</summary>
    [Text(100, Required = true)]
    public string? RecordType { get; set; }

    [Reference(Required = true, TypeIn = nameof(RecordType))]
    public Guid? Record { get; set; }

    /// <summary>The key of that type, by which comments are read.</summary>
    [Reference(ReadBy = "topic", From = nameof(RecordType))]
    public Guid? Topic { get; set; }

    /// <summary>The member who says it.</summary>
    [Reference(Required = true)]
    public Guid? Author { get; set; }

    [Text(10_000, Lines = true, Required = true)]
    public string? Text { get; set; }
}

internal static class CommentFailures
{
    internal static readonly FailureCode NotYours = new("comment.not_yours", 403, "Only who wrote a comment changes it.");
    internal static readonly FailureCode Moved = new("comment.moved", 422, "A comment stays with its record.");
}

internal sealed class CommentRules : Rules<Comment>
{
    protected override Failure? Check(Change<Comment> change)
    {
        var (before, after, access) = (change.Before, change.After, change.Access);
        if (change.Fields.Contains("record") || change.Fields.Contains("recordType"))
        {
            // It moves along when its record is merged into another, and back when that is undone; by whomever that is done.
            return change.Fields.Count == 1 && change.IsMoved(after!.RecordType, before!.Record, after.Record) ? null : CommentFailures.Moved.With("Write another one there.", "record");
        }

        // Restored, it comes with the author it had.
        var mayRemove = after is null && access.Role is Roles.Owner or Roles.Admin or Roles.Moderator;
        var isOwn = (before?.Author ?? after!.Author) == access.Member && (after is null || after.Author == access.Member);
        return isOwn || mayRemove || access.Actor.IsSystem ? null : CommentFailures.NotYours.With("Answer with a comment of your own; its author is your own member record.", "author");
    }
}
