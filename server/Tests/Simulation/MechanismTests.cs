using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// The simulator's own control: with one mechanism gone, by a forged statement or in the model, it finds that something
/// is wrong. What is still found after all are gone would be luck.
/// </summary>
public sealed class MechanismTests(TestCluster cluster)
{
    private const int Seeds = 60;

    private static readonly IReadOnlyList<Step> Collisions = Often(new Step(Deed.Make, 0, 0, 5), new Step(Deed.Make, 1, 0, 5), new Step(Deed.Make, 3, 0, 50));

    [Fact]
    public Task Without_the_lock_of_a_workspace_entries_collide() => FindsAsync("record.not_unique", Collisions, spoil: Unlock);

    [Fact]
    public Task With_rights_from_a_cache_that_lags_someone_writes_after_his_right_was_taken() => FindsAsync("might not", [], spoil: (laboratory, _) =>
    {
        // Each member as he was before his last change.
        laboratory.Run("""
            CREATE TABLE access.memberz (LIKE access.members INCLUDING ALL);
            GRANT SELECT ON access.memberz TO PUBLIC;
            CREATE FUNCTION access.lag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
              IF TG_OP = 'INSERT' THEN
                INSERT INTO access.memberz VALUES (NEW.*);
              ELSE
                DELETE FROM access.memberz WHERE workspace_id = OLD.workspace_id AND id = OLD.id;
                INSERT INTO access.memberz VALUES (OLD.*);
              END IF;
              RETURN NULL;
            END $$;
            CREATE TRIGGER lag AFTER INSERT OR UPDATE ON access.members FOR EACH ROW EXECUTE FUNCTION access.lag()
            """);
        laboratory.Wire.Forgery = sql => sql.Replace("FROM access.members ", "FROM access.memberz ", StringComparison.Ordinal);
    });

    [Fact]
    public Task Without_the_ledger_a_lost_answer_makes_of_what_was_applied_something_refused() => FindsAsync(
        "transaction.id_taken", [.. Enumerable.Range(1, 12).SelectMany(i => new[] { new Step(Deed.Make, 0, 0, 6 * i), new Step(Deed.Cut, 0, 0, 80) })], spoil: (laboratory, _) => laboratory.Run("CREATE POLICY forgotten ON engine.outcomes AS RESTRICTIVE FOR SELECT TO holdfast_writer USING (false)"));

    [Fact]
    public Task Where_a_refusal_of_the_database_is_not_known_as_one_it_holds_up_the_others() => FindsAsync("failed; its senders will try again", Often(new Step(Deed.Clash, 0, 0, 20), new Step(Deed.Make, 1, 0, 20)), spoil: (laboratory, _) => laboratory.Run("""
        CREATE FUNCTION access.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF EXISTS (SELECT FROM access.roles WHERE workspace_id = NEW.workspace_id AND name = NEW.name) THEN
            RAISE EXCEPTION 'poisoned';
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER poison BEFORE INSERT ON access.roles FOR EACH ROW EXECUTE FUNCTION access.poison()
        """));

    [Fact]
    public Task Without_numbers_of_the_browsers_own_its_transactions_change_places() => FindsAsync("before what came first", Often(new Step(Deed.Swap, 0, 0, 60)), Sabotage.NumberOnArrival);

    [Fact]
    public Task Without_guards_an_edit_takes_away_what_its_writer_never_saw() => FindsAsync(
        "was meant for version", [new Step(Deed.Make, 0, 0, 100), .. Often(new Step(Deed.Edit, 0, 3, 0), new Step(Deed.Edit, 1, 3, 60))], Sabotage.DropGuards);

    [Fact]
    public Task Where_browsers_count_for_themselves_some_of_it_is_lost() => FindsAsync(
        "were added", [new Step(Deed.Make, 0, 1, 100), .. Often(new Step(Deed.Count, 0, 2, 0), new Step(Deed.Count, 1, 2, 60))], Sabotage.CountAlone);

    [Fact]
    public Task With_trust_in_clocks_a_later_change_is_taken_for_an_earlier_one() => FindsAsync(
        "holds", [new Step(Deed.Make, 0, 0, 100), .. Often(new Step(Deed.Edit, 0, 1, 60), new Step(Deed.Edit, 1, 1, 60), new Step(Deed.Cut, 0, 0, 60))], Sabotage.TrustClocks);

    [Fact]
    public Task Without_a_new_epoch_a_restored_log_is_taken_for_the_old_one() => FindsAsync(
        "holds",
        [
            new Step(Deed.Make, 0, 0, 150), new Step(Deed.Backup, 0, 0, 0), new Step(Deed.Make, 0, 0, 150), new Step(Deed.Make, 1, 0, 150), new Step(Deed.Away, 2, 0, 0),
            new Step(Deed.Restore, 0, 0, 100), .. Often(new Step(Deed.Make, 1, 0, 60)), new Step(Deed.Away, 2, 0, 100),
        ],
        Sabotage.KeepEpoch);

