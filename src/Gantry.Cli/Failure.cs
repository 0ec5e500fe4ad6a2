using System.Net.Sockets;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Cli.Output;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Client.Remote.Credentials;
using Gantry.Client.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Cli;

/// <summary>The one place that knows what an exception means: to people a message and an advice, to scripts a number.</summary>
internal static class Failure
{
    /// <summary>Writes the failure as oras does and gives the exit code.</summary>
    public static int Report(Exception exception, CommandContext context, CancellationToken ct)
    {
        if (exception is OperationCanceledException && ct.IsCancellationRequested)
        {
            context.Error.WriteLine("Error: interrupted");
            return ExitCode.Interrupted;
        }
        var failure = Explain(exception);
        // Messages carry text of servers and artifacts.
        var text = $"{failure.Heading} {failure.Message}";
        context.Error.WriteLine(failure.HasLines ? TerminalText.OfLines(text) : TerminalText.Of(text));
        if (failure.Usage is { } usage)
            context.Error.WriteLine($"Usage: {usage}");
        if (failure.Advice is { } advice)
            context.Error.WriteLine(advice);
        return failure.ExitCode;
    }

    private const string BrokeOff = "the registry broke off its answer";

    public static CommandException Explain(Exception exception) => exception switch
    {
        CommandException known => known,
        CopyException copy => Explain(copy.InnerException!),
        RegistryException refused => Refused(refused),
        ContentNotFoundException => new CommandException(ExitCode.NotFound, exception.Message, exception),
        ContentMismatchException => new CommandException(ExitCode.Integrity, exception.Message, exception),
        OciFormatException => new CommandException(ExitCode.Integrity, exception.Message, exception),
        DockerfileException => new CommandException(ExitCode.Failed, exception.Message, exception) { HasLines = true },
        BuildException { InnerException: DockerfileException } => new CommandException(ExitCode.Failed, exception.Message, exception) { HasLines = true },
        BuildException { InnerException: (RegistryException or HttpRequestException) and var cause } => new CommandException(Explain(cause).ExitCode, exception.Message, exception),
        BuildException => new CommandException(ExitCode.Failed, exception.Message, exception),
        InvalidDataException => new CommandException(ExitCode.Integrity, exception.Message, exception),
        FormatException or ArgumentException => new CommandException(ExitCode.Usage, exception.Message, exception),
        CredentialException => new CommandException(ExitCode.Authentication, exception.Message, exception),
        ForeignOriginException or PathTraversalException => new CommandException(ExitCode.Integrity, exception.Message, exception),
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => new CommandException(ExitCode.Network, BrokeOff, exception),
        HttpIOException or IOException { InnerException: SocketException or TimeoutException } => new CommandException(ExitCode.Network, exception.Message, exception),
        HttpRequestException http => new CommandException(ExitCode.Network, Unreachable(http), exception) { Advice = AdviceOn(http.HttpRequestError) },
        SocketException => new CommandException(ExitCode.Network, exception.Message, exception),
        OperationCanceledException => new CommandException(ExitCode.Network, "the registry did not answer in time", exception),
        FileNotFoundException { FileName: { } file } => new CommandException(ExitCode.NotFound, $"stat {file}: no such file or directory", exception),
        DirectoryNotFoundException or FileNotFoundException => new CommandException(ExitCode.NotFound, exception.Message, exception),
        NotImplementedException => new CommandException(ExitCode.Failed, "this is not built yet", exception),
        _ => new CommandException(ExitCode.Failed, exception.Message, exception),
    };

    private static CommandException Refused(RegistryException refused)
    {
        var code = refused.Code;
        var message = refused.Errors.Count == 0 ? Wordless(refused) : refused.Message;
        var exit = code == ErrorCode.DisallowedOperation ? ExitCode.Conflict
            : code == ErrorCode.DigestInvalid || code == ErrorCode.SizeInvalid ? ExitCode.Integrity
            : refused.Status switch
            {
                401 or 403 => ExitCode.Authentication,
                404 => ExitCode.NotFound,
                409 or 412 => ExitCode.Conflict,
                408 or 429 or >= 500 => ExitCode.Network,
                _ => ExitCode.Failed,
            };
        var denial = Denial.Explain(refused);
        return new CommandException(exit, denial?.Message ?? message, refused)
        {
            Heading = denial is null ? CommandException.FromRegistry : "Error:",
            Advice = denial?.Advice ?? (refused.Status == 401 ? "Please check whether the registry credential is correct, or log in again" : null),
        };
    }

    private static string? AdviceOn(HttpRequestError error) => error switch
    {
        HttpRequestError.SecureConnectionError => "Please check the certificate, trust it with `--ca-file`, or use `--plain-http` for a registry that speaks HTTP",
        HttpRequestError.ResponseEnded => "localhost is spoken to over plain HTTP; if it speaks TLS, add `--plain-http=false`",
        HttpRequestError.NameResolutionError => "A reference begins with the registry: <registry>/<repo>[:tag|@digest], such as localhost:5000/samples/artifact:1.0",
        _ => null,
    };

    /// <summary>A refusal that says nothing, as every answer to HEAD: what was asked, and the status.</summary>
    private static string Wordless(RegistryException refused)
    {
        if (refused.Request?.Split(' ', 2) is not [var method, var url])
            return refused.Message;
        using var phrase = new HttpResponseMessage((System.Net.HttpStatusCode)refused.Status);
        return $"{method} \"{url}\": {refused.Message}: {phrase.ReasonPhrase}";
    }

    private static string Unreachable(HttpRequestException exception) =>
        exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"cannot reach the registry: no such host: {exception.Message}",
            HttpRequestError.SecureConnectionError => $"cannot reach the registry: TLS failed: {exception.InnerException?.Message ?? exception.Message}",
            HttpRequestError.ResponseEnded => BrokeOff,
            _ => $"cannot reach the registry: {exception.Message}",
        };
}
