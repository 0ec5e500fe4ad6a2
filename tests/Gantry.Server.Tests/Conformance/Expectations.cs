using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Conformance;

/// <summary>What the suite demands of an answer, and says when it is not met.</summary>
internal static class Expectations
{
    public static WireAnswer Expect(this WireAnswer answer, int status, string? code = null)
    {
        Assert.True(answer.Status == status, $"expected {status}, got {answer.Status} {(answer.Body.Length < 4096 ? answer.Text : "")}");
        if (code is not null)
            Assert.Equal(code, answer.Code);
        return answer;
    }

    /// <summary>The header is there once with this value and nothing beside it.</summary>
    public static WireAnswer ExpectHeader(this WireAnswer answer, string name, string value)
    {
        Assert.True(answer[name] == value, $"expected {name}: {value}, got \"{answer[name]}\"");
        return answer;
    }

    public static WireAnswer ExpectDigest(this WireAnswer answer, Digest digest) => answer.ExpectHeader("Docker-Content-Digest", digest.ToString());

    public static WireAnswer ExpectBody(this WireAnswer answer, ReadOnlySpan<byte> body)
    {
        Assert.True(body.SequenceEqual(answer.Body), $"expected {body.Length} bytes and got others: {answer.Body.Length}");
        return answer.ExpectHeader("Content-Length", $"{body.Length}");
    }

    public static string ExpectLocation(this WireAnswer answer) => answer["Location"] is { Length: > 0 } location ? location : throw new InvalidOperationException("there is no Location");
}
