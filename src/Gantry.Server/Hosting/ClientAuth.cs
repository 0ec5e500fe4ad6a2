namespace Gantry.Server.Hosting;

/// <summary>What a client's certificate is to the server.</summary>
public enum ClientAuth
{
    /// <summary>One that is verified counts; a client without it signs in by other means.</summary>
    Allow,

    /// <summary>Without one that is verified there is no connection.</summary>
    Require,
}
