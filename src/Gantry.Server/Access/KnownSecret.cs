namespace Gantry.Server.Access;

/// <summary>What an identity may show.</summary>
/// <param name="Hash">Keyed SHA-256.</param>
/// <param name="Ends">When it is over; null for never.</param>
public sealed record KnownSecret(ReadOnlyMemory<byte> Hash, DateTimeOffset? Ends)
{
    public bool CountsAt(DateTimeOffset now) => Ends is not { } ends || now < ends;
}
