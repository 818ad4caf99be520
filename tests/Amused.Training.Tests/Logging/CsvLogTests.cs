using Xunit;

namespace Amused.Training.Tests.Logging;

public sealed class CsvLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_step_is_a_line_and_several_calls_for_one_add_up()
    {
        using (var log = Open())
        {
            log.WriteScalars(1, new Dictionary<string, double> { ["loss"] = 0.1, ["learning_rate"] = 1e-5 });
            log.WriteScalars(2, new Dictionary<string, double> { ["loss"] = double.NaN });
            log.WriteScalars(2, new Dictionary<string, double> { ["learning_rate"] = 1.0 / 3 });
        }
        Assert.Equal("step,loss,learning_rate\n1,0.1,1E-05\n2,NaN,0.3333333333333333\n", Text());
    }

    [Fact]
    public void A_figure_that_comes_late_gets_a_column_of_its_own()
    {
        using (var log = Open())
        {
            Write(log, 1, ("loss", 5));
            Write(log, 2, ("loss", 4));
            Write(log, 2, ("a, \"quoted\" name", 7));
            Write(log, 3, ("loss", 3));
        }
        Assert.Equal("step,loss,\"a, \"\"quoted\"\" name\"\n1,5,\n2,4,7\n3,3,\n", Text());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_run_resumed_from_any_step_has_every_step_once(int resumed)
    {
        using (var log = Open())
        {
            for (var step = 1; step <= 4; step++)
                Write(log, step, ("loss", step * 10));
        }
        File.AppendAllText(folder["log.csv"], "5,5"); // where the process was killed
        using (var log = Open(resumed))
        {
            for (var step = resumed + 1; step <= 6; step++)
                Write(log, step, ("loss", step * 10));
        }
        Assert.Equal("step,loss\n1,10\n2,20\n3,30\n4,40\n5,50\n6,60\n", Text());
    }

    [Fact]
    public void What_is_written_can_be_read_at_once()
    {
        using var log = Open();
        Write(log, 1, ("loss", 5));
        using StreamReader reader = new(new FileStream(folder["log.csv"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Equal("step,loss\n1,5\n", reader.ReadToEnd());
    }

    [Fact]
    public void A_step_before_the_last_one_is_a_mistake()
    {
        using var log = Open(resumeStep: 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(log, 2, ("loss", 1)));
        Assert.Throws<ArgumentException>(() => Write(log, 4, ("step", 1)));
    }

    [Theory]
    [InlineData("name,loss\n")]
    [InlineData("step,loss\n1,x\n")]
    [InlineData("step,loss\n1,2,3\n")]
    public void A_file_that_is_no_log_is_refused_and_left_alone(string text)
    {
        folder.Write("log.csv", text);
        Assert.Contains("log.csv", Assert.Throws<BrokenInputException>(() => Open()).Message);
        Assert.Equal(text, Text());
    }

    [Fact]
    public void Points_for_a_plot_are_read_back()
    {
        using (var log = Open())
        {
            Write(log, 1, ("loss", 5), ("learning_rate", 0.5));
            Write(log, 2, ("other", 1));
            Write(log, 3, ("loss", 4));
        }
        Assert.Equal([new(1, 5, 0.5), new(3, 4, double.NaN)], LossPoint.ReadCsv(folder["log.csv"]));
        Assert.Contains("\"other\"", Assert.Throws<BrokenInputException>(() => LossPoint.ReadCsv(folder["log.csv"], "los")).Message);
    }

    private CsvLog Open(long resumeStep = 0) => new(folder["log.csv"], resumeStep);

    private static void Write(CsvLog log, long step, params (string Name, double Value)[] values) =>
        log.WriteScalars(step, values.ToDictionary(value => value.Name, value => value.Value));

    private string Text() => File.ReadAllText(folder["log.csv"]);
}
