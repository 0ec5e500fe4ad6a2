using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Admin;

/// <summary>Answers an operator's long command line by line, in the form of <see cref="OperatorLine"/>.</summary>
internal static class OperatorAnswer
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <param name="http">The request. Where it is given up, the command stops between two steps.</param>
    /// <param name="type">How the result is written.</param>
    /// <param name="run">The command. It may say what it is at as often as it likes: a line tells the latest word every other second.</param>
    /// <param name="stopping">The server stops: the command does too, and its answer is cut off.</param>
    public static async Task RunAsync<T>(
        HttpContext http, JsonTypeInfo<T> type, Func<Action<string>, CancellationToken, ValueTask<T>> run, CancellationToken stopping)
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/x-ndjson";
        var word = "begun";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var work = run(said => Volatile.Write(ref word, said), stop.Token).AsTask();
        try
        {
            while (await Task.WhenAny(work, Task.Delay(Interval, http.RequestAborted)) != work)
            {
                http.RequestAborted.ThrowIfCancellationRequested();
                await WriteAsync(http, new OperatorLine { Progress = Volatile.Read(ref word) });
            }
            await WriteAsync(http, new OperatorLine { Result = JsonSerializer.SerializeToElement(await work, type) });
        }
        catch (Exception e) when (!http.Response.HasStarted || Explain(e) is null)
        {
            // Nothing was sent: the error writer answers with a status. Or nobody must take what was sent for the whole.
            await stop.CancelAsync();
            await ObserveAsync(work);
            throw;
        }
        catch (Exception e)
        {
            await WriteAsync(http, new OperatorLine { Error = Explain(e) });
        }
    }

    private static OperatorError? Explain(Exception e) => e switch
    {
        RegistryException refusal => new OperatorError(refusal.Errors[0].Code.ToString(), refusal.Errors[0].Message),
        IOException or TimeoutException => new OperatorError(ErrorCode.Unavailable.ToString(), "the registry could not reach its store; run it again"),
        _ => null,
    };

    /// <summary>The command ends with its request; what it ends with is nobody's concern any more.</summary>
    private static async Task ObserveAsync(Task work) => await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static async ValueTask WriteAsync(HttpContext http, OperatorLine line)
    {
        await http.Response.BodyWriter.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, WireJson.Wire.OperatorLine), http.RequestAborted);
        await http.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
