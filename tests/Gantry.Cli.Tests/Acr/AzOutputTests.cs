using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;

namespace Gantry.Cli.Tests.Acr;

/// <summary>The forms of <c>-o</c>, as az 2.45 wrote them for the same answers of a registry.</summary>
public sealed class AzOutputTests
{
    private const string Tag = """
        {"name":"1.0","digest":"sha256:aa","createdTime":"2019-08-28T20:43:31.0001687Z","signed":false,
         "changeableAttributes":{"deleteEnabled":true,"writeEnabled":true,"readEnabled":true,"listEnabled":false}}
        """;

    [Fact]
    public void Json_has_its_members_sorted_and_two_spaces_a_level() => AssertWritten(Tag, AzFormat.Json, """
        {
          "changeableAttributes": {
            "deleteEnabled": true,
            "listEnabled": false,
            "readEnabled": true,
            "writeEnabled": true
          },
          "createdTime": "2019-08-28T20:43:31.0001687Z",
          "digest": "sha256:aa",
          "name": "1.0",
          "signed": false
        }

        """);

    [Fact]
    public void Json_keeps_letters_of_every_language_and_escapes_what_it_must() =>
        AssertWritten("""["é<>&+","a\"b\\c\n\u0001"]""", AzFormat.Json, "[\n  \"é<>&+\",\n  \"a\\\"b\\\\c\\n\\u0001\"\n]\n");

    [Fact]
    public void Empty_lists_and_objects_stay_on_one_line() => AssertWritten("""{"a":[],"b":{},"c":null}""", AzFormat.Json, "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": null\n}\n");

    [Fact]
    public void A_table_has_a_column_for_each_single_value() => AssertWritten($"[{Tag}]", AzFormat.Table, """
        CreatedTime                   Digest     Name    Signed
        ----------------------------  ---------  ------  --------
        2019-08-28T20:43:31.0001687Z  sha256:aa  1.0     False

        """);

    [Fact]
    public void A_table_of_texts_has_one_column() => AssertWritten("""["a/b","samples/artifact"]""", AzFormat.Table, """
        Result
        ----------------
        a/b
        samples/artifact

        """);

    [Fact]
    public void Numbers_stand_at_the_left_of_a_table() => AssertWritten("""{"imageName":"i","manifestCount":1}""", AzFormat.Table, """
        ImageName    ManifestCount
        -----------  ---------------
        i            1

        """);

    [Fact]
    public void Separated_values_show_an_object_as_nothing_and_a_list_as_its_length() =>
        AssertWritten("""{"b":["x","y"],"a":{"c":1},"d":true,"e":"t"}""", AzFormat.Tsv, "\t2\tTrue\tt\n");

    [Fact]
    public void Yaml_quotes_what_would_be_a_number_or_a_time() => AssertWritten($"[{Tag}]", AzFormat.Yaml, """
        - changeableAttributes:
            deleteEnabled: true
            listEnabled: false
            readEnabled: true
            writeEnabled: true
          createdTime: '2019-08-28T20:43:31.0001687Z'
          digest: sha256:aa
          name: '1.0'
          signed: false

        """);

    [Fact]
    public void None_writes_nothing() => AssertWritten(Tag, AzFormat.None, "");

    [Fact]
    public void A_command_without_a_result_writes_nothing() => Assert.Equal("", AzOutput.Write(null, AzFormat.Json));

    private static void AssertWritten(string json, AzFormat format, string expected) =>
        Assert.Equal(expected.ReplaceLineEndings("\n"), AzOutput.Write(JsonNode.Parse(json), format));
}
