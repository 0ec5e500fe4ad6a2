using System.Reflection;
using System.Text;
using Gantry.Protocol.Distribution;

namespace Gantry.Protocol.Tests.Distribution;

public sealed class ErrorTests
{
    [Fact]
    public void The_table_lists_every_code_once()
    {
        var declared = typeof(ErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorCode)).Select(field => (ErrorCode)field.GetValue(null)!).ToList();
        Assert.Equal(declared.Count, ErrorCode.All.Count);
        Assert.Empty(declared.Except(ErrorCode.All));
        Assert.Equal(ErrorCode.All.Count, ErrorCode.All.DistinctBy(code => (code.Text, code.Status)).Count());
    }

    [Fact]
    public void Every_row_is_an_upper_case_word_with_an_error_status_and_a_message()
    {
        foreach (var code in ErrorCode.All)
        {
            Assert.Matches(@"\A[A-Z][A-Z_]+\z", code.Text);
            Assert.InRange(code.Status, 400, 599);
            Assert.NotEqual("", code.DefaultMessage);
        }
    }

    [Fact]
    public void A_code_is_found_by_its_text_and_status_and_an_unknown_one_is_kept()
    {
        Assert.Same(ErrorCode.ManifestUnknown, ErrorCode.FromWire("MANIFEST_UNKNOWN", 404));
        Assert.Same(ErrorCode.ManifestTooLarge, ErrorCode.FromWire("MANIFEST_INVALID", 413));
        var foreign = ErrorCode.FromWire("TEAPOT", 418);
        Assert.Equal(("TEAPOT", 418), (foreign.Text, foreign.Status));
    }

    [Fact]
    public void The_body_is_written_as_acr_writes_it_and_read_back()
    {
        var body = ErrorDocument.Write([new RegistryError(ErrorCode.TagUnknown, "tag \"<x>\" is unknown", """{"Tag":"x"}"""), new RegistryError(ErrorCode.Denied, "no")]);
        Assert.Equal(
            "{\"errors\":[{\"code\":\"TAG_UNKNOWN\",\"message\":\"tag \\\"\\u003cx\\u003e\\\" is unknown\",\"detail\":{\"Tag\":\"x\"}},"
            + "{\"code\":\"DENIED\",\"message\":\"no\",\"detail\":null}]}\n",
            Encoding.UTF8.GetString(body));
        var read = ErrorDocument.Read(body, 404);
        Assert.Same(ErrorCode.TagUnknown, read[0].Code);
        Assert.Equal("""{"Tag":"x"}""", read[0].Detail);
        Assert.Null(read[1].Detail);
    }

    [Theory]
    [InlineData(400, "BAD_REQUEST")]
    [InlineData(403, "DENIED")]
    [InlineData(404, "NOT_FOUND")]
    [InlineData(409, "CONFLICT")]
    [InlineData(418, "TeapotError")]
    public void The_management_apis_form_is_read_with_the_code_that_its_status_means(int status, string code)
    {
        var error = Assert.Single(ErrorDocument.Read("""{"error":{"code":"TeapotError","message":"it is short and stout"}}"""u8.ToArray(), status));
        Assert.Equal((code, status, "it is short and stout"), (error.Code.Text, error.Code.Status, error.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"errors\":{}}")]
    [InlineData("{\"errors\":[1,null,\"x\"]}")]
    [InlineData("\uFEFF{\"errors\":[]}")]
    public void A_body_of_another_kind_has_no_errors(string body) => Assert.Empty(ErrorDocument.Read(Encoding.UTF8.GetBytes(body), 500));

    [Theory]
    [InlineData("{\"errors\":[{\"code\":\"\\ud800\"}]}")]
    [InlineData("{\"errors\":[{\"message\":\"\\ud800\"}]}")]
    [InlineData("{\"errors\":[{\"\\ud800\":\"x\"}]}")]
    [InlineData("{\"errors\":[{\"code\":5,\"message\":[]}]}")]
    public void A_broken_entry_breaks_nothing(string body) => Assert.True(ErrorDocument.Read(Encoding.UTF8.GetBytes(body), 500).Count <= 1);
}
