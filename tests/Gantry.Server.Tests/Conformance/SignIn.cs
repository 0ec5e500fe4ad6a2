namespace Gantry.Server.Tests.Conformance;

internal enum SignIn
{
    Anonymous,
    Basic,

    /// <summary>By the challenge of each 401: the token asks for what it names and nothing more.</summary>
    Bearer,
}
