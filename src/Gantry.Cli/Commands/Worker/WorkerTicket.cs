using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Cli.Commands.Worker;

/// <summary>What a server tells the worker that it starts: one line of JSON on the worker's standard input, which nobody else can read.</summary>
/// <remarks>The input stays open as long as the server lives: its end tells the worker to stop.</remarks>
internal sealed record WorkerTicket
{
    /// <summary>Path of the Unix socket that the server listens on for its workers.</summary>
    [JsonPropertyName("socket")]
    public required string Socket { get; init; }

    [JsonPropertyName("secret")]
    public required string Secret { get; init; }

    /// <summary>A folder for builds; the worker's alone.</summary>
    [JsonPropertyName("workFolder")]
    public required string WorkFolder { get; init; }

    /// <summary>Builds at a time.</summary>
    [JsonPropertyName("concurrency")]
    public required int Concurrency { get; init; }

    /// <summary>One line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, WorkerTicketJson.Default.WorkerTicket);

    /// <exception cref="CommandException">The line is no ticket. It is not repeated: it may hold a secret.</exception>
    public static WorkerTicket Parse(string? line)
    {
        try
        {
            return JsonSerializer.Deserialize(line ?? "", WorkerTicketJson.Default.WorkerTicket) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new CommandException(ExitCode.Usage, "standard input does not begin with a ticket of a server", e) { Advice = "\"gantry serve\" starts its worker itself." };
        }
    }
}
