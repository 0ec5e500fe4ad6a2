using System.Text;
using System.Xml;
using Gantry.Protocol.Distribution;
using Gantry.Server.Metadata;
using Gantry.Server.Runs;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Runs;

/// <summary><c>PUT /gantry/v1/sources/ID?sig=</c>: a context as a block blob of Azure's, for whoever has the link.</summary>
/// <remarks>At once, or in blocks that <c>comp=blocklist</c> puts together: az sends more than 64 MiB that way, several blocks at a time.</remarks>
public sealed class SourceEndpoints(RunSources sources, RunLinks links, BuildOptions options, TimeProvider time)
{
    private const int MaxBlockName = 88;
    private const int MaxBlocks = 50_000;
    private const int MaxListBytes = 8 * 1024 * 1024;

    public async Task HandleAsync(HttpContext http, RegistryRecord registry, string id)
    {
        if (!HttpMethods.IsPut(http.Request.Method))
        {
            await Answer.MethodNotAllowedAsync(http, "PUT");
            return;
        }
        if (!links.OpensSource(registry.Id, id, http.Request.Query["sig"].ToString()))
            throw new RegistryException(ErrorCode.Denied, "the link is not one of this place, or its time is over");
        if (http.Request.ContentLength > options.MaxSourceBytes)
            throw new RegistryException(ErrorCode.BlobTooLarge, $"a context has at most {options.MaxSourceBytes} bytes");
        switch (http.Request.Query["comp"].ToString())
        {
            case "":
                await sources.PutAsync(registry.Id, id, RequestBody.Unbounded(http), http.RequestAborted);
                break;
            case "block":
                await sources.PutBlockAsync(registry.Id, id, ReadName(http.Request.Query["blockid"].ToString()), RequestBody.Unbounded(http), http.RequestAborted);
                break;
            case "blocklist":
                await sources.PutBlockListAsync(registry.Id, id, ReadList(await SmallBody.ReadAsync(http, MaxListBytes)), http.RequestAborted);
                break;
            default:
                throw new RegistryException(ErrorCode.RequestInvalid, "comp is block or blocklist");
        }
        var headers = http.Response.Headers;
        headers["x-ms-version"] = "2021-12-02";
        headers["x-ms-request-id"] = ResponseHeaders.CorrelationOf(http);
        headers["x-ms-request-server-encrypted"] = "false";
        headers.ETag = $"\"0x{time.GetUtcNow().Ticks:X}\"";
        headers.LastModified = time.GetUtcNow().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        await Answer.EmptyAsync(http, StatusCodes.Status201Created);
    }

    private static byte[] ReadName(string text) =>
        text.Length is > 0 and <= MaxBlockName ? Encoding.UTF8.GetBytes(text) : throw new RegistryException(ErrorCode.RequestInvalid, "blockid must name the block");

    /// <summary>The names in their order; <c>Latest</c>, <c>Committed</c> and <c>Uncommitted</c> are one here.</summary>
    private static List<ReadOnlyMemory<byte>> ReadList(ReadOnlyMemory<byte> body)
    {
        var names = new List<ReadOnlyMemory<byte>>();
        try
        {
            using var content = new MemoryStream(body.ToArray(), writable: false);
            // No document type, so no entities either, and nothing is ever fetched.
            using var xml = XmlReader.Create(content, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            xml.ReadToFollowing("BlockList");
            while (xml.Read())
            {
                if (xml.NodeType != XmlNodeType.Text)
                    continue;
                names.Add(ReadName(xml.Value.Trim()));
                if (names.Count > MaxBlocks)
                    throw new RegistryException(ErrorCode.RequestInvalid, $"a context has at most {MaxBlocks} blocks");
            }
        }
        catch (XmlException)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, "the body is no list of blocks");
        }
        return names;
    }
}
