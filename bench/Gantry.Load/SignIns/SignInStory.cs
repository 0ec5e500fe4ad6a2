using System.Net;
using System.Text.Json;
using Gantry.Load.Peers;
using Gantry.Load.Traffic;
using Gantry.Load.Workloads;

namespace Gantry.Load.SignIns;

/// <summary>Manifests are read from 127.0.0.1 while 127.0.0.2 floods the server: with wrong sign-ins, and with <c>GET /v2/</c> that nobody signs.</summary>
/// <param name="launch">Starts the servers.</param>
/// <param name="rounds">Measured ones; one more comes before them.</param>
/// <param name="time">How long each flood lasts.</param>
internal sealed class SignInStory(Launch launch, int rounds, TimeSpan time)
{
    public const string Name = "flood of wrong sign-ins";

    public const string Pings = "GET /v2/";
    public const string Wrong = "wrong sign-ins";

    /// <summary>With what a server is told nothing else, it answers most of the flood 429.</summary>
    public const string Unanswered = "wrong sign-ins, no back-off";

    public const string Tokens = "tokens with a wrong signature";

    private const int Connections = 16;

    private static readonly IPAddress Flooding = IPAddress.Parse("127.0.0.2");
    private static readonly string[] Off = ["--failed-sign-ins-address", "off", "--failed-sign-ins-name", "off"];

    public async Task<IReadOnlyList<SignInFigure>> RunAsync(Action<string> progress, CancellationToken ct)
    {
        await using var usual = await launch.StartAsync(PeerKind.GantryBearer);
        await using var without = await launch.StartAsync(PeerKind.GantryBearer, onTmpfs: false, Off);
        foreach (var peer in (Peer[])[usual, without])
        {
            using var connection = peer.Connect();
            Pushes.Image(connection, Launch.Repository, Contents.Fixed(Sizes.KB));
        }
        var figures = new List<SignInFigure>();
        // In turns, so that whatever else the machine does strikes all of them.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (flood, peer) in ((string, Peer)[])[(Pings, usual), (Wrong, usual), (Unanswered, without), (Tokens, usual)])
            {
                ct.ThrowIfCancellationRequested();
                var figure = Measure(flood, peer);
                progress($"{Name}: {flood}, {figure.Rate:0}/s: a manifest takes {figure.Median.TotalMicroseconds:0} us{(round == 0 ? ", not counted" : "")}");
                if (round > 0)
                    figures.Add(figure);
            }
        }
        return figures;
    }

    private SignInFigure Measure(string kind, Peer peer)
    {
        using var owner = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(peer.Folder, "owner.json")));
        var (id, password) = (owner.RootElement.GetProperty("appId").GetString()!, owner.RootElement.GetProperty("password").GetString()!);
        var ping = Requests.Get(new Endpoint(peer.Port), "/v2/");
        var wrong = new WrongSignIns(new Endpoint(peer.Port), id);
        Func<long, byte[]> request = kind switch
        {
            Pings => _ => ping,
            Tokens => WrongSignIns.Tokens(new Endpoint(peer.Port), peer.Authorization.TrimEnd()),
            _ => wrong.At,
        };
        using var flood = new Flood(Flooding, peer.Port, Connections, request, status => status == 401 || (status == 429 && kind == Wrong));
        var signedIn = 0;
        using var stop = new CancellationTokenSource();
        var right = Task.Run(() => SignInAsync(new Endpoint(peer.Port), WrongSignIns.Basic($"{id}:{password}"), () => signedIn++, stop.Token));
        var load = SmallRequests.Run(peer, connections: 1, Requests.Get(peer, $"/v2/{Launch.Repository}/manifests/latest"), new Budget(time));
        stop.Cancel();
        right.GetAwaiter().GetResult();
        if (load.Errors > 0)
            throw new InvalidDataException($"during the flood a manifest {load.FirstError}");
        return new SignInFigure(kind, flood.Stop(), load.Operations / load.Time.TotalSeconds, load.Latencies.Percentile(50), load.Latencies.Percentile(99), signedIn);
    }

    /// <summary>Ten times a second a right sign-in from where the flood comes from. One that fails ends the story.</summary>
    private static async Task SignInAsync(Endpoint endpoint, string authorization, Action done, CancellationToken ct)
    {
        using var connection = new Connection(endpoint, Flooding);
        var request = Requests.Get(endpoint, "/oauth2/token?service=bench", authorization);
        while (!ct.IsCancellationRequested)
        {
            connection.Expect(200, request);
            done();
            await Task.Delay(TimeSpan.FromMilliseconds(100), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
