using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Operators;

// How long the operators take of which a picture is made, at the published sizes.
//   dotnet run -c Release --project benchmarks/Operators -- --filter '*'                 all of them, some minutes
//   dotnet run -c Release --project benchmarks/Operators -- --filter '*Linear*' --list flat
// They run inside this process: BenchmarkDotNet's own builds would copy libtorch for each. The options of BenchmarkDotNet are its own
// (--help).
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(8))
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "amused-operators"));
BenchmarkSwitcher.FromAssembly(typeof(OperatorBenchmark).Assembly).Run(args, config);
