using Gantry.Protocol;

namespace Gantry.Cli.OpenId;

/// <summary>Signs somebody in with a browser that may be on another machine (RFC 8628).</summary>
internal sealed class DeviceSignIn(IssuerClient issuer, TimeProvider time)
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(30);

    /// <param name="show">Shows what somebody is to do.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The token for the registry.</returns>
    /// <exception cref="CommandException">It was refused, or nobody came.</exception>
    public async Task<string> RunAsync(Action<string> show, CancellationToken ct)
    {
        var endpoint = issuer.Endpoints.Device
            ?? throw new CommandException(ExitCode.Authentication, $"{Printable.Of(issuer.Issuer.Name)} gives no device codes.") { Advice = "Sign in with a browser: leave --use-device-code out." };
        var device = await issuer.PostAsync(endpoint, [new("client_id", issuer.Issuer.ClientId), new("scope", issuer.Scopes)], ct);
        if (device.Error is not null)
            throw issuer.Refused(device);
        if (device is not { DeviceCode: { Length: > 0 } code, UserCode: { Length: > 0 } userCode, VerificationUri: { Length: > 0 } page } || !IsPage(page))
            throw new CommandException(ExitCode.Integrity, $"{Printable.Of(issuer.Issuer.Name)} gave no device code.");

        show($"To sign in, use a web browser to open the page {Printable.Of(page)} and enter the code {Printable.Of(userCode)} to authenticate.");
        var interval = device.Interval is > 0 and < 600 ? TimeSpan.FromSeconds(device.Interval.Value) : DefaultInterval;
        var until = time.GetUtcNow() + (device.ExpiresIn is > 0 and < 86_400 && TimeSpan.FromSeconds(device.ExpiresIn.Value) < MaxLifetime ? TimeSpan.FromSeconds(device.ExpiresIn.Value) : MaxLifetime);
        while (time.GetUtcNow() < until)
        {
            await Task.Delay(interval, time, ct);
            var answer = await issuer.PostAsync(issuer.Endpoints.Token, [new("grant_type", Grant), new("device_code", code), new("client_id", issuer.Issuer.ClientId)], ct);
            switch (answer.Error)
            {
                case "authorization_pending":
                    continue;
                case "slow_down":
                    interval += DefaultInterval;
                    continue;
                default:
                    return issuer.TokenOf(answer, nonce: null);
            }
        }
        throw new CommandException(ExitCode.Authentication, "The code ended before anybody entered it.");
    }

    // It is shown to people who will open it: nothing but a page.
    private bool IsPage(string text) => Uri.TryCreate(text, UriKind.Absolute, out var page) && IssuerEndpoints.MayAsk(page, issuer.Issuer.Issuer);
}
