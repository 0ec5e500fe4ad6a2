using Gantry.Cli;

using var interrupt = new Interrupt();
return await GantryProgram.RunAsync(args, CommandContext.OfProcess(), interrupt.Token);
