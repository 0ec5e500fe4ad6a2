namespace Gantry.Server.Metadata;

/// <summary>Whose tokens: a principal's, a scoped token's, or where it is neither the admin user's.</summary>
public readonly record struct TokenOwner(Guid? Principal, string? ScopedToken)
{
    public override string ToString() => Principal is { } id ? id.ToString() : ScopedToken is { } name ? $"token:{name}" : "admin";
}
