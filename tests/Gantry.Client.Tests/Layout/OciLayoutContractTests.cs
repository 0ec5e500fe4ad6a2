using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Testing.Content;

namespace Gantry.Client.Tests.Layout;

public sealed class OciLayoutContractTests : TargetContract, IDisposable
{
    private readonly Scratch _scratch = new();

    protected override async ValueTask<ITarget> OpenAsync() => await OciLayout.OpenAsync(_scratch["layout"], create: true);

    public void Dispose() => _scratch.Dispose();
}
