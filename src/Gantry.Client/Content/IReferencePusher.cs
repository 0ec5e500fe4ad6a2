using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Stores a manifest and names it in one round trip.</summary>
public interface IReferencePusher
{
    ValueTask PushAsync(Descriptor expected, Stream content, string reference, CancellationToken ct = default);
}
