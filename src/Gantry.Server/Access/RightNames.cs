using System.Numerics;
using Gantry.Protocol.Token;

namespace Gantry.Server.Access;

/// <summary>What rights are called: by Azure's permissions, and by the actions of token scopes.</summary>
public static class RightNames
{
    private const string Root = "Microsoft.ContainerRegistry/registries/";

    // By the bit's place in Rights. An action is what a scope names; those without one are in no token.
    private static readonly (string Permission, string? Action)[] Names =
    [
        (Root + "repositories/content/read", TokenActions.Pull),
        (Root + "repositories/content/write", TokenActions.Push),
        (Root + "repositories/content/delete", TokenActions.Delete),
        (Root + "repositories/metadata/read", TokenActions.MetadataRead),
        (Root + "repositories/metadata/write", TokenActions.MetadataWrite),
        (Root + "deleted/read", TokenActions.DeletedRead),
        (Root + "deleted/restore/action", TokenActions.DeletedRestore),
        (Root + "quarantine/read", null),
        (Root + "quarantine/write", null),
        (Root + "sign/write", null),
        (Root + "catalog/read", null),
        (Root + "read", null),
        (Root + "write", null),
        (Root + "listCredentials/action", null),
        (Root + "runs/read", null),
        ("Microsoft.Authorization/roleAssignments/read", null),
        ("Microsoft.Authorization/roleAssignments/write", null),
        ("Gantry/audit/read", null),
        ("Gantry/server/operate", null),
        ("Gantry/catalog/own/read", null),
    ];

    /// <summary>Every single right.</summary>
    public static readonly IReadOnlyList<Rights> All = [.. Enumerable.Range(0, Names.Length).Select(bit => (Rights)(1 << bit))];

    /// <summary>Azure's name of one right; where Azure has none, ours.</summary>
    public static string PermissionOf(Rights right) => Names[BitOperations.TrailingZeroCount((int)right)].Permission;

    /// <summary>The same without what every one of them begins with.</summary>
    public static string ShortOf(Rights right) => PermissionOf(right).Replace(Root, "", StringComparison.Ordinal);

    /// <summary>What a token scope calls one right; null where no token opens it.</summary>
    public static string? ActionOf(Rights right) => Names[BitOperations.TrailingZeroCount((int)right)].Action;

    /// <summary>The right that an action of a token scope names; none where it names none.</summary>
    public static Rights OfAction(string action) => action switch
    {
        TokenActions.Pull => Rights.ContentRead,
        TokenActions.Push => Rights.ContentWrite,
        TokenActions.Delete => Rights.ContentDelete,
        TokenActions.MetadataRead => Rights.MetadataRead,
        TokenActions.MetadataWrite => Rights.MetadataWrite,
        TokenActions.DeletedRead => Rights.DeletedRead,
        TokenActions.DeletedRestore => Rights.DeletedRestore,
        _ => Rights.None,
    };

    /// <summary>The right of a permission's name or a scope's action, in any case; none where it is no name of one.</summary>
    public static Rights Find(string name)
    {
        for (var bit = 0; bit < Names.Length; bit++)
        {
            if (name.Equals(Names[bit].Permission, StringComparison.OrdinalIgnoreCase) || name.Equals(Names[bit].Action, StringComparison.OrdinalIgnoreCase)
                || name.Equals(ShortOf((Rights)(1 << bit)), StringComparison.OrdinalIgnoreCase))
                return (Rights)(1 << bit);
        }
        return Rights.None;
    }
}
