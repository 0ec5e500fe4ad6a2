using System.Net;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Naming;
using Gantry.Server.Audit;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Http.Acr;
using Gantry.Server.Http.Distribution;

namespace Gantry.Server.Http;

/// <summary>A request as its thread noted it: references to what was there anyway.</summary>
/// <remarks>Written member by member instead of by the serializer: each pull comes through here, and a record with all its texts would cost three times as much.</remarks>
internal sealed class RequestEvent : IAuditEvent
{
    // A resource's path has a subscription, a group, a registry and perhaps an assignment in it.
    private const int LongestPath = 512;

    private static readonly JsonEncodedText Node = JsonEncodedText.Encode(AuditTrail.Node);

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

    /// <summary>Refusals like this one before it that were not recorded one by one.</summary>
    public required long Repeated { get; init; }

    private bool IsContent => Operation is AuditOperation.Push or AuditOperation.Pull or AuditOperation.Mount;

    public void WriteTo(Utf8JsonWriter json)
    {
        var (name, last) = Cut();
        var tag = last is not null && Tag.TryParse(last, out _) ? last : null;
        json.WriteStartObject();
        json.WriteString("TimeGenerated"u8, Time);
        json.WriteString("OperationName"u8, Operation == AuditOperation.Delete && tag is not null ? AuditOperation.Untag : Operation);
        json.WriteString("ResultType"u8, "HttpStatusCode"u8);
        WriteStatus(json);
        Write(json, "Identity"u8, Entry.Authentication?.Caller.Name);
        Write(json, "CallerIpAddress"u8, Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : Address?.ToString());
        json.WriteString("LoginServer"u8, Entry.Host.ToString());
        Write(json, "Repository"u8, name);
        Write(json, "Tag"u8, tag);
        Write(json, "Digest"u8, Digest.Length > 0 ? Digest : last is not null && Protocol.Oci.Digest.TryParse(last, out _) ? last : null);
        if (IsContent)
        {
            Write(json, "MediaType"u8, MediaType is null ? null : Printable.Of(MediaType));
            json.WriteString("ArtifactType"u8, Entry.Route == RouteClass.Manifests ? "manifest"u8 : "blob"u8);
            if (Size is { } size)
                json.WriteNumber("Size"u8, size);
        }
        json.WriteNumber("DurationMs"u8, Math.Round(Duration.TotalMilliseconds, 3));
        json.WriteString("CorrelationId"u8, Correlation);
        Write(json, "UserAgent"u8, UserAgent is null ? null : Printable.Of(UserAgent));
        json.WriteString("UserTenantId"u8, Tenant);
        json.WriteString("Region"u8, "local"u8);
        Write(json, "Registry"u8, Entry.Registry?.Name);
        if (Operation == AuditOperation.Manage)
            json.WriteString("Resource"u8, Entry.Path.Span[..Math.Min(Entry.Path.Length, LongestPath)]);
        json.WriteString("Method"u8, Method);
        if (Repeated > 0)
            json.WriteNumber("Repeated"u8, Repeated);
        json.WriteString("Node"u8, Node);
        json.WriteEndObject();
    }

    private void WriteStatus(Utf8JsonWriter json)
    {
        Span<char> text = stackalloc char[16];
        if (text.TryWrite($"{Status}", out var written))
            json.WriteString("ResultDescription"u8, text[..written]);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> member, string? value)
    {
        if (value is not null)
            json.WriteString(member, value);
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
