using Gantry.Server.Metadata.Sql;
using Gantry.Server.Storage;
using Gantry.Testing;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>A test of the jobs that keep a registry in order, wherever its content lies.</summary>
public abstract class UpkeepTest
{
    /// <summary>SQLite and files here; the other three are what derives from the tests.</summary>
    protected virtual Corner Corner() => Testing.Corner.Local();

    private protected Task<UpkeepRoom> OpenAsync(TimeSpan grace, Func<IBlobDriver, IBlobDriver>? around = null, UpkeepRoom.Clocks? clocks = null, BlobHolds? holds = null) =>
        UpkeepRoom.OpenAsync(grace, around, clocks, holds, corner: Corner());
}
