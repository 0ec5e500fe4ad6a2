using Microsoft.Extensions.Hosting;

namespace Gantry.Server.Hosting;

/// <summary>Leaves signals and the console to whoever started the server.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
