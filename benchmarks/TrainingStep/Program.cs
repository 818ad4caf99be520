using System.Diagnostics;
using Amused.Runtime;
using Amused.Training;
using TrainingStep;

// How long a training step takes beside the same step in bare TorchSharp calls: full training of the U-ViT, AdamW, float32, on encoded shards with text states.
//   dotnet run --project benchmarks/TrainingStep -- MODEL SHARDS [BATCH] [STEPS] [ROUNDS]
// The two take turns, so that both see the same moods of the machine; the first step of each turn is left out.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: TrainingStep MODEL SHARDS [BATCH] [STEPS] [ROUNDS]: a checkpoint's folder, and a data set encoded by it (amused encode)");
    return 2;
}
int Number(int place, int otherwise) => args.Length > place ? int.Parse(args[place]) : otherwise;
var (model, shards, batch, steps, rounds) = (args[0], args[1], Number(2, 1), Number(3, 6), Number(4, 2));
TorchTuning.Use(TorchTuning.CommandLine);
TorchRuntime.EnsureLoaded();

List<double> bare = [], ours = [];
for (var round = 0; round < rounds; round++)
{
    bare.AddRange(BareRun.Time(model, shards, batch, steps).Skip(1));
    ours.AddRange(TrainerTimes().Skip(1));
}
Console.WriteLine($"bare TorchSharp {Median(bare):0.000} s a step, trainer {Median(ours):0.000} s: {Median(ours) / Median(bare):0.00} times (medians of {ours.Count})");
return 0;

List<double> TrainerTimes()
{
    var output = Directory.CreateTempSubdirectory("amused-training-step-");
    var seconds = new List<double>();
    try
    {
        using var trainer = Trainer.Create(new()
        {
            Model = new() { Name = model },
            Data = new() { Source = shards },
            BatchSize = batch,
            MaxSteps = steps + 1,
            Checkpoints = new() { Every = 0 },
            Output = output.FullName,
        });
        using var stop = new CancellationTokenSource();
        var watch = Stopwatch.StartNew();
        trainer.Run(hooks: new()
        {
            OnStep = step =>
            {
                seconds.Add(watch.Elapsed.TotalSeconds);
                if (step.Step == steps)
                    throw new EnoughException();
                watch.Restart();
            },
        });
        return seconds;
    }
    catch (EnoughException)
    {
        return seconds;
    }
    finally
    {
        output.Delete(recursive: true);
    }
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

/// <summary>Ends a run that has been measured long enough, before it writes its result.</summary>
internal sealed class EnoughException : Exception;
