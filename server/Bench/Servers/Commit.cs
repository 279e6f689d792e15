using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Sockets;
using Npgsql;

namespace Holdfast.Bench.Servers;

/// <summary>
/// What one durable commit costs on the product's PostgreSQL: a row as long as an entry of the log, inserted in a
/// transaction of its own, at the pace of the writes. This program does it when it is started in this role.
/// </summary>
internal static class Commit
{
    internal const string Role = "commit";

    private const int EntryBytes = 400;

    internal static async Task<Pace.Run> MeasureAsync(Product product, int commits, int perSecond, CancellationToken cancel)
    {
        var said = await Machine.AskOnServerCoreAsync([Role, product.Superuser, $"{commits}", $"{perSecond}"], cancel);
        var times = said.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(time => double.Parse(time, CultureInfo.InvariantCulture)).ToList();
        return new Pace.Run(times.Median(), times.Percentile(0.99));
    }

    internal static async Task ServeAsync(string connection, int commits, int perSecond)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var open = await source.OpenConnectionAsync();
        await using (var table = new NpgsqlCommand("DROP TABLE IF EXISTS public.commits; CREATE TABLE public.commits (id uuid PRIMARY KEY, changes jsonb NOT NULL)", open))
            await table.ExecuteNonQueryAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO public.commits VALUES ($1, $2::jsonb)", open);
        insert.Parameters.Add(new NpgsqlParameter<Guid>());
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Mark.Object(0, EntryBytes) });
        await insert.PrepareAsync();
        var times = new List<double>();
        await Pace.KeepAsync(commits, perSecond, async (_, due) =>
        {
            ((NpgsqlParameter<Guid>)insert.Parameters[0]).TypedValue = Guid.CreateVersion7();
            await insert.ExecuteNonQueryAsync();
            times.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
        }, CancellationToken.None);
        await Console.Out.WriteLineAsync(string.Join(' ', times.Select(time => time.ToString(CultureInfo.InvariantCulture))));
    }
}
