using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Gantry.Load.Peers;

/// <summary>What Kestrel costs by itself: a program that answers everything with two bytes.</summary>
/// <remarks>It runs from the SDK's shared framework, compiled ahead, with the just-in-time compiler's second tier on top, as our published program does.</remarks>
internal static class EmptyKestrel
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Mode = "empty-kestrel";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.AddServerHeader = false).UseUrls("http://127.0.0.1:0");
        await using var application = builder.Build();
        var body = "ok"u8.ToArray();
        application.Run(http =>
        {
            // With its length said: without, Kestrel would answer in chunks, and be slower.
            http.Response.ContentLength = body.Length;
            http.Response.BodyWriter.Write(body);
            return Task.CompletedTask;
        });
        await application.StartAsync();
        Console.Out.WriteLine($"Listening on {application.Urls.First()}");
        // Until whoever started it closes its input, or stops it.
        await Console.In.ReadToEndAsync();
        await application.StopAsync();
    }
}
