using Gantry.Protocol.Admin;

namespace Gantry.Server.Hosting;

/// <summary>A registry that just got an owner, and what that owner signs in with. Told once.</summary>
public sealed record NewOwner(string Registry, PrincipalCredentials Credentials);
