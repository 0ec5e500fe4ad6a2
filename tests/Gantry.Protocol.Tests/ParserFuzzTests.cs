using System.Text;
using System.Text.Json;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;
using Gantry.Testing;

namespace Gantry.Protocol.Tests;

/// <summary>Every parser on broken input: it answers, or it throws the exception of its contract, and never another.</summary>
public sealed class ParserFuzzTests
{
    private const string Soup = "abzAZ019 \t.,:;=-_/\\\"'@[]{}<>()*%&?#+\r\n\0é\ud83d";

    [Fact]
    public void Text_parsers_throw_nothing_but_format_errors()
    {
        var random = new Seeded(11);
        for (var i = 0; i < 40_000; i++)
        {
            var text = random.Text(Soup, 48);
            if (random.Below(4) == 0)
                text = "localhost:5000/a" + text;
            FormatErrorsOnly(text, () => Digest.Parse(text));
            FormatErrorsOnly(text, () => Tag.Parse(text));
            FormatErrorsOnly(text, () => RepositoryName.Parse(text));
            FormatErrorsOnly(text, () => RegistryName.Parse(text));
            FormatErrorsOnly(text, () => MediaType.Parse(text));
            FormatErrorsOnly(text, () => Reference.Parse(text));
            FormatErrorsOnly(text, () => Reference.ParseList(text));
        }
    }

    [Fact]
    public void Header_parsers_throw_nothing()
    {
        var random = new Seeded(12);
        string[] starts = ["", "Bearer realm=\"", "Bearer ", "bytes=", "bytes ", "<", "</v2/_catalog>; rel=", "repository:", "linux/"];
        for (var i = 0; i < 60_000; i++)
        {
            var text = starts[random.Below(starts.Length)] + random.Text(Soup + "nextrl", 40);
            _ = Challenge.TryParse(text);
            _ = Scope.ParseAll([text]);
            _ = RangeHeader.Resolve(text, random.Below(1000));
            _ = ContentRange.TryParse(text, out _);
            _ = LinkHeader.FindNext(text);
            _ = MediaType.TryParseHeader(text, out _);
            _ = Platform.TryParse(text, "amd64", out _);
            _ = Printable.Of(text);
        }
    }

    [Fact]
    public void Document_parsers_throw_nothing_but_format_errors()
    {
        var random = new Seeded(13);
        var blob = Descriptor.Of(MediaTypes.OctetStream, "x"u8) with
        {
            Annotations = new Dictionary<string, string> { ["key"] = "\u2028<value>" },
            Urls = ["https://example.com"],
            Data = "data"u8.ToArray(),
            Platform = new Platform { Os = "linux", Architecture = "arm", OsFeatures = ["f"] },
            ArtifactType = MediaType.Parse("x/y"),
        };
        var documents = new (byte[] Json, MediaType Type)[]
        {
            (new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = blob, Layers = [blob, blob], Subject = blob, Annotations = blob.Annotations }.ToJson(), MediaTypes.ImageManifest),
            (new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [blob, blob], Subject = blob }.ToJson(), MediaTypes.ImageIndex),
            (Encoding.UTF8.GetBytes($"{{\"blobs\":[{Encoding.UTF8.GetString(blob.ToJson())}]}}"), MediaTypes.ArtifactManifest),
        };
        for (var i = 0; i < 25_000; i++)
        {
            var (original, type) = documents[random.Below(documents.Length)];
            var json = random.Mutate(original);
            var text = Encoding.UTF8.GetString(json);
            FormatErrorsOnly(text, () => Manifest.Parse(json, type, OciLimits.Default));
            FormatErrorsOnly(text, () => ImageConfig.Parse(json, OciLimits.Default));
        }
    }

    [Fact]
    public void Error_bodies_and_wire_bodies_throw_nothing_but_json_errors()
    {
        var random = new Seeded(14);
        var errors = ErrorDocument.Write([new RegistryError(ErrorCode.TagUnknown, "text", "{\"a\":[1,2]}")]);
        var change = "{\"deleteEnabled\":true,\"writeEnabled\":null}"u8.ToArray();
        for (var i = 0; i < 25_000; i++)
        {
            ErrorDocument.Read(random.Mutate(errors), 400);
            var json = random.Mutate(change);
            try
            {
                JsonSerializer.Deserialize(json, WireJson.Wire.AttributesChange);
            }
            catch (JsonException)
            {
                // The contract's exception.
            }
        }
    }

    [Fact]
    public void Indenting_broken_json_ends()
    {
        var random = new Seeded(15);
        for (var i = 0; i < 25_000; i++)
        {
            var json = random.Mutate("{\"a\":[1,{\"b\":[]}],\"c\":\"\\\"\"}"u8.ToArray());
            Assert.True(GoJsonWriter.Indent(json).Length >= 0);
        }
    }

    private static void FormatErrorsOnly(string text, Action parse)
    {
        try
        {
            parse();
        }
        catch (FormatException)
        {
            // The contract's exception.
        }
        catch (Exception e)
        {
            Assert.Fail($"{e.GetType().Name} on {Printable.Of(text)}: {e}");
        }
    }
}
