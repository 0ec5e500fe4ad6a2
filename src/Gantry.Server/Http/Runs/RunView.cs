using Gantry.Protocol.Runs;
using Gantry.Server.Metadata;

namespace Gantry.Server.Http.Runs;

/// <summary>A run as its resource shows it. What was asked stays out of it, and so do the values of arguments.</summary>
internal static class RunView
{
    /// <param name="run">The run.</param>
    /// <param name="registryPath">The registry's resource path.</param>
    public static RunResource Of(RunRecord run, string registryPath) => new()
    {
        Id = $"{registryPath}/runs/{run.Key.Id}",
        Name = run.Key.Id,
        Properties = new RunProperties
        {
            RunId = run.Key.Id,
            Status = run.Status,
            LastUpdatedTime = run.Updated,
            RunType = RunType.QuickBuild,
            CreateTime = run.Created,
            StartTime = run.Started,
            FinishTime = run.Finished,
            OutputImages = run.Outcome?.OutputImages,
            Platform = run.Request.Platform ?? new RunPlatform { Os = "linux" },
            AgentConfiguration = run.Request.AgentConfiguration,
            RunErrorMessage = run.Outcome?.Error,
            // Azure's words for the resource, which its clients wait on.
            ProvisioningState = run.Status.IsFinal ? run.Status == RunStatus.Succeeded ? "Succeeded" : "Failed" : "Running",
            IsArchiveEnabled = run.Archived,
        },
    };
}
