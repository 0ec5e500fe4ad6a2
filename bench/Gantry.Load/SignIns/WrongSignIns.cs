using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gantry.Load.Traffic;

namespace Gantry.Load.SignIns;

/// <summary>Sign-ins that are wrong in turns: an id that nobody has, the owner's id with another secret, and a form with such an id.</summary>
/// <param name="endpoint">Whom to ask.</param>
/// <param name="owner">The owner's application id.</param>
internal sealed class WrongSignIns(Endpoint endpoint, string owner)
{
    private const string Secret = "wrongwrongwrongwrongwrongwrongwrongwrongwro";

    private const int SignatureBytes = 64;

    private readonly byte[] _known = Requests.Get(endpoint, "/v2/", Basic($"{owner}:{Secret}"));

    public byte[] At(long number) => (number % 3) switch
    {
        0 => Requests.Get(endpoint, "/v2/", Basic($"{Guid.NewGuid()}:{Secret}")),
        1 => _known,
        _ => Requests.Send(new Endpoint(endpoint.Port), "POST", "/oauth2/token", Encoding.ASCII.GetBytes($"grant_type=password&service=bench&username={Guid.NewGuid()}&password={Secret}"), "application/x-www-form-urlencoded"),
    };

    /// <summary>A token whose head and body are true and whose signature is not: each must be looked at, and no two are the same.</summary>
    /// <param name="endpoint">Whom to ask.</param>
    /// <param name="authorization">The header line of a token that is true.</param>
    public static Func<long, byte[]> Tokens(Endpoint endpoint, string authorization)
    {
        var signed = authorization[..(authorization.LastIndexOf('.') + 1)];
        return _ => Requests.Get(endpoint, "/v2/", $"{signed}{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SignatureBytes))}\r\n");
    }

    /// <summary>The line of the header.</summary>
    public static string Basic(string pair) => $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(pair))}\r\n";
}
