using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>Orders a certificate (RFC 8555 section 7).</summary>
/// <remarks><code>
///   (1) account ──► (2) order ──► for each host: (3) show the answer, say so, wait until it was looked at
///                                   └──► (4) send the request for a new key ──► (5) wait ──► (6) fetch the chain, look at it
/// </code>
/// An order that fails on the way is left to the authority, which forgets it; the next attempt begins anew and finds the hosts that were proved already.
/// </remarks>
internal sealed class AcmeOrdering(AcmeOptions options, AcmeConnection connection, AcmeKey key, AcmeChallenges challenges, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(30);

    private static readonly byte[] Read = [];

    /// <returns>The new private key and the chain, both PEM.</returns>
    /// <exception cref="AcmeException">The authority refuses.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    public async Task<(string Key, string Chain)> OrderAsync(CancellationToken ct)
    {
        var directory = await connection.ReadDirectoryAsync(ct);
        try
        {
            // (1)
            connection.Use(await SignUpAsync(directory, ct));

            // (2)
            var wanted = new AcmeNewOrder { Identifiers = [.. options.Domains.Select(host => new AcmeIdentifier { Type = "dns", Value = host.ToLowerInvariant() })] };
            var reply = await connection.PostAsync(directory, directory.NewOrder, JsonSerializer.SerializeToUtf8Bytes(wanted, AcmeJson.Default.AcmeNewOrder), ct);
            var place = reply.Location ?? throw new AcmeException("the ACME server does not say where the order is");
            var order = reply.Read(AcmeJson.Default.AcmeOrder);

            // (3)
            foreach (var authorization in order.Authorizations ?? [])
                await ProveAsync(directory, authorization, ct);
            order = await WaitAsync(directory, place, AcmeJson.Default.AcmeOrder, found => found.Status != "pending", ct);

            // (4)
            using var certificateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            if (order is { Status: "ready", Finalize: { } finalize })
                await connection.PostAsync(directory, finalize, JsonSerializer.SerializeToUtf8Bytes(Request(certificateKey), AcmeJson.Default.AcmeFinalize), ct);

            // (5)
            order = await WaitAsync(directory, place, AcmeJson.Default.AcmeOrder, found => found.Status is "valid" or "invalid", ct);
            if (order is not { Status: "valid", Certificate: { } certificate })
                throw new AcmeException($"the order ended as {order.Status}: {AcmeConnection.Describe(order.Error)}");

            // (6)
            var chain = Encoding.UTF8.GetString((await connection.PostAsync(directory, certificate, Read, ct)).Body);
            return (certificateKey.ExportPkcs8PrivateKeyPem() + "\n", chain);
        }
        finally
        {
            challenges.Clear();
        }
    }

    /// <summary>Makes the account; where the key has one already, that is the answer (section 7.3).</summary>
    private async Task<Uri> SignUpAsync(AcmeDirectory directory, CancellationToken ct)
    {
        if (directory.Meta?.ExternalAccountRequired == true && options.ExternalKeyId is null)
            throw new AcmeException("the authority wants an account that is bound to one of its own: give --acme-eab-kid and --acme-eab-key-file", "externalAccountRequired");
        var account = new AcmeNewAccount
        {
            TermsOfServiceAgreed = options.AcceptTerms,
            Contact = options.Email is { } email ? [$"mailto:{email}"] : null,
            ExternalAccountBinding = options.ExternalKeyId is { } id ? key.Bind(id, await ReadExternalKeyAsync(ct), directory.NewAccount) : null,
        };
        var reply = await connection.PostAsync(directory, directory.NewAccount, JsonSerializer.SerializeToUtf8Bytes(account, AcmeJson.Default.AcmeNewAccount), ct);
        return reply.Location ?? throw new AcmeException("the ACME server does not say where the account is");
    }

    private async Task<byte[]> ReadExternalKeyAsync(CancellationToken ct)
    {
        try
        {
            return Base64Url.DecodeFromChars((await File.ReadAllTextAsync(options.ExternalKeyFile!, ct)).Trim());
        }
        catch (FormatException)
        {
            // The parser's message might quote the key.
            throw new AcmeException($"{options.ExternalKeyFile} does not hold a key in base64url");
        }
    }

    private async Task ProveAsync(AcmeDirectory directory, Uri place, CancellationToken ct)
    {
        var authorization = (await connection.PostAsync(directory, place, Read, ct)).Read(AcmeJson.Default.AcmeAuthorization);
        if (authorization.Status == "valid")
            return;
        var type = options.Challenge == AcmeChallengeKind.Http01 ? "http-01" : "tls-alpn-01";
        var host = authorization.Identifier.Value;
        if (!options.Domains.Contains(host, StringComparer.OrdinalIgnoreCase))
            throw new AcmeException($"the authority wants a proof for {Protocol.Printable.Of(host)}, which was not ordered");
        if (authorization.Challenges.FirstOrDefault(challenge => challenge.Type == type) is not { Token: { } token } chosen || !IsToken(token))
            throw new AcmeException($"the authority does not offer {type} for {Protocol.Printable.Of(host)}");
        if (options.Challenge == AcmeChallengeKind.Http01)
            challenges.Answer(token, key.Authorize(token));
        else
            challenges.Show(host, key.Authorize(token));
        await connection.PostAsync(directory, chosen.Url, "{}"u8.ToArray(), ct);
        var judged = await WaitAsync(directory, place, AcmeJson.Default.AcmeAuthorization, found => found.Status is not ("pending" or "processing"), ct);
        if (judged.Status != "valid")
            throw new AcmeException($"the authority could not verify {Protocol.Printable.Of(host)} by {type}: {AcmeConnection.Describe(judged.Challenges.FirstOrDefault(challenge => challenge.Error is not null)?.Error)}", "unauthorized");
    }

    private async Task<T> WaitAsync<T>(AcmeDirectory directory, Uri place, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, Predicate<T> settled, CancellationToken ct)
    {
        var begin = time.GetTimestamp();
        while (true)
        {
            var reply = await connection.PostAsync(directory, place, Read, ct);
            var found = reply.Read(type);
            if (settled(found))
                return found;
            if (time.GetElapsedTime(begin) > Patience)
                throw new AcmeException("the ACME server takes too long");
            var wait = reply.RetryAfter ?? Step;
            await Task.Delay(wait < Step ? Step : wait > LongestStep ? LongestStep : wait, time, ct);
        }
    }

    private AcmeFinalize Request(ECDsa certificateKey)
    {
        var request = new CertificateRequest($"CN={options.Domains[0].ToLowerInvariant()}", certificateKey, HashAlgorithmName.SHA256);
        // A common name has room for 64 characters (RFC 5280 appendix A.1); nobody reads it any more.
        if (options.Domains[0].Length > 64)
            request = new CertificateRequest("", certificateKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in options.Domains)
            names.AddDnsName(host.ToLowerInvariant());
        request.CertificateExtensions.Add(names.Build());
        return new AcmeFinalize { Csr = Base64Url.EncodeToString(request.CreateSigningRequest()) };
    }

    /// <summary>It becomes part of a path and of what we sign: base64url and nothing else (section 8.1).</summary>
    private static bool IsToken(string token) => token.Length is > 0 and <= 512 && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
