using Gantry.Chaos.Clients;
using Gantry.Chaos.History;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Tests.Clients;

/// <summary>What the end of a program says, with programs that only end.</summary>
public sealed class ToolClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-tool-client-").FullName;
    private readonly Recorder _recorder = new(TimeProvider.System);

    [Fact]
    public async Task A_program_that_tries_once_leaves_no_write_that_may_come_later()
    {
        await PushAsync(ClientTool.Skopeo(Program("exit 0"), "none"));

        Assert.Equal([CallOutcome.Done, CallOutcome.Done], _recorder.Calls.Where(call => call.Kind == CallKind.Write).Select(call => call.Outcome));
    }

    [Fact]
    public async Task A_try_that_a_program_may_have_repeated_is_over_a_while_after_its_end()
    {
        await PushAsync(ClientTool.Gantry(Program("exit 0")));

        var repeated = _recorder.Calls.Where(call => call.Outcome == CallOutcome.Unknown).ToList();
        Assert.Equal(2, repeated.Count);
        Assert.All(repeated, call => Assert.InRange(call.End, _recorder.Now, _recorder.Now + TimeSpan.FromMinutes(2).Ticks));
    }

    [Theory]
    [InlineData("oras", 1, "Error: failed to copy: mismatched digest", true)]
    [InlineData("oras", 1, "Error: connection refused", false)]
    [InlineData("skopeo", 1, "Digest did not match, expected sha256:a, got sha256:b", true)]
    [InlineData("skopeo", 1, "received unexpected HTTP status: 503", false)]
    [InlineData("gantry", 7, "", true)]
    [InlineData("gantry", 1, "", false)]
    public void Wrong_bytes_are_told_from_other_failures(string name, int code, string errors, bool isMismatch)
    {
        var tool = name switch { "oras" => ClientTool.Oras("x"), "skopeo" => ClientTool.Skopeo("x", "y"), _ => ClientTool.Gantry("x") };

        Assert.Equal(isMismatch, tool.IsMismatch(new ToolResult(code, "", errors)));
    }

    [Fact]
    public async Task A_broken_promise_is_a_violation_although_the_next_try_succeeds()
    {
        var patience = new Patience(_recorder, 1, new Dice(1), TimeSpan.FromSeconds(10));
        var tries = 0;

        await patience.DoAsync("pull", _ => tries++ == 0 ? throw new BrokenPromiseException("wrong bytes") : Task.FromResult(Answer.Done), _ => [], [], () => TimeSpan.Zero);

        Assert.Contains("wrong bytes", Assert.Single(_recorder.Violations), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "MANIFEST_BLOB_UNKNOWN", 1)]
    [InlineData(403, "DENIED", 1)]
    [InlineData(404, "BLOB_UPLOAD_UNKNOWN", 0)]
    [InlineData(409, "BLOB_UPLOAD_INVALID", 0)]
    [InlineData(408, "UNKNOWN", 0)]
    [InlineData(429, "TOOMANYREQUESTS", 0)]
    [InlineData(503, "UNAVAILABLE", 0)]
    public async Task A_final_refusal_is_a_violation_although_the_next_try_succeeds(int status, string code, int violations)
    {
        var patience = new Patience(_recorder, 1, new Dice(1), TimeSpan.FromSeconds(10));
        var refusal = new RegistryException(status, [new RegistryError(ErrorCode.FromWire(code, status), "no", null)]);
        var tries = 0;

        await patience.DoAsync("push manifest", _ => tries++ == 0 ? throw refusal : Task.FromResult(Answer.Done), _ => [], [], () => TimeSpan.Zero);

        Assert.Equal(2, tries);
        Assert.Equal(violations, _recorder.Violations.Count);
    }

    [Theory]
    [InlineData("manifest blob unknown: blob unknown to registry", true)]
    [InlineData("400: MANIFEST_BLOB_UNKNOWN: missing", true)]
    [InlineData("blob upload unknown to registry", false)]
    public async Task A_push_that_is_told_of_an_unknown_blob_at_once_is_a_violation(string errors, bool isViolation)
    {
        var file = Path.Combine(_folder, "tried");
        await PushAsync(ClientTool.Skopeo(Program($"[ -e {file} ] && exit 0; touch {file}; echo '{errors}' >&2; exit 1"), "none"));

        Assert.Equal(isViolation, _recorder.Violations.Count > 0);
    }

    [Fact]
    public void A_blob_must_be_there_unless_an_image_that_has_it_may_be_deleted()
    {
        var (lasting, shared) = (Layer(1), Layer(2));
        var catalog = new Gantry.Chaos.Clients.Catalog();
        catalog.Announce(Image(3, isPassing: false, lasting, shared));
        catalog.Announce(Image(4, isPassing: true, shared));

        Assert.Equal(lasting.Digest, catalog.FindBlob($"404: {shared.Digest}, and {lasting.Digest}: not found", isLasting: true));
        Assert.Null(catalog.FindBlob($"404: {shared.Digest}: not found", isLasting: true));
        Assert.Equal(shared.Digest, catalog.FindBlob($"404: {shared.Digest}: not found", isLasting: false));
        Assert.Null(catalog.FindBlob($"404: {Layer(5).Digest}, sha256:short", isLasting: false));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Steps until there was a push; in between it finds no tag.</summary>
    private async Task PushAsync(ClientTool tool)
    {
        var scene = new Scene(_recorder) { Registry = "localhost:1", UserName = "u", Password = "p" };
        using var client = new ToolClient(scene, tool, _folder, 1, new Dice(1));
        while (!_recorder.Operations.Any(operation => operation.Kind.EndsWith("push", StringComparison.Ordinal)))
            await client.StepAsync();
    }

    /// <summary>A program for pushes; a pull finds nothing.</summary>
    private string Program(string push)
    {
        var file = Path.Combine(_folder, "program");
        File.WriteAllText(file, $"""
            #!/bin/sh
            case "$*" in
              *src-tls-verify*|*from-plain-http*) echo manifest unknown >&2; exit 3 ;;
            esac
            {push}
            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    private static Descriptor Layer(byte content) => Descriptor.Of(MediaTypes.ImageLayer, [content]);

    private static Image Image(byte content, bool isPassing, params Descriptor[] blobs) =>
        new() { Descriptor = Descriptor.Of(MediaTypes.ImageManifest, [content]), Manifest = [content], Blobs = blobs, IsPassing = isPassing };
}
