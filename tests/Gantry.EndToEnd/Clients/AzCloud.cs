namespace Gantry.EndToEnd.Clients;

/// <summary>The unmodified az with <c>-u -p</c> and without <c>az login</c>, over HTTPS with a private authority.</summary>
/// <remarks>
/// az joins the registry's name and the cloud's suffix. With a registry named <c>localhost</c> and the suffix <c>:PORT</c> that is an
/// address which needs no entry in any hosts file.
/// </remarks>
internal static class AzCloud
{
    /// <summary>Describes the user's server to az, as its cloud.</summary>
    public static async Task SetAsync(OrasUser user)
    {
        user.Sandbox["REQUESTS_CA_BUNDLE"] = user.Authority;
        var url = $"https://{user.Server.Host}";
        (await user.Sandbox.AzAsync("cloud", "register", "-n", "SelfHosted", "--endpoint-resource-manager", url, "--endpoint-active-directory", url + "/adfs",
            "--endpoint-active-directory-resource-id", url, "--endpoint-active-directory-graph-resource-id", url,
            "--suffix-acr-login-server-endpoint", $":{user.Server.Url.Port}")).MustSucceed();
        (await user.Sandbox.AzAsync("cloud", "set", "-n", "SelfHosted")).MustSucceed();
    }

    /// <summary>Runs <c>az acr</c> with the owner's credentials.</summary>
    public static Task<ToolResult> AcrAsync(OrasUser user, params string[] arguments) =>
        user.Sandbox.AzAsync(["acr", .. arguments, "--name", "localhost", "-u", user.Server.AppId, "-p", user.Server.Password, "-o", "json"]);

    /// <summary>Runs <c>az acr manifest</c>, where the registry is <c>--registry</c>, with the owner's credentials.</summary>
    public static Task<ToolResult> ManifestAsync(OrasUser user, params string[] arguments) =>
        user.Sandbox.AzAsync(["acr", "manifest", .. arguments, "--registry", "localhost", "-u", user.Server.AppId, "-p", user.Server.Password, "-o", "json"]);
}
