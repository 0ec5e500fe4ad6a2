using System.Diagnostics;
using Gantry.Server.Storage.S3;

namespace Gantry.Testing.Storage;

/// <summary>A real S3 store for the tests of one run: Ceph on a free port, in memory. Started with the first test that asks for it.</summary>
/// <remarks>
/// <c>eng/ceph-s3 run</c> stops it when its standard input ends, which the operating system sees to even where this process is killed.
/// Each test takes a bucket of its own.
/// </remarks>
public sealed class CephCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private CephCluster(Process process, TemporaryFolder folder, Uri endpoint)
    {
        _process = process;
        _folder = folder;
        Endpoint = endpoint;
    }

    /// <summary>What it is asked with.</summary>
    public static S3Keys Keys { get; } = new("gantrytestkey", "gantrytestsecret");

    public Uri Endpoint { get; }

    /// <summary>The process of the gateway: a test may pause it.</summary>
    public int GatewayProcess => int.Parse(File.ReadAllText(_folder.Join("run/rgw.pid")), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A bucket that nobody else has.</summary>
    public S3Location NewBucket() => At($"test-{Guid.NewGuid():N}");

    public S3Location At(string bucket) => new() { Bucket = bucket, Endpoint = Endpoint, Create = true };

    /// <summary>Starts one and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message is what the script says.</exception>
    public static async Task<CephCluster> StartAsync()
    {
        var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(Path.Join(SourceRoot(), "eng", "ceph-s3")) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("run");
        start.ArgumentList.Add(folder.Path);
        var process = Process.Start(start) ?? throw new InvalidOperationException("eng/ceph-s3 did not start");
        var complaints = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        if (Uri.TryCreate(line, UriKind.Absolute, out var endpoint))
            return new CephCluster(process, folder, endpoint);
        process.StandardInput.Close();
        throw new InvalidOperationException($"no S3 store for the tests: {await complaints}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static string SourceRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(folder, "Gantry.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("these tests run inside the source tree");
        return folder;
    }
}
