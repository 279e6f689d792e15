using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Bench.Measuring;

/// <summary>One line of output. What a case does not measure is null.</summary>
internal sealed record Result(string Bench, string Case)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public double? P50Ms { get; init; }

    public double? P99Ms { get; init; }

    /// <summary>Writes a second that were carried through.</summary>
    public double? Rate { get; init; }

    /// <summary>The middle value of what is compared with, measured in between.</summary>
    public double? Floor { get; init; }

    /// <summary>Our middle value by the floor.</summary>
    public double? Ratio { get; init; }

    public double? Target { get; init; }

    public bool? Holds { get; init; }

    /// <summary>The middle value of what is no time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Value { get; init; }

    /// <summary>Of value, floor and target, where they are no times.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }

    internal Task PrintAsync() => Console.Out.WriteLineAsync(JsonSerializer.Serialize(this with
    {
        P50Ms = Round(P50Ms),
        P99Ms = Round(P99Ms),
        Rate = Round(Rate),
        Floor = Round(Floor),
        Ratio = Round(Ratio),
        Target = Round(Target),
        Value = Round(Value),
    }, Format));

    private static double? Round(double? value) => value is { } number ? Math.Round(number, 2) : null;
}
