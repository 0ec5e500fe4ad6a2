using System.Globalization;
using System.Text;
using Gantry.Protocol.Runs;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.Acr;

/// <summary>A registry called <c>myregistry</c> that answers about runs as a test wrote down.</summary>
internal static class RunPeer
{
    public static readonly string Path = RunPaths.Registry("myregistry");

    public static async Task<ScriptedPeer> StartAsync()
    {
        var peer = await ScriptedPeer.StartAsync();
        return peer
            .On("GET", "/gantry/v1/registries", PeerAnswer.Json("{\"registries\":[{\"name\":\"myregistry\",\"loginServer\":\"" + peer.Authority + "\"}]}"))
            .On("POST", $"{Path}/scheduleRun", Run("cf1", "Queued"))
            .On("POST", $"{Path}/listBuildSourceUploadUrl", PeerAnswer.Json("{\"uploadUrl\":\"http://" + peer.Authority + "/sources/1?sig=s\",\"relativePath\":\"source/1.tar.gz\"}"))
            .On("PUT", "/sources/1", 201)
            .On("POST", $"{Path}/runs/cf1/listLogSasUrl", PeerAnswer.Json("{\"logLink\":\"http://" + peer.Authority + "/logs/cf1?sig=s\"}"));
    }

    /// <summary>Adds a whole log, or with null one that goes on.</summary>
    public static ScriptedPeer WithLog(this ScriptedPeer peer, string log, string? complete) => peer.On("GET", "/logs/cf1", request =>
    {
        var from = int.Parse(request.Headers["x-ms-range"]["bytes=".Length..^1], CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(log);
        var answer = from >= bytes.Length
            ? new PeerAnswer(416)
            : new PeerAnswer(206) { Body = bytes[from..] }.With("Content-Range", $"bytes {from}-{bytes.Length - 1}/{bytes.Length}");
        return complete is null ? answer : answer.With("x-ms-meta-Complete", complete);
    }).On("HEAD", "/logs/cf1", 200);

    public static PeerAnswer Run(string id, string status, string more = "") => PeerAnswer.Json(Json(id, status, more));

    public static string Json(string id, string status, string more = "") =>
        "{\"type\":\"Microsoft.ContainerRegistry/registries/runs\",\"id\":\"" + Path + "/runs/" + id + "\",\"name\":\"" + id + "\",\"properties\":{\"runId\":\"" + id
        + "\",\"status\":\"" + status + "\",\"lastUpdatedTime\":\"2026-01-02T03:04:05.1234567Z\",\"runType\":\"QuickBuild\",\"createTime\":\"2026-01-02T03:04:05Z\","
        + "\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}" + more + ",\"provisioningState\":\"Succeeded\",\"isArchiveEnabled\":false}}";
}
