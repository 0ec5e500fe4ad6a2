using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Token;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Gantry.Server.Http.Token;

/// <summary>What a client asks the sign-in server for, from a form or a query.</summary>
public sealed class TokenForm
{
    /// <summary>Scopes that one token may name: all of them travel in the header of every request.</summary>
    public const int MaxScopes = 100;

    private readonly Func<string, StringValues> _values;

    private TokenForm(Func<string, StringValues> values) => _values = values;

    public string? GrantType => Single("grant_type");

    public string User => Single("username") ?? "";

    public string Password => Single("password") ?? "";

    public string RefreshToken => Single("refresh_token") ?? "";

    public string Token => Single("token") ?? "";

    /// <summary>An outside issuer's token: as az sends it, or as RFC 8693 has it. An access token is meant by either name; an ID token is one here too.</summary>
    public string OutsideToken => Single("access_token") ?? Single("subject_token") ?? "";

    /// <summary>What the nonce of an ID token was made of (<see cref="SignInNonce"/>).</summary>
    public string? NonceSeed => Single("nonce_seed");

    /// <summary>Whether a refresh token is asked for as well: <c>access_type=offline</c>, or <c>offline_token=true</c> as docker's GET says.</summary>
    public bool Offline => Single("access_type") == "offline" || Single("offline_token") == "true";

    /// <exception cref="RegistryException">More scopes than a token may name.</exception>
    public IReadOnlyList<Scope> Scopes()
    {
        var scopes = Scope.Merge(Scope.ParseAll(_values("scope")));
        return scopes.Count <= MaxScopes
            ? scopes
            : throw new RegistryException(ErrorCode.RequestInvalid, $"a token names at most {MaxScopes} scopes");
    }

    public static TokenForm OfQuery(HttpRequest request) => new(name => request.Query[name]);

    /// <exception cref="RegistryException">The body is no form, or too large.</exception>
    public static async ValueTask<TokenForm> ReadAsync(HttpContext http, int maxBytes)
    {
        if (http.Request.ContentType is not { } type || !type.AsSpan().Trim().StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            throw new RegistryException(ErrorCode.RequestInvalid, "the body must be application/x-www-form-urlencoded");
        var body = await SmallBody.ReadAsync(http, maxBytes);
        try
        {
            using var reader = new FormReader(Encoding.UTF8.GetString(body.Span)) { KeyLengthLimit = 256, ValueLengthLimit = maxBytes };
            var form = reader.ReadForm();
            return new TokenForm(name => form.GetValueOrDefault(name));
        }
        catch (InvalidDataException)
        {
            throw new RegistryException(ErrorCode.RequestInvalid, "the form has too many fields, or too long ones");
        }
    }

    // RFC 6749 section 3.2: parameters are not repeated. Scope is, by docker's clients.
    private string? Single(string name)
    {
        var values = _values(name);
        return values.Count <= 1
            ? values.ToString() is { Length: > 0 } value ? value : null
            : throw new RegistryException(ErrorCode.RequestInvalid, $"{name} is given more than once");
    }
}
