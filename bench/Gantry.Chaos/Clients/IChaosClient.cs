namespace Gantry.Chaos.Clients;

/// <summary>A client that does one thing after another.</summary>
internal interface IChaosClient : IDisposable
{
    /// <summary>Does one thing to its end, whatever becomes of it.</summary>
    Task StepAsync();
}
