using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace Gantry.Cli.Tests;

public sealed class InterruptTests
{
    [Theory]
    [InlineData(PosixSignal.SIGHUP, 129)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    public void A_signal_stops_the_program_and_gives_it_its_exit_code(PosixSignal signal, int code)
    {
        using var interrupt = new Interrupt();
        var first = new PosixSignalContext(signal);
        interrupt.OnSignal(first);
        Assert.True(first.Cancel);
        Assert.True(interrupt.Token.IsCancellationRequested);
        Assert.Equal(code, interrupt.Complete(ExitCode.Interrupted));
        // A server that was told to stop has done well, and a failure is a failure.
        Assert.Equal((ExitCode.Done, ExitCode.Network), (interrupt.Complete(ExitCode.Done), interrupt.Complete(ExitCode.Network)));

        var second = new PosixSignalContext(PosixSignal.SIGTERM);
        interrupt.OnSignal(second);
        Assert.False(second.Cancel);
        Assert.Equal(code, interrupt.Complete(ExitCode.Interrupted));
    }

    [Theory]
    [InlineData("Username: ")]
    [InlineData("Password: ", "--username", "alice")]
    public async Task A_prompt_that_nobody_answers_ends_when_the_program_is_told_to_stop(string prompt, params string[] flags)
    {
        using var line = new CommandLine();
        using var typing = new AnonymousPipeServerStream(PipeDirection.Out);
        using var keyboard = new AnonymousPipeClientStream(PipeDirection.In, typing.ClientSafePipeHandle);
        line.Keyboard = keyboard;
        line.Terminal = new Terminal { InputIsTerminal = true };
        var result = await line.RunUntilAsync(prompt, () => Task.CompletedTask, ["login", "registry.invalid", .. flags]);
        Assert.Equal(ExitCode.Interrupted, result.Exit);
        Assert.Contains("interrupted", result.Error, StringComparison.Ordinal);
        // Lets the read that was left behind end.
        typing.Write("x\n"u8);
    }
}
