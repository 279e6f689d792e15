namespace Holdfast.Platform.Mail;

/// <summary>A mail to one person, in the words of a template.</summary>
/// <param name="Template">One of <see cref="MailTemplates"/>.</param>
/// <param name="Language">A language tag (BCP 47); English where there are no words in it.</param>
/// <param name="To">The address, as the person wrote it.</param>
/// <param name="Values">
/// What the words have holes for. Not the name of whoever reads it: who broke into an account chooses that, and would speak to its owner
/// in our mail. No secrets: it waits in the database.
/// </param>
public sealed record Message(string Template, string Language, string To, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>One whose words have no holes.</summary>
    public static Message Plain(string template, string language, string to) => new(template, language, to, new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>By which the other side can tell a repetition.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();
}