    [Fact]
    public Task Where_sending_waits_one_slow_reader_keeps_all_others_waiting() => FindsAsync(
        "waits for ever", [new Step(Deed.Make, 0, 0, 200), new Step(Deed.Stall, 1, 0, 0), .. Often(new Step(Deed.Make, 0, 0, 40))], Sabotage.WaitForAll);

    [Fact]
    public Task Where_the_end_of_a_session_empties_the_queue_changes_are_lost() => FindsAsync(
        "given up", Often(new Step(Deed.Make, 0, 0, 5), new Step(Deed.Expire, 0, 0, 40)), Sabotage.GiveUpWhenSignedOut);

    [Fact]
    public Task Without_a_look_at_the_rights_of_whoever_writes_anyone_writes_anything() => FindsAsync("might not", [], spoil: (laboratory, _) =>
    {
        // Everyone is an administrator to whoever asks for members.
        laboratory.Run($$"""
            CREATE VIEW access.memberz AS SELECT (jsonb_populate_record(m, '{"role": "{{Roles.Admin}}"}')).* FROM access.members m;
            GRANT SELECT ON access.memberz TO PUBLIC
            """);
        laboratory.Wire.Forgery = sql => sql.Replace("FROM access.members ", "FROM access.memberz ", StringComparison.Ordinal);
    });

    [Fact]
    public Task Without_the_poll_a_lost_hint_is_lost() => FindsAsync("holds", [], Sabotage.NoPoll);

    [Fact]
    public async Task A_script_that_fails_is_shrunk_to_what_it_takes()
    {
        var database = await cluster.CreateDatabaseAsync();
        var (first, shrunk, shorter) = await Task.Factory.StartNew(Shrink, TaskCreationOptions.LongRunning);
        await cluster.DropDatabaseAsync(database);
        Assert.NotNull(first.Failure);
        Assert.NotNull(shrunk.Failure);
        Assert.InRange(shrunk.Script.Count, 1, first.Script.Count - 1);
        Assert.All(shorter, run => Assert.Null(run.Failure));

        (Run First, Run Shrunk, IReadOnlyList<Run> Shorter) Shrink()
        {
            using var laboratory = new Laboratory(database, cluster.SuperuserOf(database));
            Unlock(laboratory, new NpgsqlConnectionStringBuilder(database).Database!);
            var failed = Enumerable.Range(1, Seeds).Select(seed => Simulator.Play(laboratory, seed, Collisions)).First(run => run.Failure is not null);
            var least = Simulator.Shrink(laboratory, failed);
            return (failed, least, [.. least.Script.Select((_, left) => Simulator.Play(laboratory, least.Seed, [.. least.Script.Where((_, i) => i != left)]))]);
        }
    }

    /// <summary>Nobody waits for whoever writes the same workspace.</summary>
    private static void Unlock(Laboratory laboratory, string database) => laboratory.Run($"""
        CREATE SCHEMA spoiled;
        CREATE FUNCTION spoiled.pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE sql AS 'SELECT';
        GRANT USAGE ON SCHEMA spoiled TO PUBLIC;
        ALTER DATABASE {database} SET search_path = spoiled, pg_catalog, public
        """);

    private static IReadOnlyList<Step> Often(params Step[] steps) => [.. Enumerable.Repeat(steps, 5).SelectMany(step => step)];

    /// <summary>Runs seeds until one fails with these words, demands that one does, and that it does not with the mechanism.</summary>
    /// <param name="words">Part of the failure.</param>
    /// <param name="script">Gives the mechanism something to do; the script of the seed where it is empty.</param>
    /// <param name="sabotage">What the model leaves out.</param>
    /// <param name="spoil">What is done to the database, by its name.</param>
    private async Task FindsAsync(string words, IReadOnlyList<Step> script, Sabotage sabotage = Sabotage.None, Action<Laboratory, string>? spoil = null)
    {
        var (spoiled, whole) = (await cluster.CreateDatabaseAsync(), await cluster.CreateDatabaseAsync());
        // A thread, because the simulator waits for what it started elsewhere.
        var (found, otherwise) = await Task.Factory.StartNew(Find, TaskCreationOptions.LongRunning);
        await cluster.DropDatabaseAsync(spoiled);
        await cluster.DropDatabaseAsync(whole);
        Assert.True(found is not null, $"{Seeds} seeds found nothing of this kind.");
        Assert.True(otherwise?.Failure is null, $"With the mechanism it fails as well. {otherwise}");

        (Run? Found, Run? Otherwise) Find()
        {
            using var without = new Laboratory(spoiled, cluster.SuperuserOf(spoiled));
            spoil?.Invoke(without, new NpgsqlConnectionStringBuilder(spoiled).Database!);
            var failed = Enumerable.Range(1, Seeds).Select(seed => Simulator.Play(without, seed, script.Count == 0 ? null : script, sabotage))
                .FirstOrDefault(run => run.Failure?.Contains(words, StringComparison.Ordinal) ?? false);
            if (failed is null)
                return (null, null);
            using var with = new Laboratory(whole, cluster.SuperuserOf(whole));
            return (failed, Simulator.Play(with, failed.Seed, failed.Script));
        }
    }
}
