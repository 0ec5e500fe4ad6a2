namespace Gantry.Server.Tests.Access.Matrix;

/// <summary>One world for the tests of a class.</summary>
/// <param name="onPostgres">The database.</param>
public abstract class MatrixFixture(bool onPostgres) : IAsyncLifetime
{
    private MatrixWorld? _world;

    internal MatrixWorld World => _world ?? throw new InvalidOperationException("the world is not open");

    public async ValueTask InitializeAsync() => _world = await MatrixWorld.OpenAsync(onPostgres);

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
    }
}
