using Gantry.Client.Content;
using Gantry.Client.Remote;
using Gantry.Client.Remote.Credentials;
using Gantry.Protocol.Naming;
using Gantry.Testing;
using Gantry.Testing.Content;

namespace Gantry.Client.Tests.Remote;

/// <summary>A repository of a real server, signed in as its owner.</summary>
public sealed class RemoteRepositoryTests : TargetContract, IAsyncLifetime
{
    private RegistryInProcess? _registry;
    private RegistryClient? _client;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryInProcess.StartAsync();
        var name = RegistryName.Parse(_registry.LoginServer);
        var owner = new Credential { Username = _registry.Owner.AppId, Password = _registry.Owner.Password };
        _client = new RegistryClient(name, new RegistryClientOptions { Credentials = new StaticCredential(name, owner) });
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_registry is not null)
            await _registry.DisposeAsync();
    }

    protected override ValueTask<ITarget> OpenAsync() => ValueTask.FromResult<ITarget>(_client!.GetRepository(Wire.Repository));
}
