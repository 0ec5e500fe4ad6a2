namespace Gantry.Server.Storage.S3;

/// <summary>What a store is asked with. Its text shows no secret.</summary>
/// <param name="AccessKey">Public: it travels with each request.</param>
/// <param name="SecretKey">Signs, and is never sent.</param>
/// <param name="SessionToken">Of keys that end by themselves; null for others.</param>
public sealed record S3Keys(string AccessKey, string SecretKey, string? SessionToken = null)
{
    /// <summary>The usual variables of Amazon's tools; null where they are not set, and the SDK looks further: profiles, containers, machines.</summary>
    public static S3Keys? FromEnvironment(Func<string, string?> variable) =>
        variable("AWS_ACCESS_KEY_ID") is { Length: > 0 } access && variable("AWS_SECRET_ACCESS_KEY") is { Length: > 0 } secret
            ? new S3Keys(access, secret, variable("AWS_SESSION_TOKEN") is { Length: > 0 } token ? token : null)
            : null;

    public override string ToString() => $"{nameof(S3Keys)} {AccessKey}";
}
