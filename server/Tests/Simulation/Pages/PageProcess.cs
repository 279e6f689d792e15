using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine;

namespace Holdfast.Tests.Simulation.Pages;

/// <summary>
/// The engine of the browser, as the product has it, in a process of Node.js: a command goes in, and it answers when all
/// that follows at once has happened. Nothing in it moves between two commands. See <c>web/headless/simulated</c>.
/// </summary>
internal sealed class PageProcess : IDisposable
{
    private static readonly string Root = Support.Repository.Root;
    private readonly string _contract = Path.Combine(Path.GetTempPath(), $"holdfast-contract-{Guid.CreateVersion7():n}.json");
    private Process? _process;
    private StringBuilder _complaints = new();

    /// <summary>Sends a command and waits for what comes of it.</summary>
    /// <exception cref="SimulationFailure">The engine threw something.</exception>
    public JsonElement Ask(JsonObject command)
    {
        _process ??= Start();
        string? line;
        try
        {
            // In one piece, which goes out at once.
            _process.StandardInput.Write($"{command.ToJsonString()}\n");
            line = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            line = null;
        }

        if (line is null)
            throw new SimulationFailure($"The browser's engine ended: {End()}");
        using var answer = JsonDocument.Parse(line);
        return answer.RootElement.Clone();
    }

    public void Dispose()
    {
        if (_process is not null)
            End();
        File.Delete(_contract);
    }

    private Process Start()
    {
        File.WriteAllBytes(_contract, Contract());
        var start = new ProcessStartInfo("node", [Path.Combine(Root, "web/headless/run.mjs"), "simulated/main.ts"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.Environment["HOLDFAST_CONTRACT"] = _contract;
        var complaints = _complaints = new StringBuilder();
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => complaints.AppendLine(line.Data);
        process.BeginErrorReadLine();
        return process;
    }

    /// <returns>What it said last.</returns>
    private string End()
    {
        var process = _process!;
        _process = null;
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        return _complaints.ToString();
    }

    /// <summary>What the server of the simulator has, of the types that the browsers follow and the one that they only make.</summary>
    private static byte[] Contract()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            EngineContract.Write(json, Laboratory.Registry, Laboratory.Policy);
            json.WriteStartArray("errors");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        var contract = JsonNode.Parse(stream.ToArray())!.AsObject();
        foreach (var scope in contract["scopes"]!.AsObject().Select(scope => scope.Key).Except(World.Scopes).ToArray())
            contract["scopes"]!.AsObject().Remove(scope);
        foreach (var type in contract["records"]!.AsObject().Where(type => type.Key != "access.role" && !World.Scopes.Contains((string)type.Value!["scope"]!)).Select(type => type.Key).ToArray())
            contract["records"]!.AsObject().Remove(type);
        return Encoding.UTF8.GetBytes(contract.ToJsonString());
    }
}
