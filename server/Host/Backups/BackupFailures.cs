using Holdfast.Engine.Failures;

namespace Holdfast.Host.Backups;

internal static class BackupFailures
{
    internal static readonly FailureCode NoPlace = new("backup.no_place", 409, "The server has no place for backups.");
}
