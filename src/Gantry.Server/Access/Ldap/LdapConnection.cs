using System.Formats.Asn1;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gantry.Server.Access.Ldap;

/// <summary>One connection to a directory (LDAPv3, RFC 4511): one request at a time, bounded in bytes and time.</summary>
/// <remarks>After an exception it is of no more use.</remarks>
internal sealed class LdapConnection : IAsyncDisposable
{
    private const string StartTlsName = "1.3.6.1.4.1.1466.20037";

    private static readonly Asn1Tag BindTag = new(TagClass.Application, 0, isConstructed: true);
    private static readonly Asn1Tag UnbindTag = new(TagClass.Application, 2);
    private static readonly Asn1Tag SearchTag = new(TagClass.Application, 3, isConstructed: true);
    private static readonly Asn1Tag ExtendedTag = new(TagClass.Application, 23, isConstructed: true);
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);

    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private Stream _stream;
    private byte[] _buffer = new byte[4096];
    private int _filled;
    private int _id;

    private LdapConnection(Stream stream, TimeSpan patience, TimeProvider time) => (_stream, _patience, _time) = (stream, patience, time);

    /// <summary>Connects, and encrypts before anything is said.</summary>
    /// <exception cref="LdapException">The directory is not reached, or its certificate is not trusted.</exception>
    public static async ValueTask<LdapConnection> OpenAsync(LdapAddress address, LdapOptions options, X509Certificate2Collection? roots, TimeProvider time, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(options.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        LdapConnection? connection = null;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, either.Token);
            connection = new LdapConnection(new NetworkStream(socket, ownsSocket: true), options.Patience, time);
            if (!address.IsTls && options.StartTls)
                await connection.StartTlsAsync(either.Token);
            if (address.IsTls || options.StartTls)
                await connection.EncryptAsync(address.Host, roots, either.Token);
            return connection;
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or LdapException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            if (connection is not null)
                await connection._stream.DisposeAsync();
            socket.Dispose();
            throw new LdapException($"{address} cannot be asked: {(e is OperationCanceledException ? $"nothing came for {options.Patience.TotalSeconds} seconds" : e.Message)}", e);
        }
    }

    /// <summary>Simple bind: whether the directory takes this password for this name. It is told apart from every other failure.</summary>
    /// <exception cref="ArgumentException">An empty password: a bind with one succeeds as nobody (RFC 4513, 5.1.2), which is no proof of anything.</exception>
    /// <exception cref="LdapException">The directory could not say.</exception>
    public async ValueTask<bool> BindAsync(string dn, string password, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(dn);
        ArgumentException.ThrowIfNullOrEmpty(password);
        var request = Begin();
        request.PushSequence(BindTag);
        request.WriteInteger(3);
        request.WriteOctetString(Encoding.UTF8.GetBytes(dn));
        request.WriteOctetString(Encoding.UTF8.GetBytes(password), Context0);
        request.PopSequence(BindTag);
        var answer = await AskAsync(request, entries: null, LdapAnswer.BindResponse, ct);
        return answer switch
        {
            LdapAnswer.Success => true,
            // To bind as an entry that is not there, or not as one that has a password, answers in servers' several ways.
            LdapAnswer.InvalidCredentials or LdapAnswer.NoSuchObject or 34 or 48 or 53 => false,
            _ => throw new LdapException($"the directory answered a bind with {answer}"),
        };
    }

    /// <summary>The entries below a base that a filter covers.</summary>
    /// <param name="query">What is looked for.</param>
    /// <param name="ct">Ends the search, and with it the connection.</param>
    /// <exception cref="LdapException">There are more than asked for, or the directory could not say.</exception>
    public async ValueTask<IReadOnlyList<LdapEntry>> SearchAsync(LdapQuery query, CancellationToken ct)
    {
        var request = Begin();
        request.PushSequence(SearchTag);
        request.WriteOctetString(Encoding.UTF8.GetBytes(query.Base));
        request.WriteEnumeratedValue(query.Scope);
        request.WriteEnumeratedValue(LdapAliases.Never);
        request.WriteInteger(query.Most);
        request.WriteInteger((int)Math.Ceiling(_patience.TotalSeconds));
        request.WriteBoolean(false);
        query.Filter.Write(request, [.. query.Values]);
        request.PushSequence();
        foreach (var attribute in query.Attributes)
            request.WriteOctetString(Encoding.UTF8.GetBytes(attribute));
        request.PopSequence();
        request.PopSequence(SearchTag);
        var entries = new List<LdapEntry>();
        return await AskAsync(request, entries, LdapAnswer.SearchDone, ct) switch
        {
            LdapAnswer.Success when entries.Count <= query.Most => entries,
            LdapAnswer.Success or LdapAnswer.SizeLimitExceeded when query.MayBeCut => entries,
            LdapAnswer.NoSuchObject => [],
            LdapAnswer.Success or LdapAnswer.SizeLimitExceeded => throw new LdapException($"the directory found more than {query.Most} entries"),
            var code => throw new LdapException($"the directory answered a search with {code}"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            var farewell = Begin();
            farewell.WriteNull(UnbindTag);
            await SendAsync(farewell, new CancellationToken(canceled: false));
        }
        catch (Exception e) when (e is IOException or LdapException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }
        await _stream.DisposeAsync();
    }

    private async ValueTask StartTlsAsync(CancellationToken ct)
    {
        var request = Begin();
        request.PushSequence(ExtendedTag);
        request.WriteOctetString(Encoding.ASCII.GetBytes(StartTlsName), Context0);
        request.PopSequence(ExtendedTag);
        if (await AskAsync(request, entries: null, LdapAnswer.ExtendedResponse, ct) is not LdapAnswer.Success and var code)
            throw new LdapException($"the directory answered StartTLS with {code}");
        // What came in the clear behind the answer would be read as if it were encrypted.
        if (_filled > 0)
            throw new LdapException("the directory said more before TLS began");
    }

    private async ValueTask EncryptAsync(string host, X509Certificate2Collection? roots, CancellationToken ct)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = host };
        if (roots is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }
        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(tls, ct);
    }

    private AsnWriter Begin()
    {
        var request = new AsnWriter(AsnEncodingRules.BER);
        request.PushSequence();
        request.WriteInteger(++_id);
        return request;
    }

    private async ValueTask SendAsync(AsnWriter request, CancellationToken ct)
    {
        request.PopSequence();
        await _stream.WriteAsync(request.Encode(), ct);
    }

    /// <summary>Sends a request and reads to its end; the result's code.</summary>
    private async ValueTask<int> AskAsync(AsnWriter request, List<LdapEntry>? entries, int until, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            await SendAsync(request, either.Token);
            while (true)
            {
                var answer = await ReadAsync(either.Token);
                if (answer.Id != _id)
                    throw new LdapException("the directory ends the connection or answers what was not asked");
                if (answer.Operation == until)
                    return answer.Result;
                if (answer.Entry is { } entry && entries is not null && entries.Count < LdapQuery.MaxEntries)
                    entries.Add(entry);
                else if (answer.Operation != LdapAnswer.SearchReference)
                    throw new LdapException("the directory answers what was not asked");
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new LdapException($"nothing came from the directory for {_patience.TotalSeconds} seconds", e);
        }
        catch (IOException e)
        {
            throw new LdapException($"the connection to the directory broke: {e.Message}", e);
        }
    }

    private async ValueTask<LdapAnswer> ReadAsync(CancellationToken ct)
    {
        int length;
        while ((length = LdapFraming.TryReadLength(_buffer.AsSpan(0, _filled))) == 0 || length > _filled)
        {
            if (length > _buffer.Length || _filled == _buffer.Length)
                Array.Resize(ref _buffer, Math.Max(length, 2 * _buffer.Length));
            if (length < 0)
                break;
            var read = await _stream.ReadAsync(_buffer.AsMemory(_filled), ct);
            if (read == 0)
                throw new LdapException("the directory ended the connection");
            _filled += read;
        }
        if (length < 0 || LdapAnswer.TryParse(_buffer.AsMemory(0, length)) is not { } answer)
            throw new LdapException("the directory sent no LDAP message");
        _buffer.AsSpan(length, _filled - length).CopyTo(_buffer);
        _filled -= length;
        return answer;
    }
}
