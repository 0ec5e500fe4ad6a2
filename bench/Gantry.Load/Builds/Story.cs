namespace Gantry.Load.Builds;

/// <summary>A piece of work that ours and a peer do in turns.</summary>
/// <param name="Name">A word for the command line.</param>
/// <param name="Title">What is done, in a sentence.</param>
/// <param name="Ours">Our program.</param>
/// <param name="Peer">The other one.</param>
internal sealed record Story(string Name, string Title, Contestant Ours, Contestant Peer);
