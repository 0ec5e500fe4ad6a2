using Gantry.Client.Content;
using Gantry.Testing.Content;

namespace Gantry.Client.Tests.Content;

public sealed class MemoryStoreTests : TargetContract
{
    protected override ValueTask<ITarget> OpenAsync() => new(new MemoryStore());
}
