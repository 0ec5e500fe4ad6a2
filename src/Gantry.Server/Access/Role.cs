using Gantry.Protocol.Token;

namespace Gantry.Server.Access;

/// <summary>What a principal may do (ACR's built-in roles). Instances are the static ones.</summary>
public sealed class Role
{
    public static readonly Role Owner = new("Owner", manages: true,
        TokenActions.Pull, TokenActions.Push, TokenActions.Delete, TokenActions.MetadataRead, TokenActions.MetadataWrite);

    public static readonly Role AcrPull = new("AcrPull", manages: false, TokenActions.Pull, TokenActions.MetadataRead);

    public static readonly Role AcrPush = new("AcrPush", manages: false,
        TokenActions.Pull, TokenActions.Push, TokenActions.MetadataRead, TokenActions.MetadataWrite);

    public static readonly Role AcrDelete = new("AcrDelete", manages: false, TokenActions.Delete, TokenActions.MetadataRead);

    public static readonly IReadOnlyList<Role> All = [Owner, AcrPull, AcrPush, AcrDelete];

    private readonly string[] _actions;

    private Role(string name, bool manages, params string[] actions)
    {
        Name = name;
        Manages = manages;
        _actions = actions;
    }

    public string Name { get; }

    /// <summary>Whether the role rules the registry itself: principals, policies.</summary>
    public bool Manages { get; }

    /// <summary>Actions on repositories.</summary>
    public IReadOnlyList<string> Actions => _actions;

    public bool Allows(string action) => Array.IndexOf(_actions, action) >= 0;

    /// <summary>The role of that name in any case, or null.</summary>
    public static Role? Find(string name) => All.FirstOrDefault(role => role.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => Name;
}
