using Gantry.Server.Hosting;

namespace Gantry.Server.Tests.Conformance;

/// <summary>How a run of the tree reaches the registry and signs in.</summary>
internal sealed record ConformanceSetting(bool Secure, SignIn SignIn)
{
    public static IReadOnlyList<ConformanceSetting> All { get; } =
    [
        new(Secure: false, SignIn.Anonymous), new(Secure: false, SignIn.Basic), new(Secure: false, SignIn.Bearer),
        new(Secure: true, SignIn.Anonymous), new(Secure: true, SignIn.Basic), new(Secure: true, SignIn.Bearer),
    ];

    public static ConformanceSetting Parse(string name) => All.Single(setting => setting.ToString() == name);

    /// <summary>Whoever pushes without credentials does so on a developer's server: no other lets them.</summary>
    public GantryServerOptions Apply(GantryServerOptions options) => options with
    {
        Listen = [new ListenAddress(Secure, "localhost", Port: 0, Registry: null)],
        Tls = Secure ? new TlsOptions { SelfSigned = true } : null,
        Dev = SignIn == SignIn.Anonymous,
    };

    public override string ToString() => $"{(Secure ? "HTTPS" : "HTTP")}, {SignIn}";
}
