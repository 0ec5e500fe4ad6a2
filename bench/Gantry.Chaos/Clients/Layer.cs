using Gantry.Protocol.Oci;

namespace Gantry.Chaos.Clients;

/// <summary>Bytes that images share.</summary>
internal sealed record Layer(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes);
