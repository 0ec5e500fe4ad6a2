namespace Gantry.Server.Metadata;

/// <summary>The order of a list (ACR <c>orderby</c>).</summary>
public enum ListOrder
{
    /// <summary>By name or digest, byte for byte.</summary>
    Name,

    /// <summary>Oldest change first, then by name.</summary>
    TimeAscending,

    /// <summary>Newest change first, then by name.</summary>
    TimeDescending,
}
