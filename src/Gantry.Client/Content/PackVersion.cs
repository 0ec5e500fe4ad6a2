namespace Gantry.Client.Content;

/// <summary>The image specification that a packed manifest follows.</summary>
public enum PackVersion
{
    /// <summary>1.0: the config's media type is the artifact's type.</summary>
    V10,

    /// <summary>1.1: <c>artifactType</c>, <c>subject</c>, the empty descriptor.</summary>
    V11,
}
