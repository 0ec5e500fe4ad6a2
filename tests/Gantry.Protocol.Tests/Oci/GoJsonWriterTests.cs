using System.Text;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Protocol.Tests.Oci;

/// <summary>Golden bytes: what Go's encoder writes for the same values.</summary>
public sealed class GoJsonWriterTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("<a href='x'>&</a>", "\\u003ca href='x'\\u003e\\u0026\\u003c/a\\u003e")]
    [InlineData("application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("back\\slash \"quote\" /slash", "back\\\\slash \\\"quote\\\" /slash")]
    [InlineData("\u2028\u2029", "\\u2028\\u2029")]
    [InlineData("\b\f\n\r\t", "\\b\\f\\n\\r\\t")]
    [InlineData("\0\u0001\u000b\u001f", "\\u0000\\u0001\\u000b\\u001f")]
    [InlineData("\u007f\u0080\u0085\u00a0", "\u007f\u0080\u0085\u00a0")]
    [InlineData("é ü ß 日本語", "é ü ß 日本語")]
    [InlineData("🚀", "🚀")]
    public void Text_is_written_as_go_writes_it(string text, string expected)
    {
        var json = new GoJsonWriter();
        json.StringValue(text);
        Assert.Equal($"\"{expected}\"", Encoding.UTF8.GetString(json.Written.Span));
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character()
    {
        // Not inline data: an attribute cannot hold half a pair.
        foreach (var half in new[] { '\ud800', '\udc00' })
        {
            var json = new GoJsonWriter();
            json.StringValue($"a{half}b");
            Assert.Equal("\"a\uFFFDb\"", Encoding.UTF8.GetString(json.Written.Span));
        }
    }

    [Fact]
    public void A_surrogate_pair_beside_an_escape_is_not_torn()
    {
        var json = new GoJsonWriter();
        json.StringValue("<🚀>🚀\n");
        Assert.Equal("\"\\u003c🚀\\u003e🚀\\n\"", Encoding.UTF8.GetString(json.Written.Span));
    }

    [Fact]
    public void Map_keys_stand_in_the_order_of_their_utf8_bytes()
    {
        // UTF-16 would put the rocket (D83D…) before U+FFFD; UTF-8 puts it last, and capitals before small letters.
        string[] ordered = ["", "A", "B", "a", "a.b", "a/b", "ab", "é", "日", "\uFFFD", "🚀", "🚀a", "🛸"];
        var map = ordered.Reverse().ToDictionary(key => key, _ => "", StringComparer.Ordinal);
        var json = new GoJsonWriter();
        json.StartObject();
        json.OptionalMap("m", map);
        json.EndObject();
        Assert.Equal("{\"m\":{" + string.Join(',', ordered.Select(key => $"\"{key}\":\"\"")) + "}}", Encoding.UTF8.GetString(json.Written.Span));
    }

    [Fact]
    public void The_order_of_keys_is_that_of_their_bytes_for_any_text()
    {
        var random = new Seeded(7);
        for (var i = 0; i < 20_000; i++)
        {
            var (left, right) = (WholeText(random), WholeText(random));
            var bytes = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
            Assert.Equal(Math.Sign(bytes), Math.Sign(Utf8Order.Instance.Compare(left, right)));
        }

        static string WholeText(Seeded random)
        {
            var text = new StringBuilder();
            for (var i = random.Below(5); i > 0; i--)
                text.Append(random.Below(2) == 0 ? new Rune(0x10000 + random.Below(0x400)) : new Rune(0xE000 + random.Below(3)));
            return text.ToString();
        }
    }

    [Fact]
    public void Values_of_every_kind_are_separated()
    {
        var json = new GoJsonWriter();
        json.StartObject();
        json.Number("n", long.MinValue);
        json.Boolean("t", true);
        json.Boolean("f", false);
        json.Name("a");
        json.StartArray();
        json.NullValue();
        json.NumberValue(1);
        json.RawValue("{ \"raw\":1}"u8);
        json.StartObject();
        json.EndObject();
        json.StartArray();
        json.EndArray();
        json.EndArray();
        json.OptionalString("absent", "");
        json.OptionalString("absent", null);
        json.OptionalStrings("absent", []);
        json.OptionalMap("absent", new Dictionary<string, string>());
        json.String("s", "x");
        json.EndObject();
        Assert.Equal("{\"n\":-9223372036854775808,\"t\":true,\"f\":false,\"a\":[null,1,{ \"raw\":1},{},[]],\"s\":\"x\"}", Encoding.UTF8.GetString(json.ToArray()));
    }

    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("", "")]
    [InlineData("1", "1")]
    [InlineData("[]", "[]")]
    [InlineData("{ \n }", "{}")]
    [InlineData("{\"a\":1}", "{\n  \"a\": 1\n}")]
    [InlineData("{\"a\":[],\"b\":{}}", "{\n  \"a\": [],\n  \"b\": {}\n}")]
    [InlineData("[1,[2,[3]]]", "[\n  1,\n  [\n    2,\n    [\n      3\n    ]\n  ]\n]")]
    [InlineData("{\"a{,:}\":\"[\\\"]\"}", "{\n  \"a{,:}\": \"[\\\"]\"\n}")]
    [InlineData("  {\"a\" : 1.50e+2 , \"b\":true}", "{\n  \"a\": 1.50e+2,\n  \"b\": true\n}")]
    [InlineData("{\"a\":\"\\u003c<\"}", "{\n  \"a\": \"\\u003c<\"\n}")]
    [InlineData("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1\n}\n")]
    [InlineData("[[],{}] \n", "[\n  [],\n  {}\n] \n")]
    public void Indent_follows_gos_own(string json, string expected) => Assert.Equal(expected, Encoding.UTF8.GetString(GoJsonWriter.Indent(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Indenting_twice_changes_nothing()
    {
        var once = GoJsonWriter.Indent("{\"a\":[{},{\"b\":[1,2]}],\"c\":\"\\\\\"}"u8);
        Assert.Equal(once, GoJsonWriter.Indent(once));
    }
}
