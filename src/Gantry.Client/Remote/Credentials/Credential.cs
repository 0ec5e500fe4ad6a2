namespace Gantry.Client.Remote.Credentials;

/// <summary>What proves who we are to a registry. Prints nothing of its secrets.</summary>
public sealed record Credential
{
    public string Username { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>An identity (refresh) token, exchanged for access tokens.</summary>
    public string RefreshToken { get; init; } = "";

    /// <summary>An access token, sent as it is.</summary>
    public string AccessToken { get; init; } = "";

    public bool IsEmpty => Username.Length + Password.Length + RefreshToken.Length + AccessToken.Length == 0;

    public override string ToString() => IsEmpty ? "no credential" : $"credential of {(Username.Length > 0 ? Username : "a token")}";
}
