namespace Gantry.Client.Layout;

/// <summary>Something in a store that cannot be taken along.</summary>
/// <param name="Place">Where: a path below the store, or a name in it. Text of somebody else's.</param>
/// <param name="Text">What is the matter with it.</param>
/// <param name="IsDamage">Whether content is lost or wrong; else it is only left out.</param>
public sealed record StoreFinding(string Place, string Text, bool IsDamage);
