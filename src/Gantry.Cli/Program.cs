using Gantry.Cli;

using var interrupt = new Interrupt();
return interrupt.Complete(await GantryProgram.RunAsync(args, CommandContext.OfProcess(), interrupt.Token));
