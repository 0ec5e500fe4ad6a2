using System.Globalization;
using System.Net;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Naming;
using Gantry.Server.Audit;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Distribution;

namespace Gantry.Server.Http;

/// <summary>A request as its thread noted it: references to what was there anyway.</summary>
internal sealed class RequestEvent : IAuditEvent
{
    // A resource's path has a subscription, a group, a registry and perhaps an assignment in it.
    private const int LongestPath = 512;

    public required RequestEntry Entry { get; init; }

    public required string Operation { get; init; }

    public required int Status { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required TimeSpan Duration { get; init; }

    public required string Method { get; init; }

    public required IPAddress? Address { get; init; }

    public required string? UserAgent { get; init; }

    public required string Correlation { get; init; }

    public required string Digest { get; init; }

    public required string? MediaType { get; init; }

    public required long? Size { get; init; }

    public required string Tenant { get; init; }

    /// <summary>Refusals before this one that were not recorded one by one.</summary>
    public required long Untold { get; init; }

    public AuditRecord Describe()
    {
        var (repository, last) = Cut();
        var tag = last is not null && Tag.TryParse(last, out _) ? last : null;
        var digest = Digest.Length > 0 ? Digest : last is not null && Protocol.Oci.Digest.TryParse(last, out _) ? last : null;
        var status = Status.ToString(CultureInfo.InvariantCulture);
        var isContent = Operation is AuditOperation.Push or AuditOperation.Pull or AuditOperation.Mount;
        return new AuditRecord
        {
            TimeGenerated = Time,
            OperationName = Operation == AuditOperation.Delete && tag is not null ? AuditOperation.Untag : Operation,
            ResultType = "HttpStatusCode",
            ResultDescription = Untold > 0 ? $"{status}, and {Untold} refusals alike before it" : status,
            Identity = Entry.Authentication?.Caller.Name,
            CallerIpAddress = Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : Address?.ToString(),
            LoginServer = Entry.Host.ToString(),
            Repository = repository,
            Tag = tag,
            Digest = digest,
            MediaType = isContent && MediaType is not null ? Printable.Of(MediaType) : null,
            ArtifactType = !isContent ? null : Entry.Route == RouteClass.Manifests ? "manifest" : "blob",
            Size = isContent ? Size : null,
            DurationMs = Math.Round(Duration.TotalMilliseconds, 3),
            CorrelationId = Correlation,
            UserAgent = UserAgent is null ? null : Printable.Of(UserAgent),
            UserTenantId = Tenant,
            Registry = Entry.Registry?.Name,
            Resource = Operation == AuditOperation.Manage ? Entry.Path.Span[..Math.Min(Entry.Path.Length, LongestPath)].ToString() : null,
            Method = Method,
        };
    }

    /// <summary>Repository, and tag or digest. What is no repository's name is left out: it may be anything.</summary>
    private (string? Repository, string? Last) Cut()
    {
        var path = Entry.Path.Span;
        if (Entry.Route == RouteClass.Acr)
        {
            var route = AcrRoute.Match(path);
            return Decode(route.Repository, route.Last);
        }
        var resource = DistributionRoute.Match(path);
        return Decode(resource.Repository, resource.Resource == DistributionResource.Upload ? default : resource.Last);
    }

    private static (string? Repository, string? Last) Decode(ReadOnlySpan<char> name, ReadOnlySpan<char> last)
    {
        var repository = Uri.UnescapeDataString(name);
        return RepositoryName.TryParse(repository, out _) ? (repository, last.IsEmpty ? null : Uri.UnescapeDataString(last)) : (null, null);
    }
}
