using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Client.Acr;

/// <summary>The repository-scoped tokens of a registry.</summary>
public sealed class TokenClient
{
    private readonly ManagementConnection _connection;
    private readonly string _registryId;

    internal TokenClient(ManagementConnection connection, string registryId)
    {
        _connection = connection;
        _registryId = registryId;
    }

    public string IdOf(string name) => ArmPaths.Token(_registryId, name);

    public ValueTask<TokenResource> GetAsync(string name, CancellationToken ct = default) =>
        _connection.GetAsync(IdOf(name), WireJson.Wire.TokenResource, ct);

    /// <summary>Makes a token, without passwords yet.</summary>
    public ValueTask<TokenResource> CreateAsync(string name, TokenPropertiesRequest properties, CancellationToken ct = default) =>
        SendAsync(HttpMethod.Put, name, properties, ct);

    /// <summary>Changes what is given. It counts at the token's next request.</summary>
    public ValueTask<TokenResource> UpdateAsync(string name, TokenPropertiesRequest properties, CancellationToken ct = default) =>
        SendAsync(HttpMethod.Patch, name, properties, ct);

    public ValueTask DeleteAsync(string name, CancellationToken ct = default) => _connection.DeleteAsync(IdOf(name), ct);

    public IAsyncEnumerable<TokenResource> ListAsync(CancellationToken ct = default) =>
        _connection.ListAsync(ArmPaths.Tokens(_registryId), WireJson.Wire.TokenResourceList, page => (page.Value, page.NextLink), ct);

    /// <summary>Makes passwords, which this answer tells and no later one. Sent once: an answer that is lost may have made some.</summary>
    /// <param name="name">The token.</param>
    /// <param name="password"><c>password1</c> or <c>password2</c>; null for both.</param>
    /// <param name="expiry">When they end; null for never.</param>
    /// <param name="ct">Cancels.</param>
    public ValueTask<GeneratedCredentials> GenerateCredentialsAsync(string name, string? password = null, DateTimeOffset? expiry = null, CancellationToken ct = default)
    {
        var body = new GenerateCredentialsRequest { TokenId = IdOf(name), Name = password, Expiry = expiry };
        return _connection.SendAsync(
            HttpMethod.Post, ArmPaths.GenerateCredentials(_registryId), body, WireJson.Wire.GenerateCredentialsRequest, WireJson.Wire.GeneratedCredentials, ct);
    }

    private ValueTask<TokenResource> SendAsync(HttpMethod method, string name, TokenPropertiesRequest properties, CancellationToken ct) =>
        _connection.SendAsync(method, IdOf(name), new TokenRequest { Properties = properties }, WireJson.Wire.TokenRequest, WireJson.Wire.TokenResource, ct);
}
