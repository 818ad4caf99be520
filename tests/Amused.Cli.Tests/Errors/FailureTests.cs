using System.Runtime.InteropServices;
using Amused.Cli.Errors;
using Xunit;

namespace Amused.Cli.Tests.Errors;

public sealed class FailureTests
{
    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new InvalidRequestException("steps must be at least 1"), 2, "steps must be at least 1" },
        { new BrokenInputException("x.safetensors is cut"), 1, "x.safetensors is cut" },
        { new IOException("No space left on device"), 1, "No space left on device" },
        { new UnauthorizedAccessException("Access to the path is denied"), 1, "denied" },
        { new OperationCanceledException(), 130, "stopped" },
        { new OutOfMemoryException(), 1, "out of memory" },
        { new ExternalException("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"), 1, "out of memory" },
        { new TypeInitializationException("T", new BrokenInputException("no libtorch")), 1, "no libtorch" },
        { new InvalidOperationException("a fault of ours\nin two lines"), 1, "internal error: a fault of ours" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Whatever_goes_wrong_is_one_line_and_an_exit_code(Exception exception, int exitCode, string words)
    {
        var (code, error) = Report(exception, debug: null);
        Assert.Equal(exitCode, code);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("amused: ", line);
        Assert.Contains(words, line);
    }

    [Fact]
    public void A_line_break_or_an_escape_sequence_in_a_name_stays_out_of_the_terminal()
    {
        var (_, error) = Report(new BrokenInputException("no file 'a\u001b[2J\nb'"), debug: null);
        Assert.Equal("amused: no file 'a [2J b'\n", error);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void The_stack_trace_is_shown_to_those_who_ask(string value, bool shown)
    {
        var (_, error) = Report(new InvalidRequestException("wrong"), value);
        Assert.Equal(shown, error.Contains(nameof(InvalidRequestException), StringComparison.Ordinal));
    }

    private static (int Code, string Error) Report(Exception exception, string? debug)
    {
        using var error = new StringWriter();
        using var host =
            new Host(() => TextReader.Null, TextWriter.Null, error) { Variable = name => name == "AMUSED_DEBUG" ? debug : null };
        return (Failure.Report(exception, host), error.ToString());
    }
}
