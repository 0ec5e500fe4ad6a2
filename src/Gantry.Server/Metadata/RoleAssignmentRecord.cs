using Gantry.Protocol.Naming;

namespace Gantry.Server.Metadata;

/// <summary>A role that a principal has in a registry or in a part of it.</summary>
public sealed record RoleAssignmentRecord
{
    /// <summary>The name of <see cref="Access.Role.Owner"/>, which this room does not know.</summary>
    internal const string OwnerRole = "Owner";

    public required Guid Id { get; init; }

    public required RegistryId Registry { get; init; }

    /// <summary>Who has it; null for whoever does not say who they are.</summary>
    public Guid? Principal { get; init; }

    /// <summary>The role's name as <see cref="Access.Role"/> writes it.</summary>
    public required string Role { get; init; }

    /// <summary>Limits the role to this repository and those below it; null for all.</summary>
    public RepositoryName? RepositoryPrefix { get; init; }

    /// <summary>Limits the role further, in the language of <see cref="Access"/>'s conditions; null for nothing more.</summary>
    public string? Condition { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Whether it makes an owner of the whole registry. One must always stay.</summary>
    public bool RulesAll => Role == OwnerRole && RepositoryPrefix is null && Condition is null && Principal is not null;
}
