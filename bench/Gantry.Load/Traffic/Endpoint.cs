namespace Gantry.Load.Traffic;

/// <summary>Where requests go: a port on loopback.</summary>
internal class Endpoint(int port)
{
    public int Port => port;

    /// <summary><c>localhost:PORT</c>.</summary>
    public string Host => $"localhost:{port}";

    /// <summary>A header line for every request, or nothing.</summary>
    public string Authorization { get; set; } = "";

    /// <summary>A connection for what is prepared before the clock runs.</summary>
    public Connection Connect() => new(this);
}
