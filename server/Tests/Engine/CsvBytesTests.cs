using System.Text.Json.Nodes;
using Holdfast.Engine.Csv;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine;

/// <summary>Runs contract/bytes.json, as web/src/ui/transfer/fileText.test.ts does.</summary>
public sealed class CsvBytesTests
{
    private static readonly JsonArray Files = (JsonArray)JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "contract", "bytes.json")))!;

    public static TheoryData<string> Names { get; } = [.. Files.Select(file => (string)file!["name"]!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_read_as_the_browser_reads_it(string name)
    {
        var file = Files.Single(file => (string?)file!["name"] == name)!;
        var (text, encoding, failure) = CsvBytes.Read(Convert.FromBase64String((string)file["bytes"]!), (string?)file["asked"]);
        Assert.Equal((string?)file["error"], failure?.Code.Code);
        if (failure is null)
            Assert.Equal(((string)file["text"]!, (string)file["encoding"]!), (text, encoding));
    }
}
