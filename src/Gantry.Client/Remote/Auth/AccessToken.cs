namespace Gantry.Client.Remote.Auth;

/// <summary>A token and the moment from which we no longer send it.</summary>
internal sealed record AccessToken(string Value, DateTimeOffset Expires)
{
    public override string ToString() => $"token until {Expires:O}";
}
