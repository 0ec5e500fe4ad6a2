namespace Gantry.Server.Hosting.Tls;

/// <summary>The certificate of the moment. A handshake takes it as it begins and keeps it to its end, whatever is shown meanwhile.</summary>
internal sealed class ShownCertificate(ServerCertificate first, TimeProvider time) : IDisposable
{
    // Six times as long as Kestrel lets a handshake take.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<(ServerCertificate Certificate, long Since)> _retired = [];
    private volatile ServerCertificate _current = first;

    public ServerCertificate Current => _current;

    /// <summary>Shows another one from now on, and owns it.</summary>
    public void Show(ServerCertificate next)
    {
        // Made here and not by the first handshake: what it finds wrong must not be that client's trouble.
        _ = next.Context;
        lock (_lock)
        {
            _retired.Add((_current, time.GetTimestamp()));
            _current = next;
        }
    }

    /// <summary>Lets go of those that no handshake can hold any more.</summary>
    public void Tidy()
    {
        lock (_lock)
        {
            for (var i = _retired.Count - 1; i >= 0; i--)
            {
                if (time.GetElapsedTime(_retired[i].Since) < Rest)
                    continue;
                _retired[i].Certificate.Dispose();
                _retired.RemoveAt(i);
            }
        }
    }

    /// <summary>How many are kept for handshakes that may still run.</summary>
    internal int Retired
    {
        get
        {
            lock (_lock)
                return _retired.Count;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var (certificate, _) in _retired)
                certificate.Dispose();
            _retired.Clear();
            _current.Dispose();
        }
    }
}
