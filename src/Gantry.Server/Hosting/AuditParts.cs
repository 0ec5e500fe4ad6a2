using Gantry.Server.Audit;
using Gantry.Server.Http;
using Gantry.Server.Http.Admin;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>The audit record, put together.</summary>
internal sealed class AuditParts : IAsyncDisposable
{
    private readonly AuditTrail _trail;
    private readonly AuditReader _reader;

    public AuditParts(GantryServerOptions options, Guid tenant, TimeProvider time, ILoggerFactory logs)
    {
        var files = new AuditFiles(Path.Combine(options.DataFolder, "audit"), options.Audit);
        var copy = options.Audit.Output switch
        {
            null => null,
            AuditOptions.StandardOutput => Console.OpenStandardOutput(),
            var path => AuditFiles.OpenCopy(path),
        };
        _trail = new AuditTrail(options.Audit, files, copy, time, logs.CreateLogger<AuditTrail>());
        _reader = new AuditReader(files);
        Requests = new RequestAudit(_trail, tenant, time);
    }

    public RequestAudit Requests { get; }

    /// <param name="operated">The default registry, whose owners operate the server.</param>
    public AuditEndpoints Endpoints(string operated) => new(_trail, _reader, operated);

    public ValueTask DisposeAsync() => _trail.DisposeAsync();
}
