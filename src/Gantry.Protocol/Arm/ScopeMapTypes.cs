namespace Gantry.Protocol.Arm;

/// <summary>Who made a scope map.</summary>
public static class ScopeMapTypes
{
    public const string User = "UserDefined";

    /// <summary>The registry itself: such a map cannot be changed.</summary>
    public const string System = "SystemDefined";
}
