using Amused.Cli.Errors;
using Xunit;

namespace Amused.Cli.Tests.Errors;

public class OpenFilesTests
{
    [Theory]
    [InlineData("80", "80", false)]
    [InlineData("80", "256", true)]
    [InlineData("1024", "1048576", true)]
    [InlineData("1024", "unlimited", true)]
    public void The_hard_limit_decides_since_NET_raises_the_soft_one_to_it(string soft, string hard, bool isEnough)
    {
        string[] limits = ["Limit                     Soft Limit           Hard Limit           Units     ",
            $"Max open files            {soft,-20} {hard,-20} files     "];
        if (isEnough)
            OpenFiles.Require(limits);
        else
            Assert.Equal("no more than 80 files may be open at once here, and 256 are needed: raise the limit (ulimit -n)",
                Assert.Throws<BrokenInputException>(() => OpenFiles.Require(limits)).Message);
    }

    [Fact]
    public void Limits_that_are_not_told_are_no_fault() => OpenFiles.Require([]);
}
