using Gantry.Protocol.Admin;

namespace Gantry.Server.Audit;

/// <summary>Something that happened, as cheaply as the request's thread could note it.</summary>
public interface IAuditEvent
{
    /// <summary>Puts it into words, on the thread that writes.</summary>
    AuditRecord Describe();
}
