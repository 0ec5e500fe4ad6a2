using Gantry.Server.Access;
using Gantry.Server.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

public sealed record RegistryRequest(HttpContext Http, RegistryRecord Registry, Authentication Authentication, string Origin, string LoginServer);
