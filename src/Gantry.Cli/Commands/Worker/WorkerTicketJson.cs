using System.Text.Json.Serialization;

namespace Gantry.Cli.Commands.Worker;

/// <summary>Serialization of <see cref="WorkerTicket"/>.</summary>
[JsonSerializable(typeof(WorkerTicket))]
internal sealed partial class WorkerTicketJson : JsonSerializerContext;
