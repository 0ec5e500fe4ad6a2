using System.Text.Json;
using Gantry.Protocol.Admin;

namespace Gantry.Server.Audit;

/// <summary>Something that happened, as cheaply as the request's thread could note it.</summary>
public interface IAuditEvent
{
    /// <summary>Writes it as one object, in the members of <see cref="AuditRecord"/>; on the thread that writes.</summary>
    void WriteTo(Utf8JsonWriter json);
}
