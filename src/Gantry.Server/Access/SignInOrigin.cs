using System.Net;

namespace Gantry.Server.Access;

/// <summary>Where a request comes from, beside the credential that it shows.</summary>
/// <param name="Certificate">The verified certificate of the connection; null for none.</param>
/// <param name="Address">The client's address; null where there is none.</param>
public readonly record struct SignInOrigin(ClientCertificate? Certificate, IPAddress? Address);
