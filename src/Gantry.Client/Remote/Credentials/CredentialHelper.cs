using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gantry.Protocol;

namespace Gantry.Client.Remote.Credentials;

/// <summary>A <c>docker-credential-…</c> program: one verb as its argument, the rest over its standard streams.</summary>
internal sealed class CredentialHelper
{
    /// <summary>The user name that says the secret is an identity token.</summary>
    private const string TokenUser = "<token>";

    private const int MaxOutput = 64 * 1024;

    /// <summary>A helper may wait for the user to unlock a key ring.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _name;
    private readonly string _program;

    private CredentialHelper(string name, string program)
    {
        _name = name;
        _program = program;
    }

    /// <summary>Finds a helper on the search path.</summary>
    /// <remarks>Not left to the process starter, which looks into the current folder first: that may be somebody else's.</remarks>
    /// <exception cref="FormatException">The name is not one of a helper.</exception>
    /// <exception cref="CredentialException">It is not installed.</exception>
    public static CredentialHelper Find(string name, string? searchPath)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                throw new FormatException($"\"{Printable.Of(name)}\" is not the name of a credential helper");
        }
        var program = $"docker-credential-{name}";
        var file = OperatingSystem.IsWindows() ? program + ".exe" : program;
        foreach (var folder in (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Path.IsPathFullyQualified(folder) && Path.Combine(folder, file) is var path && File.Exists(path))
                return new CredentialHelper(program, path);
        }
        throw new CredentialException($"the credential helper {program} is not on PATH; docker's configuration asks for it");
    }

    /// <summary>The credential for a server; null where the helper has none.</summary>
    public async ValueTask<Credential?> GetAsync(string server, CancellationToken ct)
    {
        var (code, output) = await RunAsync("get", server, Encoding.UTF8.GetBytes(server), ct).ConfigureAwait(false);
        if (code != 0)
            return IsNotFound(output) ? null : throw Failure("get", server, code, output, secret: "");
        // Neither the output nor the reader's message, which quotes it: both may show the secret.
        var credential = TryRead(output) ?? throw new CredentialException($"the credential helper {_name} answered for {server} with something that is not a credential");
        return credential.IsEmpty ? null : credential;
    }

    private static Credential? TryRead(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var username = document.RootElement.GetProperty("Username").GetString() ?? "";
            var secret = document.RootElement.GetProperty("Secret").GetString() ?? "";
            return username == TokenUser ? new Credential { RefreshToken = secret } : new Credential { Username = username, Password = secret };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    public async ValueTask StoreAsync(string server, Credential credential, CancellationToken ct)
    {
        var isToken = credential.RefreshToken.Length > 0;
        var secret = isToken ? credential.RefreshToken : credential.Password;
        using var input = new MemoryStream();
        using (var json = new Utf8JsonWriter(input))
        {
            json.WriteStartObject();
            json.WriteString("ServerURL", server);
            json.WriteString("Username", isToken ? TokenUser : credential.Username);
            json.WriteString("Secret", secret);
            json.WriteEndObject();
        }
        var (code, output) = await RunAsync("store", server, input.ToArray(), ct).ConfigureAwait(false);
        if (code != 0)
            throw Failure("store", server, code, output, secret);
    }

    public async ValueTask EraseAsync(string server, CancellationToken ct)
    {
        var (code, output) = await RunAsync("erase", server, Encoding.UTF8.GetBytes(server), ct).ConfigureAwait(false);
        if (code != 0 && !IsNotFound(output))
            throw Failure("erase", server, code, output, secret: "");
    }

    private async ValueTask<(int Code, string Output)> RunAsync(string verb, string server, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        var start = new ProcessStartInfo(_program, [verb])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CredentialException($"the credential helper {_name} could not be started for {server}: {e.Message}", e);
        }
        using (process)
        using (var patience = new CancellationTokenSource(Patience, TimeProvider.System))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token))
        {
            try
            {
                await WriteAsync(process.StandardInput.BaseStream, input, either.Token).ConfigureAwait(false);
                var output = await ReadAsync(process.StandardOutput.BaseStream, server, either.Token).ConfigureAwait(false);
                await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
                return (process.ExitCode, output);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw new CredentialException($"the credential helper {_name} did not answer for {server} within {Patience.TotalSeconds:0} seconds", e);
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        try
        {
            await using (stream.ConfigureAwait(false))
                await stream.WriteAsync(input, ct).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It ended without reading: its exit code says why.
        }
    }

    private async ValueTask<string> ReadAsync(Stream stream, string server, CancellationToken ct)
    {
        var buffer = new byte[MaxOutput + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return length <= MaxOutput
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new CredentialException($"the credential helper {_name} answered for {server} with more than {MaxOutput} bytes");
    }

    /// <summary>Helpers say this in words, on standard output.</summary>
    private static bool IsNotFound(string output) => output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase);

    private CredentialException Failure(string verb, string server, int code, string output, string secret)
    {
        var said = output.Trim();
        if (secret.Length > 0)
            said = said.Replace(secret, "*****", StringComparison.Ordinal);
        return new CredentialException($"the credential helper {_name} failed to {verb} the credential of {server} (exit code {code}): {Printable.Of(said)}");
    }
}
